/// How much of a peer's message is looked at before it is refused.
///
/// The defaults hold the longest message that fits a datagram and ten times what a real phone or trunk sends.
public struct MessageLimits: Hashable, Sendable {
    /// The octets of a message, start line to end of body. Beyond: 513 (RFC 3261 §21.5.7).
    public var messageBytes: Int
    /// The octets of a body. Beyond: 413 (RFC 3261 §21.4.11).
    public var bodyBytes: Int
    /// The octets of the start line and of all header fields of a message on a stream. Beyond: 513.
    public var headBytes: Int
    /// The number of header fields. Beyond: 513.
    public var headerCount: Int
    /// The octets of one header field with its name and folds, and of the start line. Beyond: 513.
    public var headerBytes: Int

    /// Limits; each is an inclusive maximum.
    public init(
        messageBytes: Int = 65_535, bodyBytes: Int = 65_535, headBytes: Int = 32_768, headerCount: Int = 200,
        headerBytes: Int = 8_192
    ) {
        self.messageBytes = messageBytes
        self.bodyBytes = bodyBytes
        self.headBytes = headBytes
        self.headerCount = headerCount
        self.headerBytes = headerBytes
    }
}
