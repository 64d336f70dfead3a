/// A net as in `192.0.2.0/24` or `2001:db8::/32` (CIDR, RFC 4632 §3.1 and RFC 4291 §2.3).
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    /// The first address of the net.
    public let base: SocketAddress
    /// How many leading bits all addresses of the net have in common.
    public let prefixLength: Int

    /// A net as in `192.0.2.0/24`; a plain address is a net of one. Bits beyond the prefix are cleared.
    public init?(parsing text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = SocketAddress(host: first, port: 0) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.family == .ipv4 ? 32 : 128)
            return
        }
        guard parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }), let length = Int(parts[1]) else { return nil }
        self.init(address, prefixLength: length)
    }

    /// The net that an address is in; nil where the prefix is longer than the address.
    public init?(_ address: SocketAddress, prefixLength: Int) {
        let bits = address.family == .ipv4 ? 32 : 128
        guard prefixLength >= 0, prefixLength <= bits else { return nil }
        self.prefixLength = prefixLength
        let mask = IPNetwork.mask(address.family, prefixLength)
        switch address.family {
        case .ipv4:
            base = SocketAddress(ipv4: UInt32(truncatingIfNeeded: address.low & mask.low), port: 0)
        case .ipv6:
            base = SocketAddress(ipv6High: address.high & mask.high, low: address.low & mask.low, port: 0)
        }
    }

    /// 127.0.0.0/8 and ::1/128.
    public static let loopback: [IPNetwork] = ["127.0.0.0/8", "::1"].compactMap(IPNetwork.init(parsing:))

    /// Whether the net has the address, whatever its port.
    public func contains(_ address: SocketAddress) -> Bool {
        guard address.family == base.family else { return false }
        let mask = IPNetwork.mask(base.family, prefixLength)
        return (address.high ^ base.high) & mask.high == 0 && (address.low ^ base.low) & mask.low == 0
    }

    private static func mask(_ family: SocketAddress.Family, _ length: Int) -> (high: UInt64, low: UInt64) {
        switch family {
        case .ipv4: (0, length == 0 ? 0 : UInt64(UInt32.max << (32 - length)))
        // A shift by the width of the type or more yields 0, a negative one is none.
        case .ipv6: (UInt64.max << (64 - min(length, 64)), UInt64.max << (128 - max(length, 64)))
        }
    }

    /// For instance `192.0.2.0/24`.
    public var description: String { "\(base.host)/\(prefixLength)" }
}
