/// An IPv4 or IPv6 address with a port, without a reference to anything: the name of one end of a flow.
///
/// An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the IPv4 address, so that a peer has
/// one name whichever socket it came by.
public struct SocketAddress: Hashable, Sendable {
    /// The version of the Internet protocol.
    public enum Family: UInt8, Hashable, Sendable {
        /// 32 bits (RFC 791).
        case ipv4
        /// 128 bits (RFC 8200).
        case ipv6
    }

    /// The upper 64 bits of an IPv6 address; 0 for IPv4.
    public let high: UInt64
    /// The lower 64 bits of an IPv6 address; an IPv4 address in the lower 32.
    public let low: UInt64
    /// The interface of a link-local IPv6 address (RFC 4007), else 0.
    public let scope: UInt32
    /// The port; 0 where none is known or the system is to pick one.
    public var port: UInt16
    /// The version of the Internet protocol.
    public let family: Family

    private init(family: Family, high: UInt64, low: UInt64, scope: UInt32, port: UInt16) {
        self.high = high
        self.low = low
        self.scope = scope
        self.port = port
        self.family = family
    }

    /// An IPv4 address, for instance 0xC0000201 for 192.0.2.1.
    public init(ipv4 address: UInt32, port: UInt16) {
        self.init(family: .ipv4, high: 0, low: UInt64(address), scope: 0, port: port)
    }

    /// An IPv6 address by its two halves; one that stands for an IPv4 address becomes that.
    public init(ipv6High high: UInt64, low: UInt64, scope: UInt32 = 0, port: UInt16) {
        if high == 0, low >> 32 == 0xFFFF {
            self.init(ipv4: UInt32(truncatingIfNeeded: low), port: port)
            return
        }
        // The kernel fills the scope also of addresses that need none; two names for one peer would come of it.
        let isLinkLocal = high >> 54 == 0xFE80 >> 6
        self.init(family: .ipv6, high: high, low: low, scope: isLinkLocal ? scope : 0, port: port)
    }

    /// Every address of this machine: `0.0.0.0` or `::`.
    public static func any(_ family: Family, port: UInt16 = 0) -> SocketAddress {
        switch family {
        case .ipv4: SocketAddress(ipv4: 0, port: port)
        case .ipv6: SocketAddress(ipv6High: 0, low: 0, port: port)
        }
    }

    /// This machine: `127.0.0.1` or `::1`.
    public static func loopback(_ family: Family, port: UInt16 = 0) -> SocketAddress {
        switch family {
        case .ipv4: SocketAddress(ipv4: 0x7F00_0001, port: port)
        case .ipv6: SocketAddress(ipv6High: 0, low: 1, port: port)
        }
    }

    /// The IPv4 address as a number, or nil.
    public var ipv4: UInt32? { family == .ipv4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// Whether it is `0.0.0.0` or `::`, which is no place to send to.
    public var isWildcard: Bool { high == 0 && low == 0 }

    /// Whether it is in 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool {
        switch family {
        case .ipv4: low >> 24 == 127
        case .ipv6: high == 0 && low == 1
        }
    }

    /// Whether it is in 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool {
        switch family {
        case .ipv4: low >> 28 == 0xE
        case .ipv6: high >> 56 == 0xFF
        }
    }

    /// The same address with another port.
    public func with(port: UInt16) -> SocketAddress {
        var address = self
        address.port = port
        return address
    }
}
