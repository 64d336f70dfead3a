/// A SIP message as bytes on a wire, taken apart by splitting and nothing else, so that what the daemon's own parser
/// believes does not matter.
struct WireMessage: Sendable, CustomStringConvertible {
    let text: String
    let startLine: String
    let headers: [(name: String, value: String)]
    let body: String

    init?(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        guard let end = bytes.firstIndex(of: [13, 10, 13, 10]) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        body = String(decoding: bytes[(end + 4)...], as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.contains("SIP/2.0") else { return nil }
        startLine = String(first)
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]).lowercased(), line[line.index(after: colon)...].trimmed)
        }
    }

    /// The status of a response.
    var status: Int? {
        startLine.hasPrefix("SIP/2.0 ") ? Int(startLine.dropFirst(8).prefix(3)) : nil
    }

    /// The method of a request, or the one that a response answers.
    var method: String {
        status == nil
            ? String(startLine.prefix { $0 != " " })
            : self["cseq"]?.split(separator: " ").last.map(String.init) ?? ""
    }

    subscript(name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }

    func values(of name: String) -> [String] {
        headers.filter { $0.name == name.lowercased() }.map(\.value)
    }

    /// The tag in `To`.
    var toTag: String? { self["to"].flatMap { parameter("tag", of: $0) } }

    /// The URI in the first `Contact`, without its brackets.
    var contactURI: String? {
        guard let contact = self["contact"] else { return nil }
        guard let open = contact.firstIndex(of: "<"), let close = contact.firstIndex(of: ">") else { return contact }
        return String(contact[contact.index(after: open)..<close])
    }

    /// The value of the first line of the body's SDP that starts with `prefix`.
    func sdp(_ prefix: String) -> String? {
        body.split(separator: "\r\n").first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    /// The port of the audio line of its SDP.
    var mediaPort: UInt16? { sdp("m=audio ").flatMap { UInt16($0.prefix { $0 != " " }) } }

    var description: String { text }

    private func parameter(_ name: String, of value: String) -> String? {
        value.split(separator: ";").dropFirst().first { $0.trimmed.hasPrefix(name + "=") }
            .map { String($0.trimmed.dropFirst(name.count + 1)) }
    }
}

extension Collection where Element == UInt8 {
    /// Where `pattern` starts for the first time.
    func firstIndex(of pattern: [UInt8]) -> Index? {
        indices.first { self[$0...].starts(with: pattern) }
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
