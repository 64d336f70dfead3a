import Testing

@testable import SIP

@Suite("MessageCounters: so many counters, whatever comes")
struct MessageCountersTests {
    private func nonzero(_ samples: [MessageCounters.Sample]) -> [String: UInt64] {
        Dictionary(uniqueKeysWithValues: samples.filter { $0.count > 0 }.map { ($0.name, $0.count) })
    }

    @Test("requests count by their method, those without a name here as other, responses by their class")
    func received() throws {
        var counters = MessageCounters()
        let lines = ["OPTIONS", "INVITE", "INVITE", "PUBLISH", "FOO", "BAR"].map { "\($0) sip:a@b SIP/2.0" }
        for line in lines + ["SIP/2.0 183 Progress", "SIP/2.0 699 Never Heard Of"] {
            let fields = line.hasPrefix("SIP") ? ["CSeq: 17 BYE"] : []
            counters.countReceived(try Message(parsing: request(line, fields: fields)))
        }
        #expect(
            nonzero(counters.requestsReceived) == ["OPTIONS": 1, "INVITE": 2, "PUBLISH": 1, "other": 2])
        #expect(nonzero(counters.responsesReceived) == ["1xx": 1, "6xx": 1])
        #expect(counters.requestsReceived.map(\.name) == ["other"] + Method.known.map(\.description))
        #expect(nonzero(counters.requestsSent).isEmpty && counters.responsesSent.isEmpty)
    }

    @Test("what leaves counts by what it begins with")
    func sent() {
        var counters = MessageCounters()
        for method in Method.known + [.other("FOO")] { counters.countSent(request("\(method) sip:a@b SIP/2.0")) }
        for status in [100, 200, 200, 699] { counters.countSent(wire("SIP/2.0 \(status) Text\n\n")) }
        for noMessage in ["", "\r\n\r\n", "SIP/2.0 999 No\r\n", "SIP/2.0 \u{1}\u{1}\u{1}  ", "ABCDEFGHIJKLMNOPQ"] {
            counters.countSent(Array(noMessage.utf8))
        }
        #expect(counters.requestsSent.allSatisfy { $0.count == ($0.name == "other" ? 2 : 1) })
        #expect(nonzero(counters.responsesSent) == ["100": 1, "200": 2, "699": 1])
    }

    @Test("what cannot be read counts by why, without the name of the field")
    func errors() throws {
        var counters = MessageCounters()
        let texts = ["", " sip:a@b SIP/3.0", " sip:a@b SIP/2.0", " sip:a@b SIP/2.0\nVia: ?"].map {
            $0.isEmpty ? "\n\n" : "OPTIONS\($0)\n\n"
        }
        for text in texts + texts { counters.countReceived(try #require(fault(in: wire(text)))) }
        #expect(
            nonzero(counters.parseErrors) == ["empty": 2, "version": 2, "missing_field": 2, "malformed_field": 2])
        #expect(counters.parseErrors.count == 13)
    }
}
