extension URI {
    /// Whether both name the same resource: by RFC 3261 19.1.4 for `sip` and `sips`, by RFC 3966 5 for `tel`, octet for
    /// octet behind the scheme for others. The relation is not transitive.
    public func isEquivalent(to other: URI) -> Bool {
        guard scheme == other.scheme else { return false }
        switch layout.scheme {
        case .sip, .sips: return isSIPEquivalent(to: other)
        case .tel: return isTelephoneEquivalent(to: other)
        case .other:
            return text.slice.dropFirst(layout.schemeName.count)
                .elementsEqual(other.text.slice.dropFirst(other.layout.schemeName.count))
        }
    }

    private func isSIPEquivalent(to other: URI) -> Bool {
        // User and password with case; a port left out is not the same as the default port written.
        guard decoded(layout.user) == other.decoded(other.layout.user),
            decoded(layout.password) == other.decoded(other.layout.password), port == other.port,
            isSameHost(as: other), sortedHeaders == other.sortedHeaders
        else { return false }
        return URI.areEquivalent(namedParameters, other.namedParameters)
    }

    private func isSameHost(as other: URI) -> Bool {
        if let address, let otherAddress = other.address { return address == otherAddress }
        return host.lowercased() == other.host.lowercased()
    }

    /// A parameter in both must agree. One in only one of them is ignored, but for these.
    private static func areEquivalent(_ left: [String: String], _ right: [String: String]) -> Bool {
        for name in ["user", "ttl", "method", "maddr", "transport"] where left[name] != right[name] { return false }
        return left.allSatisfy { name, value in right[name].map { $0 == value } ?? true }
    }

    /// Names and values in lower case with their escapes undone; the first of a name counts.
    private var namedParameters: [String: String] {
        var result: [String: String] = [:]
        parameters.forEach { name, value in
            let key = decodedText(name).lowercased()
            // The method is compared with case (RFC 3261 7.1).
            let text = value.map { decodedText($0) } ?? ""
            if result[key] == nil { result[key] = key == "method" ? text : text.lowercased() }
        }
        return result
    }

    /// Headers are never ignored; their order does not count.
    private var sortedHeaders: [String] {
        headers.split(separator: "&").map { header in
            let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value =
                parts.count > 1
                ? String(decoding: PercentEncoding.decode(Array(parts[1].utf8)[...]), as: UTF8.self) : ""
            return String(decoding: PercentEncoding.decode(Array(parts[0].utf8)[...]), as: UTF8.self).lowercased() + "="
                + value
        }.sorted()
    }

    /// Numbers are the same without their visual separators, parameters whatever their order, all without case.
    private func isTelephoneEquivalent(to other: URI) -> Bool {
        dialled == other.dialled && namedParameters == other.namedParameters
    }

    private var dialled: [UInt8] {
        text.bytes[layout.user.indices].filter { !URI.isVisualSeparator($0) }.map(\.lowercased)
    }

    /// A separator that a telephone number may have for the eye (RFC 3966 3).
    static func isVisualSeparator(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "-"), UInt8(ascii: "."), Octet.leftParenthesis, Octet.rightParenthesis: true
        default: false
        }
    }

    private func decoded(_ range: ByteRange) -> [UInt8] { PercentEncoding.decode(text.bytes[range.indices]) }

    private func decodedText(_ range: Range<Int>) -> String {
        String(decoding: PercentEncoding.decode(text.bytes[range]), as: UTF8.self)
    }
}
