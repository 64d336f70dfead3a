/// What requests and responses have in common: the header fields, the body, the bytes of both.
public protocol MessageHead: Sendable {
    /// The whole message as it came.
    var bytes: [UInt8] { get }
}

protocol IndexedMessage: MessageHead {
    var fields: HeaderFields { get }
    var bodyRange: ByteRange { get }
}

extension Request: IndexedMessage {}
extension Response: IndexedMessage {}

extension IndexedMessage {
    func text(_ range: ByteRange) -> WireText { WireText(bytes, range) }

    /// The values of a header field, one for each line.
    func lines(_ name: HeaderName) -> [WireText] {
        fields.fields.lazy.filter { $0.name == name }.map { text($0.value) }
    }

    /// The values of a comma-separated header field, in order, from all its lines.
    func list(_ name: HeaderName) -> [WireText] {
        var result: [WireText] = []
        for field in fields.fields where field.name == name {
            bytes.span.forEachValue(in: field.value.indices) { part in
                if !part.isEmpty { result.append(text(ByteRange(part.lowerBound, part.upperBound))) }
            }
        }
        return result
    }

    /// Names and addresses of a header field such as Contact or Route, in order; malformed ones are left out.
    func addresses(_ name: HeaderName) -> [NameAddress] {
        list(name).compactMap { NameAddress(parsing: bytes, in: $0.range.indices) }
    }

    func address(_ value: ByteRange) -> NameAddress? { NameAddress(parsing: bytes, in: value.indices) }

    func number(_ name: HeaderName) -> UInt64? {
        guard let field = fields.first(name) else { return nil }
        let span = bytes.span
        var end = field.value.start
        while end < field.value.end, span[end].isDigit { end += 1 }
        return span.decimal(field.value.start..<end)
    }
}

/// A request (RFC 3261 7.1). It keeps the bytes that it was parsed from.
public struct Request: MessageHead {
    /// The method.
    public let method: Method
    /// The Request-URI.
    public let requestURI: URI
    /// The whole message as it came.
    public let bytes: [UInt8]
    let fields: HeaderFields
    let bodyRange: ByteRange
}

/// A response (RFC 3261 7.2). It keeps the bytes that it was parsed from.
public struct Response: MessageHead {
    /// The status code, 100 to 699.
    public let status: Int
    let reasonRange: ByteRange
    /// The whole message as it came.
    public let bytes: [UInt8]
    let fields: HeaderFields
    let bodyRange: ByteRange

    /// The reason phrase.
    public var reason: WireText { text(reasonRange) }
}
