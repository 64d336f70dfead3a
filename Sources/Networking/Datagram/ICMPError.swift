import CLinux
import Glibc

/// What ICMP says about a datagram that we have sent, and whether the sender's user is to know (RFC 3261 §18.4).
struct ICMPError: Hashable {
    enum Origin: Hashable {
        case local, ipv4, ipv6
    }

    let origin: Origin
    let type: UInt8
    let code: UInt8

    /// Host, network, port or protocol unreachable and parameter problems count as a failure of the transport; too big
    /// packets are the kernel's to mend; what expired on its way or asks us to slow down is ignored.
    var isTransportFailure: Bool {
        switch (origin, type) {
        case (.ipv4, 3): code != 4  // destination unreachable, but for "fragmentation needed" (RFC 792)
        case (.ipv4, 12): true  // parameter problem
        case (.ipv6, 1): true  // destination unreachable (RFC 4443 §3.1)
        case (.ipv6, 4): true  // parameter problem (RFC 4443 §3.4)
        default: false
        }
    }
}

extension ICMPError {
    init?(_ error: clinux_datagram_error) {
        // SO_EE_ORIGIN_LOCAL, _ICMP and _ICMP6 of linux/errqueue.h.
        switch error.origin {
        case 1: origin = .local
        case 2: origin = .ipv4
        case 3: origin = .ipv6
        default: return nil
        }
        type = error.type
        code = error.code
    }
}
