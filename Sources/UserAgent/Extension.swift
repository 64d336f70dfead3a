import SIP

/// What a dialled number does: the user part of the Request-URI, so `sip:echo@host` echoes and every other
/// number plays the tone.
public enum Extension: String, Sendable, Hashable {
    /// Plays the configured tone.
    case tone
    /// Sends back what it gets.
    case echo

    /// The extension of a dialled user part; escapes are already undone.
    /// - Parameter user: the user part of the Request-URI, nil or empty where it has none.
    public init(dialled user: String?) {
        self = user?.lowercased() == "echo" ? .echo : .tone
    }

    /// The extension that a URI dials. Without an escape no text is made of it.
    init(dialling uri: URI) {
        guard let user = uri.rawUser, !user.slice.contains(UInt8(ascii: "%")) else {
            self.init(dialled: uri.user)
            return
        }
        self = user.slice.elementsEqual("echo".utf8, by: { $0 | 0x20 == $1 }) ? .echo : .tone
    }
}
