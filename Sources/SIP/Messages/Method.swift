/// A request's method (RFC 3261 §7.1 and its extensions). Methods are compared with case (§7.1).
public enum Method: Hashable, Sendable {
    /// RFC 3261 §13.
    case invite
    /// RFC 3261 §13.2.2.4, §17.1.1.3.
    case ack
    /// RFC 3261 §15.
    case bye
    /// RFC 3261 §9.
    case cancel
    /// RFC 3261 §11.
    case options
    /// RFC 3261 §10.
    case register
    /// RFC 3262.
    case prack
    /// RFC 3311.
    case update
    /// RFC 6086.
    case info
    /// RFC 3428.
    case message
    /// RFC 6665.
    case notify
    /// RFC 3515.
    case refer
    /// RFC 6665.
    case subscribe
    /// RFC 3903.
    case publish
    /// Any other token.
    case other(String)
}

extension Method: CustomStringConvertible {
    /// The method whose name this is; any name that is not known is `.other`.
    public init(_ name: String) {
        self = Method.known.first { $0.description == name } ?? .other(name)
    }

    /// The methods that this implementation has a name for.
    static let known: [Method] = [
        .invite, .ack, .bye, .cancel, .options, .register, .prack, .update, .info, .message, .notify, .refer,
        .subscribe, .publish,
    ]

    /// The method's name on the wire.
    public var description: String {
        switch self {
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
        case .other(let name): name
        }
    }
}
