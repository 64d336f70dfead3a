/// What names a dialog (RFC 3261 §12). It is made of pieces of a message without copying them, so the look-up of
/// a request's dialog costs no allocation.
public struct DialogID: Hashable, Sendable {
    /// The Call-ID.
    public let callID: WireText
    /// Our tag.
    public let localTag: WireText
    /// The peer's tag; empty where it has none (RFC 2543).
    public let remoteTag: WireText

    /// A dialog's name.
    public init(callID: WireText, localTag: WireText, remoteTag: WireText) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
    }

    /// Hashes our tag, which no peer chooses and which one dialog has, or those of a fork of one INVITE.
    public func hash(into hasher: inout Hasher) { hasher.combine(localTag) }

    /// The dialog that a request from the peer belongs to; `nil` for a request outside of one.
    public init?(received request: Request) {
        guard let localTag = request.toTag else { return nil }
        self.init(callID: request.callID, localTag: localTag, remoteTag: request.fromTag ?? WireText(""))
    }

    /// The dialog that a response to a request of ours belongs to; `nil` where our own tag is missing.
    public init?(received response: Response) {
        guard let localTag = response.fromTag else { return nil }
        self.init(callID: response.callID, localTag: localTag, remoteTag: response.toTag ?? WireText(""))
    }
}
