/// The methods without a payload, for the index.
enum MethodKind: UInt8, Sendable {
    case other
    case invite
    case ack
    case bye
    case cancel
    case options
    case register
    case prack
    case update
    case info
    case message
    case notify
    case refer
    case subscribe
    case publish
}

extension MethodKind {
    /// The method whose name, compared with case, fills a range.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        self = .other
        guard let candidate = MethodKind.candidate(count: range.count, bytes, range.start) else { return }
        let name = candidate.name
        let isSame = name.withUTF8Buffer { letters in
            for place in 0..<letters.count where bytes[range.start &+ place] != letters[place] { return false }
            return true
        }
        if isSame { self = candidate }
    }

    /// The only method that a name of this length and beginning can be.
    @inline(__always)
    private static func candidate(count: Int, _ bytes: Span<UInt8>, _ start: Int) -> MethodKind? {
        switch count {
        case 3: bytes[start] == UInt8(ascii: "A") ? .ack : .bye
        case 4: bytes[start] == UInt8(ascii: "I") ? .info : nil
        case 5: bytes[start] == UInt8(ascii: "P") ? .prack : .refer
        case 6:
            switch bytes[start] {
            case UInt8(ascii: "I"): .invite
            case UInt8(ascii: "C"): .cancel
            case UInt8(ascii: "U"): .update
            default: .notify
            }
        case 7:
            switch bytes[start] {
            case UInt8(ascii: "O"): .options
            case UInt8(ascii: "M"): .message
            default: .publish
            }
        case 8: .register
        case 9: .subscribe
        default: nil
        }
    }

    private var name: StaticString {
        switch self {
        case .other: ""
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .register: "REGISTER"
        case .prack: "PRACK"
        case .update: "UPDATE"
        case .info: "INFO"
        case .message: "MESSAGE"
        case .notify: "NOTIFY"
        case .refer: "REFER"
        case .subscribe: "SUBSCRIBE"
        case .publish: "PUBLISH"
        }
    }
}

extension Method {
    /// The method of an index entry; `nil` for `.other`, whose name is in the message.
    init?(_ kind: MethodKind) {
        switch kind {
        case .other: return nil
        case .invite: self = .invite
        case .ack: self = .ack
        case .bye: self = .bye
        case .cancel: self = .cancel
        case .options: self = .options
        case .register: self = .register
        case .prack: self = .prack
        case .update: self = .update
        case .info: self = .info
        case .message: self = .message
        case .notify: self = .notify
        case .refer: self = .refer
        case .subscribe: self = .subscribe
        case .publish: self = .publish
        }
    }
}
