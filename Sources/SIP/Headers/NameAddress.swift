/// A value of From, To, Contact, Route and their like: `"Display" <uri>;parameters` or `uri;parameters`
/// (RFC 3261 20.10).
public struct NameAddress: Sendable {
    private let bytes: [UInt8]
    private let layout: NameAddressLayout

    init(bytes: [UInt8], layout: NameAddressLayout) {
        self.bytes = bytes
        self.layout = layout
    }

    /// Parses a value that fills the text; nil for a malformed one.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(parsing: bytes, in: 0..<bytes.count)
    }

    /// Parses a value that fills a range; nil for a malformed one.
    init?(parsing bytes: [UInt8], in range: Range<Int>) {
        var layout = NameAddressLayout()
        var scanner = Scanner(bytes.span, ByteRange(range.lowerBound, range.upperBound))
        guard scanner.skipAddress(&layout), scanner.isAtEnd else { return nil }
        self.init(bytes: bytes, layout: layout)
    }

    /// The URI.
    public var uri: URI { URI(text: WireText(bytes, layout.uri), layout: layout.uriLayout) }

    /// The tag parameter (RFC 3261 19.3).
    public var tag: WireText? { layout.tag.isEmpty ? nil : WireText(bytes, layout.tag) }

    /// The whole value as it came.
    public var text: WireText { WireText(bytes, layout.value) }

    /// The display name without quotes; nil if there is none.
    public var displayName: String? {
        layout.display.isEmpty ? nil : QuotedString.unquote(bytes[layout.display.indices])
    }

    /// The parameters behind the URI: those of the header field.
    public var parameters: Parameters { Parameters(bytes: bytes, range: layout.parameters) }
}
