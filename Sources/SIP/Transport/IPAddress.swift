/// An IPv4 or IPv6 address as an inline value.
public struct IPAddress: Hashable, Sendable {
    /// The two address families.
    public enum Family: UInt8, Hashable, Sendable {
        /// IPv4 (32 bits).
        case v4
        /// IPv6 (128 bits, and a scope for link-local addresses).
        case v6
    }

    /// The family.
    public let family: Family
    /// The interface index of a link-local IPv6 address; 0 otherwise.
    public var scope: UInt32
    /// The first 64 bits of an IPv6 address, most significant first; 0 for IPv4.
    public let high: UInt64
    /// The last 64 bits of an IPv6 address; for IPv4 the 32 bits of the address.
    public let low: UInt64

    /// An IPv4 address; `0x7F00_0001` is 127.0.0.1.
    public init(v4 address: UInt32) {
        family = .v4
        scope = 0
        high = 0
        low = UInt64(address)
    }

    /// An IPv6 address of two halves, most significant first.
    public init(v6High high: UInt64, low: UInt64, scope: UInt32 = 0) {
        family = .v6
        self.scope = scope
        self.high = high
        self.low = low
    }

    /// The address written in text: `192.0.2.1`, `2001:db8::1`, or the latter in brackets. `nil` for anything
    /// else, host names included.
    public init?(parsing text: String) {
        let bytes = text.utf8.span
        self.init(parsing: bytes, in: 0..<bytes.count)
    }

    /// 0.0.0.0.
    public static let anyV4 = IPAddress(v4: 0)
    /// ::
    public static let anyV6 = IPAddress(v6High: 0, low: 0)
    /// 127.0.0.1.
    public static let loopbackV4 = IPAddress(v4: 0x7F00_0001)
    /// ::1
    public static let loopbackV6 = IPAddress(v6High: 0, low: 1)

    /// Whether this is an IPv4 address.
    public var isIPv4: Bool { family == .v4 }

    /// Whether this is an IPv6 address.
    public var isIPv6: Bool { family == .v6 }

    /// Whether the address stands for "any" (0.0.0.0 or ::).
    public var isWildcard: Bool { high == 0 && low == 0 }

    /// Whether the address is of the local host (127.0.0.0/8, ::1, or 127.0.0.0/8 mapped into IPv6).
    public var isLoopback: Bool {
        switch family {
        case .v4: low >> 24 == 127
        case .v6: high == 0 && (low == 1 || low >> 24 == 0xFF_FF7F)
        }
    }

    /// Whether the address names a group of hosts: 224.0.0.0/4, ff00::/8.
    public var isMulticast: Bool {
        switch family {
        case .v4: low >> 28 == 0xE
        case .v6: high >> 56 == 0xFF
        }
    }

    /// Whether the address is 255.255.255.255.
    public var isBroadcast: Bool { family == .v4 && low == 0xFFFF_FFFF }

    /// The IPv4 address inside an IPv4-mapped IPv6 address (::ffff:192.0.2.1), or the address itself.
    public var unmapped: IPAddress {
        guard family == .v6, high == 0, low >> 32 == 0xFFFF else { return self }
        return IPAddress(v4: UInt32(truncatingIfNeeded: low))
    }

    /// The octets in network order: 4 or 16.
    public var octets: [UInt8] {
        switch family {
        case .v4:
            return (0..<4).map { UInt8(truncatingIfNeeded: low >> UInt64(24 - 8 * $0)) }
        case .v6:
            return [high, low].flatMap { half in
                (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
            }
        }
    }

    /// The address as a host in a URI or a Via: an IPv6 address in brackets (RFC 3261 §25.1, IPv6reference).
    public var hostDescription: String {
        family == .v6 ? "[\(description)]" : description
    }
}
