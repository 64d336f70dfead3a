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
    /// The method whose name, compared with case, fills a range. Each comparison is one of a length and of a word.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        let name = range.indices
        self =
            if bytes.equals(name, "INVITE") {
                .invite
            } else if bytes.equals(name, "ACK") {
                .ack
            } else if bytes.equals(name, "BYE") {
                .bye
            } else if bytes.equals(name, "CANCEL") {
                .cancel
            } else if bytes.equals(name, "OPTIONS") {
                .options
            } else if bytes.equals(name, "REGISTER") {
                .register
            } else if bytes.equals(name, "PRACK") {
                .prack
            } else if bytes.equals(name, "UPDATE") {
                .update
            } else if bytes.equals(name, "INFO") {
                .info
            } else if bytes.equals(name, "MESSAGE") {
                .message
            } else if bytes.equals(name, "NOTIFY") {
                .notify
            } else if bytes.equals(name, "REFER") {
                .refer
            } else if bytes.equals(name, "SUBSCRIBE") {
                .subscribe
            } else if bytes.equals(name, "PUBLISH") {
                .publish
            } else { .other }
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
