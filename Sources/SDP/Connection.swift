/// The address type of a `c=`, `o=` or `a=rtcp` line (RFC 8866 5.7).
public enum AddressFamily: String, Hashable, Sendable {
    /// IPv4, or a name that resolves to it.
    case ip4 = "IP4"
    /// IPv6, or a name that resolves to it.
    case ip6 = "IP6"
}

/// Where the bytes of a `c=` line (or the address of `a=rtcp`) say that media is received.
struct ConnectionIndex: Hashable, Sendable {
    /// nil for a network or address type other than `IN IP4` and `IN IP6`.
    var family: AddressFamily?
    /// The address or the name, without a multicast TTL or count.
    var address: ByteRange
}

/// How an address in a `c=` line can serve a unicast stream.
enum AddressUse {
    /// A unicast address or a name.
    case unicast
    /// `0.0.0.0`, `::` or a name below `.invalid`: the peer wants to receive nothing (RFC 3264 8.4).
    case null
    /// A multicast or broadcast address.
    case multicast
}

extension Span<UInt8> {
    /// Reads `<nettype> <addrtype> <address>`: nil where one of the three is missing, or the address has
    /// bytes that no address has.
    func connection(_ value: ByteRange) -> ConnectionIndex? {
        var rest = value
        let family: AddressFamily?
        if rest.count > 7, word(at: rest.lower).begins(with: "in ip4 ", from: 0, ignoringCase: true) {
            // As nearly all say it.
            family = .ip4
            rest.lower &+= 7
        } else {
            guard let network = nextToken(of: &rest), let type = nextToken(of: &rest) else { return nil }
            family = self.family(network, type)
        }
        while !rest.isEmpty, ASCII.isBlank(self[rest.lower]) { rest.lower &+= 1 }
        var host = ByteRange(lower: rest.lower, upper: hostEnd(from: rest.lower, to: rest.upper))
        if host.upper < rest.upper, self[host.upper] != UInt8(ascii: "/"), !ASCII.isBlank(self[host.upper]) {
            // The brackets of a URI do not belong here, but are seen.
            guard let address = nextToken(of: &rest), let inner = hostInBrackets(address) else { return nil }
            host = inner
        }
        guard !host.isEmpty, host.count <= 255 else { return nil }
        return ConnectionIndex(family: family, address: host)
    }

    private func hostInBrackets(_ address: ByteRange) -> ByteRange? {
        let host = split(address, at: UInt8(ascii: "/")).head
        guard host.count > 2, self[host.lower] == UInt8(ascii: "["), self[host.upper - 1] == UInt8(ascii: "]"),
            hostEnd(from: host.lower + 1, to: host.upper - 1) == host.upper - 1
        else { return nil }
        return ByteRange(lower: host.lower + 1, upper: host.upper - 1)
    }

    /// The family that a network type and an address type name.
    func family(_ network: ByteRange, _ type: ByteRange) -> AddressFamily? {
        guard matches(network, lowercase: "in") else { return nil }
        if matches(type, lowercase: "ip4") { return .ip4 }
        if matches(type, lowercase: "ip6") { return .ip6 }
        return nil
    }

    /// What the address of a `c=` line is good for.
    func use(of connection: ConnectionIndex) -> AddressUse {
        let address = connection.address
        if isMulticast(connection) { return .multicast }
        var hasOnlyZeros = true
        for position in address.lower..<address.upper {
            let byte = self[position]
            guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") else {
                hasOnlyZeros = false
                break
            }
        }
        if hasOnlyZeros { return .null }
        let suffix = ByteRange(lower: address.upper - Swift.min(8, address.count), upper: address.upper)
        return matches(suffix, lowercase: ".invalid") ? .null : .unicast
    }

    private func isMulticast(_ connection: ConnectionIndex) -> Bool {
        let address = connection.address
        switch connection.family {
        case .ip4?:
            let (head, tail) = split(address, at: UInt8(ascii: "."))
            // 224.0.0.0/4, the reserved 240.0.0.0/4 and the broadcast address in it.
            guard tail != nil, let octet = decimal(head) else { return false }
            return octet >= 224
        case .ip6?:
            guard address.count > 4, ASCII.lowercased(self[address.lower]) == UInt8(ascii: "f"),
                ASCII.lowercased(self[address.lower + 1]) == UInt8(ascii: "f")
            else { return false }
            return self[address.lower + 4] == UInt8(ascii: ":")
        case nil:
            return false
        }
    }

    /// Where letters, digits and what IPv6 literals, scopes and host names add end; UTF-8 in names is let through.
    @inline(__always)
    private func hostEnd(from start: Int, to end: Int) -> Int {
        // A bit for each of `0` to `:`, `-`, `.` and `%`; of `A` to `Z`, `a` to `z` and `_`.
        let (low, high): (UInt64, UInt64) = (0x07FF_6020_0000_0000, 0x07FF_FFFE_87FF_FFFE)
        var position = start
        while position < end {
            let byte = self[position]
            guard byte >= 0x80 || (byte < 0x40 ? low : high) &>> UInt64(byte & 0x3F) & 1 != 0 else { break }
            position &+= 1
        }
        return position
    }
}
