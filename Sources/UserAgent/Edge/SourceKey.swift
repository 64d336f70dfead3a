import SIP

/// A source as it is counted: an IPv4 address, or an IPv6 /64, since one subscriber has a whole one (RFC 6177).
struct SourceKey: Hashable, Sendable {
    private let value: UInt64

    init(_ address: IPAddress) {
        let address = address.unmapped
        switch address.family {
        // No unicast address of IPv6 begins like this.
        case .v4: value = 0xFFFF_FFFF_0000_0000 | address.low
        // All neighbours of a link have fe80::/64 in common: there the link tells one from another.
        case .v6: value = address.high | UInt64(address.scope)
        }
    }
}
