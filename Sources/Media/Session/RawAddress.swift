import CLinux
import Networking

/// An address in the kernel's form (a `sockaddr_in` or `sockaddr_in6` with zeros after it), so that the source of a
/// packet is compared, and given back to the kernel, as it is.
///
/// Addresses are comparable for one family of socket: an IPv4 address on an IPv6 socket is in its IPv6 form.
struct RawAddress: Equatable, Sendable, BitwiseCopyable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// No address.
    init() {}

    init(_ address: SocketAddress, socket family: SocketAddress.Family) {
        let words = address.withSockaddr(for: family) { pointer, length in
            var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            withUnsafeMutableBytes(of: &words) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: min(Int(length), $0.count)))
            }
            return words
        }
        self.words = words
    }

    init(_ words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    var isNone: Bool { words.0 == 0 }

    /// The same in the form that people read; nil for none.
    var socketAddress: SocketAddress? {
        withUnsafeBytes(of: words) { SocketAddress(sockaddr: $0) }
    }

    /// Whether the addresses are the same and only the ports may differ.
    func hasHost(of other: RawAddress) -> Bool {
        // The port is the second half of the first four octets in either family.
        let portMask = UInt64(littleEndian: 0xFFFF_0000)
        return (words.0 ^ other.words.0) & ~portMask == 0
            && words.1 == other.words.1 && words.2 == other.words.2 && words.3 == other.words.3
    }

    /// Whether it is something that can be sent to: port 0 is not.
    var hasPort: Bool { words.0 & UInt64(littleEndian: 0xFFFF_0000) != 0 }

    /// Gives the kernel `length` octets for this address: what `sendto` returns.
    @inline(__always)
    func send(_ octets: UnsafeRawPointer, length: Int, by descriptor: Int32) -> Int {
        withUnsafeBytes(of: words) {
            clinux_media_send(descriptor, octets, length, $0.assumingMemoryBound(to: UInt64.self).baseAddress)
        }
    }

    /// Connects a socket to this address: whether that was possible.
    func connect(_ descriptor: Int32) -> Bool {
        // The kernel would connect to port 0, and send to it.
        hasPort
            && withUnsafeBytes(of: words) {
                clinux_media_connect(descriptor, $0.assumingMemoryBound(to: UInt64.self).baseAddress) == 0
            }
    }

    static func == (left: RawAddress, right: RawAddress) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1
            && left.words.2 == right.words.2 && left.words.3 == right.words.3
    }
}
