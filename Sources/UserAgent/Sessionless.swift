import SIP

/// Message-waiting indications (RFC 3842), which a provider sends whether it was asked to or not.
enum MessageWaiting {
    /// The event package.
    static let package = "message-summary"
}

extension Reply {
    /// The answer to a MESSAGE (RFC 3428 7): a text is taken, though nobody reads it.
    init(message: Request) {
        let isText = message.contentType?.hasPrefix("text/plain") ?? message.body.isEmpty
        self = isText ? Reply(200) : Reply(415, accept: "text/plain")
    }

    /// The answer to a NOTIFY (RFC 6665 4.1.3): a message-waiting indication is taken, other packages are not known.
    init(notification: Request) {
        self = Reply(notification.eventPackage == MessageWaiting.package ? 200 : 489)
        if status == 489 { fields.append(("Allow-Events", MessageWaiting.package)) }
    }
}

extension Request {
    /// The event package in Event, in lower case and without its parameters; nil where there is none.
    var eventPackage: String? {
        value(.event)?.description.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() }
    }

    /// The digit that an INFO carries: `application/dtmf-relay` with a line `Signal=5`, or `application/dtmf` with the
    /// digit alone. Neither has a standard; these are what phones and trunks send.
    var infoDigit: InfoDigit {
        switch contentType {
        case "application/dtmf-relay"?:
            for line in String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: "=", maxSplits: 1).map { part in part.filter { !$0.isWhitespace } }
                if parts.count == 2, parts[0].lowercased() == "signal" { return InfoDigit(parts[1]) }
            }
            return .malformed
        case "application/dtmf"?:
            return InfoDigit(String(decoding: body, as: UTF8.self).filter { !$0.isWhitespace })
        case nil where body.isEmpty:
            return .none
        default:
            return .unsupported
        }
    }
}

/// What an INFO says of a digit.
enum InfoDigit: Hashable, Sendable {
    /// 0-9, *, #, A-D.
    case digit(Character)
    /// It has no body: a sign of life.
    case none
    /// It has a digit's type, but no digit.
    case malformed
    /// It has a body of another type.
    case unsupported

    /// A digit by its name, or by its event code of RFC 4733 from 10 on.
    init(_ text: String) {
        let events = ["10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"]
        let name = events[text] ?? text.uppercased()
        guard name.count == 1, let digit = name.first, "0123456789*#ABCD".contains(digit) else {
            self = .malformed
            return
        }
        self = .digit(digit)
    }
}
