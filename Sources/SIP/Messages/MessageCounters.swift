/// Messages by what they are: so many counters and no more, whatever peers send. A count is an addition, without a
/// dictionary, a text or an allocation.
public struct MessageCounters: Hashable, Sendable {
    /// The place of each method; all that are not known share the first.
    private var received = [UInt64](repeating: 0, count: Self.methods.count)
    private var sent = [UInt64](repeating: 0, count: Self.methods.count)
    /// By class, from 1xx to 6xx: which status it is, the peer could choose.
    private var classesReceived = [UInt64](repeating: 0, count: 6)
    /// By status from 100 on.
    private var statusesSent = [UInt64](repeating: 0, count: 600)
    private var errors = [UInt64](repeating: 0, count: MessageError.Family.allCases.count)

    /// In the order of `MethodKind`.
    private static let methods: [String] =
        ["other"]
        + (1...MethodKind.publish.rawValue).compactMap(MethodKind.init).compactMap(Method.init).map(\.description)

    /// Zeros.
    public init() {}

    /// A message that could be read has come.
    public mutating func countReceived(_ message: Message) {
        switch message {
        case .request(let request):
            received[Int(request.storage.index.method.rawValue)] &+= 1
        case .response(let response):
            // From 100 to 699: the parser takes no other.
            classesReceived[Int(response.storage.index.status) / 100 - 1] &+= 1
        }
    }

    /// Octets that are no message have come.
    public mutating func countReceived(_ error: MessageError) {
        errors[error.reason.family.rawValue] &+= 1
    }

    /// A message of ours has left.
    public mutating func countSent(_ bytes: [UInt8]) {
        let span = bytes.span
        guard span.count > 12 else { return }
        if span[3] == UInt8(ascii: "/") {
            // `SIP/2.0 200`
            let digit = { (place: Int) in Int(bytes[place]) - 0x30 }
            let status = digit(8) * 100 + digit(9) * 10 + digit(10)
            if (100..<700).contains(status) { statusesSent[status - 100] &+= 1 }
        } else {
            var end = 0
            while end < 12, span[end] != UInt8(ascii: " ") { end &+= 1 }
            sent[Int(MethodKind(span, ByteRange(0, end)).rawValue)] &+= 1
        }
    }
}

extension MessageCounters {
    /// A name and a count.
    public typealias Sample = (name: String, count: UInt64)

    /// Requests that came, by method: those that have a name here, and `other`.
    public var requestsReceived: [Sample] { Array(zip(Self.methods, received)).map { ($0, $1) } }

    /// Requests that left, by method, those of transactions that were repeated included.
    public var requestsSent: [Sample] { Array(zip(Self.methods, sent)).map { ($0, $1) } }

    /// Responses that came, by class: `1xx` to `6xx`.
    public var responsesReceived: [Sample] {
        classesReceived.enumerated().map { ("\($0.offset + 1)xx", $0.element) }
    }

    /// Responses that left, by status: those that there were. Which ones there can be is our choice.
    public var responsesSent: [Sample] {
        statusesSent.enumerated().filter { $0.element > 0 }.map { ("\($0.offset + 100)", $0.element) }
    }

    /// What could not be read, by why.
    public var parseErrors: [Sample] { MessageError.Family.allCases.map { ($0.name, errors[$0.rawValue]) } }
}

extension MessageError {
    /// The reasons without the names of header fields.
    enum Family: Int, CaseIterable {
        case empty, startLine, version, requestURI, headerLine, unterminatedHeader, missingField, repeatedField
        case malformedField, methodMismatch, truncatedBody, tooLarge, bodyTooLarge

        fileprivate var name: String {
            switch self {
            case .empty: "empty"
            case .startLine: "start_line"
            case .version: "version"
            case .requestURI: "request_uri"
            case .headerLine: "header_line"
            case .unterminatedHeader: "unterminated_header"
            case .missingField: "missing_field"
            case .repeatedField: "repeated_field"
            case .malformedField: "malformed_field"
            case .methodMismatch: "method_mismatch"
            case .truncatedBody: "truncated_body"
            case .tooLarge: "too_large"
            case .bodyTooLarge: "body_too_large"
            }
        }
    }
}

extension MessageError.Reason {
    fileprivate var family: MessageError.Family {
        switch self {
        case .empty: .empty
        case .malformedStartLine: .startLine
        case .unsupportedVersion: .version
        case .malformedRequestURI: .requestURI
        case .malformedHeader: .headerLine
        case .unterminatedHeader: .unterminatedHeader
        case .missing: .missingField
        case .repeated: .repeatedField
        case .malformed: .malformedField
        case .methodMismatch: .methodMismatch
        case .truncatedBody: .truncatedBody
        case .tooLarge: .tooLarge
        case .bodyTooLarge: .bodyTooLarge
        }
    }
}
