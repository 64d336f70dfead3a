@testable import SIP

/// The octets of a text whose lines end in LF in the source and in CRLF on the wire.
func wire(_ text: String) -> [UInt8] {
    var octets: [UInt8] = []
    for octet in text.utf8 {
        if octet == 0x0A { octets.append(0x0D) }
        octets.append(octet)
    }
    return octets
}

/// A request with the header fields that every one has; fields that are given stand in for those of the same name.
func request(
    _ line: String = "OPTIONS sip:bench@lab.example SIP/2.0", _ fields: String..., without absent: [String] = [],
    body: String = ""
) -> [UInt8] {
    request(line, fields: fields, without: absent, body: body)
}

/// The same with a list of fields.
func request(_ line: String, fields: [String], without absent: [String] = [], body: String = "") -> [UInt8] {
    let method = line.split(separator: " ").first.map(String.init) ?? "OPTIONS"
    let defaults = [
        "Via: SIP/2.0/UDP probe.lab.example:5070;branch=z9hG4bK-probe-1", "Max-Forwards: 69",
        "From: <sip:probe@lab.example>;tag=p1", "To: <sip:bench@lab.example>", "Call-ID: probe-1@lab.example",
        "CSeq: 17 \(method)",
    ]
    func name(_ field: String) -> String {
        let name = field.prefix { $0 != ":" }.lowercased().filter { !$0.isWhitespace }
        return ["v": "via", "f": "from", "t": "to", "i": "call-id"][name] ?? name
    }
    let given = Set(fields.map(name)).union(absent.map { $0.lowercased() })
    let lines = [line] + defaults.filter { !given.contains(name($0)) } + fields
    return wire(lines.joined(separator: "\n") + "\n\n" + body)
}

extension Message {
    /// The request, if it is one.
    var request: Request? {
        if case .request(let request) = self { return request }
        return nil
    }

    /// The response, if it is one.
    var response: Response? {
        if case .response(let response) = self { return response }
        return nil
    }
}

/// What the parser makes of octets, in a word: `request`, `response`, or the status of the answer that an error draws,
/// or `nothing` when it draws none.
func outcome(of bytes: [UInt8], limits: MessageLimits = MessageLimits()) -> String {
    do {
        switch try Message(parsing: bytes, limits: limits) {
        case .request: return "request"
        case .response: return "response"
        }
    } catch {
        return error.salvaged == nil ? "nothing" : "\(error.status)"
    }
}

/// The error that octets draw; nil if they parse.
func fault(in bytes: [UInt8], limits: MessageLimits = MessageLimits()) -> MessageError? {
    do {
        _ = try Message(parsing: bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}
