/// A value of From, To, Contact, Route and their like: `"Display" <uri>;parameters` or `uri;parameters`
/// (RFC 3261 20.10).
public struct NameAddress: Sendable {
    /// The URI.
    public let uri: URI
    /// The tag parameter (RFC 3261 19.3).
    public let tag: WireText?
    /// The whole value as it came.
    public let text: WireText
    private let displayRange: ByteRange
    private let parameterRange: ByteRange

    /// The display name without quotes; nil if there is none.
    public var displayName: String? {
        displayRange.isEmpty ? nil : QuotedString.unquote(text.bytes[displayRange.indices])
    }

    /// The parameters behind the URI: those of the header field.
    public var parameters: Parameters { Parameters(bytes: text.bytes, range: parameterRange) }

    /// Parses a value that fills a range; nil for a malformed one.
    init?(parsing bytes: [UInt8], in range: Range<Int>) {
        guard let layout = NameAddressLayout(bytes.span, range),
            let uri = URI(parsing: bytes, in: layout.uri.indices)
        else { return nil }
        self.uri = uri
        tag = layout.tag.isEmpty ? nil : WireText(bytes, layout.tag)
        text = WireText(bytes, ByteRange(range.lowerBound, range.upperBound))
        displayRange = layout.display
        parameterRange = layout.parameters
    }
}

/// Where the parts of a name-addr stand.
struct NameAddressLayout: Sendable {
    var display = ByteRange.none
    var uri = ByteRange.none
    var tag = ByteRange.none
    var parameters = ByteRange.none

    init?(_ bytes: Span<UInt8>, _ whole: Range<Int>) {
        let range = bytes.trimmed(whole)
        guard let first = range.first else { return nil }
        let quoteEnd: Int
        if bytes[first] == Octet.quote {
            guard let end = bytes.quotedStringEnd(from: first, to: range.upperBound) else { return nil }
            quoteEnd = end
        } else {
            quoteEnd = first
        }
        let rest = quoteEnd..<range.upperBound
        if let open = bytes.first(Octet.less, in: rest) {
            guard let close = bytes.first(Octet.greater, in: open..<range.upperBound) else { return nil }
            let name = bytes.trimmed(range.lowerBound..<open)
            // Without quotes a display name is tokens and blanks; other letters of any charset are let through.
            if quoteEnd > first {
                guard bytes.trimmed(quoteEnd..<open).isEmpty else { return nil }
            } else {
                for index in name
                where !(bytes[index].isToken || bytes[index].isSIPSpace || bytes[index] >= 0x80) {
                    return nil
                }
            }
            display = ByteRange(name.lowerBound, name.upperBound)
            uri = ByteRange(open + 1, close)
            parameters = ByteRange(close + 1, range.upperBound)
        } else {
            // Without brackets everything behind a semicolon is the header field's, and "?" is not allowed (20.10).
            guard quoteEnd == first else { return nil }
            let end = bytes.first(Octet.semicolon, in: rest) ?? range.upperBound
            let address = bytes.trimmed(range.lowerBound..<end)
            guard bytes.first(Octet.question, in: address) == nil, bytes.first(Octet.comma, in: address) == nil else {
                return nil
            }
            uri = ByteRange(address.lowerBound, address.upperBound)
            parameters = ByteRange(end, range.upperBound)
        }
        var tag = ByteRange.none
        let isWellFormed = Parameters.scan(bytes, parameters.indices) { name, value in
            if let value, tag.isEmpty, bytes.equals(name, lowercase: "tag") {
                tag = ByteRange(value.lowerBound, value.upperBound)
            }
        }
        guard isWellFormed else { return nil }
        self.tag = tag
    }
}
