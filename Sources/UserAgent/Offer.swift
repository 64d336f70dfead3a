import SDP
import SIP

/// What a request's body says of the session.
enum Offer: Sendable {
    /// There is no body.
    case none
    /// A session description.
    case description(SessionDescription)
    /// A body that is required and is not a session description: 415 (RFC 3261 8.2.3).
    case unsupported
    /// A session description that cannot be parsed: 400, with what is wrong.
    case malformed(String)
}

extension Request {
    /// The session description in the body, if there is one.
    var offer: Offer {
        guard !body.isEmpty else { return .none }
        guard let bytes = sessionDescription else {
            // Content-Disposition may allow that the body be ignored (RFC 3261 20.11).
            let disposition = value(.contentDisposition)?.description.lowercased() ?? ""
            return disposition.contains("handling=optional") ? .none : .unsupported
        }
        do {
            return .description(try SessionDescription(parsing: bytes))
        } catch {
            return .malformed(error.description)
        }
    }
}
