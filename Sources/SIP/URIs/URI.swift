/// A URI as SIP uses it: `sip:`, `sips:`, `tel:`, or any other scheme, which is kept but not looked into.
public struct URI: Sendable {
    /// The scheme.
    public enum Scheme: Hashable, Sendable {
        /// RFC 3261 19.1.
        case sip
        /// RFC 3261 19.1, over TLS on every hop.
        case sips
        /// RFC 3966.
        case tel
        /// Any other, in lower case.
        case other(String)
    }

    /// The whole URI as it came.
    public let text: WireText
    let layout: URILayout

    init(text: WireText, layout: URILayout) {
        self.text = text
        self.layout = layout
    }

    /// Parses a URI that fills the text; nil for a malformed one.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(parsing: bytes, in: 0..<bytes.count)
    }

    /// Parses a URI that fills a range; nil for a malformed one.
    init?(parsing bytes: [UInt8], in range: Range<Int>) {
        let range = ByteRange(range.lowerBound, range.upperBound)
        var layout = URILayout()
        var scanner = Scanner(bytes.span, range)
        guard scanner.skipURI(.bracketed, &layout), scanner.isAtEnd else { return nil }
        self.init(text: WireText(bytes, range), layout: layout)
    }

    /// The scheme.
    public var scheme: Scheme {
        switch layout.scheme {
        case .sip: .sip
        case .sips: .sips
        case .tel: .tel
        case .other: .other(string(layout.schemeName).lowercased())
        }
    }

    /// Whether the scheme is `sip` or `sips`.
    public var isSIP: Bool { layout.scheme == .sip || layout.scheme == .sips }

    /// The user part with its escapes undone; nil if there is none. For `tel` the number.
    public var user: String? { layout.user.isEmpty ? nil : unescaped(layout.user) }

    /// The user part as it came.
    public var rawUser: WireText? { layout.user.isEmpty ? nil : WireText(text.bytes, layout.user) }

    /// The host, a name or an address; IPv6 without its brackets. Empty for other schemes.
    public var host: String { URI.host(text.bytes, layout.host) }

    /// The host as an address, nil for a name.
    public var address: IPAddress? {
        IPAddress(parsing: text.bytes.span, in: layout.host.indices)
    }

    /// The port, nil where none is given.
    public var port: UInt16? { UInt16(exactly: layout.port) }

    /// The parameters behind the host (for `tel` behind the number).
    public var parameters: Parameters { Parameters(bytes: text.bytes, range: layout.parameters) }

    /// The headers behind `?`, escaped as they came, without the mark; empty if there are none.
    public var headers: String { string(layout.headers) }

    /// The `transport` parameter, nil where none or an unknown one is given.
    public var transport: TransportProtocol? {
        parameters["transport"].flatMap { TransportProtocol(viaName: $0) }
    }

    /// A host as it stands in a message, without the brackets of an IPv6 reference.
    static func host(_ bytes: [UInt8], _ range: ByteRange) -> String {
        let octets = bytes[range.indices]
        let isReference = octets.first == Octet.leftBracket
        return String(decoding: isReference ? octets.dropFirst().dropLast() : octets, as: UTF8.self)
    }

    private func string(_ range: ByteRange) -> String {
        String(decoding: text.bytes[range.indices], as: UTF8.self)
    }

    private func unescaped(_ range: ByteRange) -> String {
        String(decoding: PercentEncoding.decode(text.bytes[range.indices]), as: UTF8.self)
    }
}

extension URI: CustomStringConvertible {
    /// The URI as it came.
    public var description: String { text.description }
}

/// Escapes of URIs (RFC 3261 19.1.2).
enum PercentEncoding {
    /// Octets with `%41` turned into `A`; what is no escape stays.
    static func decode(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var index = octets.startIndex
        while index < octets.endIndex {
            if octets[index] == Octet.percent, index + 2 < octets.endIndex,
                let high = octets[index + 1].hexadecimalValue, let low = octets[index + 2].hexadecimalValue
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(octets[index])
                index += 1
            }
        }
        return result
    }
}
