/// The dialog that a new INVITE is to take the place of (RFC 3891 §6.1).
public struct Replaces: Hashable, Sendable {
    /// The dialog as the receiver of the INVITE knows it: `to-tag` is its own tag, `from-tag` the other side's.
    public let dialog: DialogID
    /// Whether only a dialog that is not confirmed may be replaced.
    public let isEarlyOnly: Bool

    /// The dialog that the value of a Replaces header field names; `nil` for a malformed one.
    public init?(_ value: WireText) {
        let head = value.slice.prefix { $0 != Octet.semicolon }
        let callID = head.filter { !$0.isSIPSpace }
        let parameters = Parameters(bytes: value.bytes, range: ByteRange(head.endIndex, value.range.end))
        guard !callID.isEmpty, let local = parameters["to-tag"], let remote = parameters["from-tag"] else { return nil }
        // A tag of 0 stands for none: a peer of RFC 2543 (§6.1).
        dialog = DialogID(
            callID: WireText(String(decoding: callID, as: UTF8.self)), localTag: WireText(local),
            remoteTag: WireText(remote == "0" ? "" : remote))
        isEarlyOnly = parameters["early-only"] != nil
    }
}
