import Testing

@testable import SIP

@Suite("MessageWriter")
struct MessageWriterTests {
    @Test("numbers are written in decimal", arguments: [0, 7, 10, 99, 100, 65535, 4_294_967_295, Int.max])
    func numbers(number: Int) {
        var writer = MessageWriter(capacity: 0)
        writer.append(number)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
    }

    @Test("what is longer than was thought is written whole")
    func growth() {
        var writer = MessageWriter(capacity: 1)
        var expected: [UInt8] = []
        for number in 0..<500 {
            let text = String(repeating: "ä", count: number)
            writer.append(text: text)
            writer.append([UInt8](repeating: 7, count: number))
            expected += Array(text.utf8) + [UInt8](repeating: 7, count: number)
        }
        #expect(writer.bytes == expected)
    }

    @Test("no value brings a line end", arguments: ["a\r\nVia: b", "\r\n", "a\rb\n", "\u{1F600}\r\n"])
    func lineEnds(value: String) {
        var writer = MessageWriter(capacity: 16)
        writer.field("Subject", value)
        let kept = value.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }.map(String.init).joined()
        #expect(writer.text == "Subject: \(kept)\r\n")
        let fields: HeaderFields = [("Subject", value)]
        #expect(String(decoding: fields.bytes, as: UTF8.self) == writer.text)
    }

    @Test("folds are taken out of a value, not out of what was written before it")
    func folds() {
        let text = "one\r\n two"
        var index = MessageIndex()
        index.hasFolds = true
        let source = MessageStorage(bytes: Array(text.utf8), index: index)
        var writer = MessageWriter(capacity: 16)
        writer.endLine()
        writer.appendUnfolded(ByteRange(0, text.utf8.count), of: source)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\r\none two")
    }

    @Test(
        "an answer has the request's values without their folds, whichever field has one",
        arguments: ["From", "To", "Call-ID", "CSeq", "Via", "Record-Route"])
    func foldedRequests(folded: String) throws {
        func request(_ fold: String) -> [UInt8] {
            let fields = [
                "Via": "SIP/2.0/UDP h;branch=z9hG4bK1", "From": "<sip:a@h>;tag=1", "To": "<sip:b@h>", "Call-ID": "c",
                "CSeq": "1 INVITE", "Record-Route": "<sip:p@h;lr>",
            ]
            let lines = fields.keys.sorted().map { "\($0):\($0 == folded ? fold : " ")\(fields[$0] ?? "")" }
            return Array(
                (["INVITE sip:b@h SIP/2.0"] + lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n").utf8)
        }
        let answers = try [" ", "\r\n  \r\n\t", " \n "].map { fold in
            guard case .request(let request) = try Message(parsing: request(fold)) else { return "" }
            var head = ResponseHead(status: 180, toTag: "t")
            head.copiesRecordRoute = true
            let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0201), port: 5060)
            return String(decoding: request.response(head, from: source), as: UTF8.self)
        }
        #expect(answers[0].contains("\r\n\(folded): ") && answers[0].contains("received=192.0.2.1"))
        #expect(answers[1] == answers[0] && answers[2] == answers[0])
    }

    @Test(
        "addresses are written as they are told",
        arguments: ["0.0.0.0", "1.20.255.9", "255.255.255.255", "2001:db8::1"])
    func addresses(text: String) throws {
        let address = try #require(IPAddress(parsing: text))
        var writer = MessageWriter(capacity: 16)
        writer.append(address)
        #expect(writer.text == text && address.description == text)
        #expect(address.hostDescription(port: 65535) == "\(address.hostDescription):65535")
    }

    @Test("a Contact of ours has what it is given")
    func contacts() {
        let host = IPAddress(v6High: 0, low: 1)
        #expect(
            URI.contact(user: nil, host: .loopbackV4, port: 9, isSecure: false, transport: nil) == "<sip:127.0.0.1:9>")
        #expect(
            URI.contact(user: "a%20b", host: host, port: 5060, isSecure: false, transport: .tcp)
                == "<sip:a%20b@[::1]:5060;transport=tcp>")
        #expect(URI.contact(user: "a", host: host, port: 1, isSecure: true, transport: nil) == "<sips:a@[::1]:1>")
    }
}
