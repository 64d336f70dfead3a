/// Why bytes are not a SIP message, or one that cannot be processed.
public struct MessageError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// There is nothing but line ends.
        case empty
        /// The first line is neither a Request-Line nor a Status-Line.
        case malformedStartLine
        /// The version is not `SIP/2.0`.
        case unsupportedVersion
        /// The Request-URI cannot be parsed.
        case malformedRequestURI
        /// A line of the header is not `name: value`.
        case malformedHeader
        /// The header does not end with an empty line.
        case unterminatedHeader
        /// A header field that every message has is missing.
        case missing(HeaderName)
        /// A header field that may stand once stands more often, with different values.
        case repeated(HeaderName)
        /// The value of a header field cannot be parsed.
        case malformed(HeaderName)
        /// The method in CSeq is not that of the request.
        case methodMismatch
        /// The body is shorter than Content-Length says.
        case truncatedBody
        /// A limit of `MessageLimits` is exceeded.
        case tooLarge
        /// The body exceeds the limit of `MessageLimits`.
        case bodyTooLarge
    }

    /// What is wrong.
    public let reason: Reason
    /// Where, in octets from the message's start.
    public let offset: Int
    /// Whether the message is a request: an answer to a response is never sent.
    public let isRequest: Bool
    /// What an answer takes over from the request; nil for what must not or cannot be answered: a response, an ACK, a
    /// request without Via, octets that are no request.
    public let salvaged: SalvagedRequest?

    /// Errors are equal when they say the same of the same place.
    public static func == (left: MessageError, right: MessageError) -> Bool {
        left.reason == right.reason && left.offset == right.offset
    }

    /// Hashes reason and place.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(reason)
        hasher.combine(offset)
    }

    /// The status that RFC 3261 names for a request with this error.
    public var status: Int {
        switch reason {
        case .unsupportedVersion: 505
        case .tooLarge: 513
        case .bodyTooLarge: 413
        case .empty, .malformedStartLine, .malformedRequestURI, .malformedHeader, .unterminatedHeader, .missing,
            .repeated, .malformed, .methodMismatch, .truncatedBody:
            400
        }
    }

    /// The clause of RFC 3261 that is broken.
    public var clause: String {
        switch reason {
        case .empty, .unterminatedHeader: "7"
        case .malformedStartLine, .unsupportedVersion: "7.1"
        case .malformedRequestURI: "19.1.1"
        case .malformedHeader: "7.3.1"
        case .missing: "8.1.1"
        case .repeated: "7.3.1"
        case .malformed: "20"
        case .methodMismatch: "8.1.1.5"
        case .truncatedBody: "18.3"
        case .tooLarge: "21.5.7"
        case .bodyTooLarge: "21.4.11"
        }
    }
}

extension MessageError: CustomStringConvertible {
    /// What, where and which clause.
    public var description: String {
        let what =
            switch reason {
            case .empty: "empty message"
            case .malformedStartLine: "malformed start line"
            case .unsupportedVersion: "unsupported SIP version"
            case .malformedRequestURI: "malformed Request-URI"
            case .malformedHeader: "malformed header line"
            case .unterminatedHeader: "header without its end"
            case .missing(let name): "\(name) is missing"
            case .repeated(let name): "more than one \(name)"
            case .malformed(let name): "malformed \(name)"
            case .methodMismatch: "CSeq names another method"
            case .truncatedBody: "body shorter than Content-Length"
            case .tooLarge: "message too large"
            case .bodyTooLarge: "body too large"
            }
        return "\(what) at octet \(offset) (RFC 3261 \(clause))"
    }
}

/// The header fields of a request that could not be parsed whole: what there is of Via, From, To, Call-ID and CSeq, for
/// a stateless answer (RFC 3261 8.2.6).
public struct SalvagedRequest: Sendable {
    let storage: MessageStorage

    /// Whether it is an ACK, which is never answered.
    public var isAcknowledgement: Bool {
        let bytes = storage.bytes
        return bytes.span.equals(storage.index.cSeqMethod.indices, "ACK")
    }
}
