import SIP
import Testing

@testable import UserAgent

@Suite("Requests that are not about a session")
struct SessionlessTests {
    private static func status(
        _ method: String, _ headers: [String] = [], body: String = "", type: String = "text/plain"
    ) -> (status: Int?, response: Response?) {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.request(method, headers: headers, body: body, type: type))
        defer { bench.settle() }
        return (bench.responses.last?.status, bench.responses.last)
    }

    @Test("MESSAGE: a text gets 200, another type 415 with Accept (RFC 3428)")
    func message() {
        #expect(Self.status("MESSAGE", body: "hello").status == 200)
        let refused = Self.status("MESSAGE", body: "<a/>", type: "application/xml")
        #expect(refused.status == 415 && refused.response?.field(.accept) == "text/plain")
    }

    @Test("NOTIFY: message-waiting gets 200, another package 489 with Allow-Events (RFC 6665, 3842)")
    func notify() {
        let type = "application/simple-message-summary"
        #expect(
            Self.status("NOTIFY", ["Event: message-summary"], body: "Messages-Waiting: no\r\n", type: type).status
                == 200)
        let refused = Self.status("NOTIFY", ["Event: presence"])
        #expect(refused.status == 489 && refused.response?.field(.allowEvents) == "message-summary")
        #expect(Self.status("NOTIFY").status == 489)
    }

    @Test("REFER is declined with 603, in a call and outside (RFC 3515)")
    func refer() {
        #expect(Self.status("REFER", ["Refer-To: <sip:x@example.net>"]).status == 603)
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("REFER", headers: ["Refer-To: <sip:x@example.net>"]))
        #expect(bench.responses.last?.status == 603 && bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("What belongs in a dialog gets 481 outside", arguments: ["BYE", "INFO", "UPDATE", "PRACK"])
    func outside(method: String) {
        #expect(Self.status(method, ["RAck: 1 1 INVITE"]).status == 481)
    }

    @Test("What nobody serves gets 405 with Allow", arguments: ["SUBSCRIBE", "PUBLISH", "REGISTER"])
    func notAllowed(method: String) {
        let reply = Self.status(method)
        #expect(reply.status == 405 && reply.response?.field(.allow)?.contains("INVITE") == true)
    }

    @Test(
        "INFO: a digit is read from either form",
        arguments: [
            ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5"), ("application/dtmf", "#", "#"),
            ("application/dtmf-relay", "Signal= 11\r\n", "#"), ("application/dtmf", "a", "A"),
        ])
    func digit(type: String, body: String, digit: String) {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        caller.sequence += 1
        bench.receive(caller.request("INFO", body: body, type: type))
        #expect(bench.responses.last?.status == 200)
        let digits = bench.events.compactMap { if case .digit(let digit) = $0.kind { digit } else { nil } }
        #expect(digits == [CallDigit(digit: Character(digit), method: .info)])
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test(
        "INFO: no body gets 200, another type 415, no digit 400",
        arguments: [("", "", 200), ("application/xml", "<a/>", 415), ("application/dtmf-relay", "Signal=99", 400)])
    func otherInfo(type: String, body: String, status: Int) {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        caller.sequence += 1
        bench.receive(caller.request("INFO", body: body, type: type))
        #expect(bench.responses.last?.status == status)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("Unknown extensions in Require and Proxy-Require get 420 and are named; privacy is no demand on us")
    func require() {
        let refused = Self.status("OPTIONS", ["Require: foo, 100rel", "Proxy-Require: bar, privacy"])
        #expect(refused.status == 420 && refused.response?.field(.unsupported) == "foo, bar")
        #expect(Self.status("OPTIONS", ["Proxy-Require: privacy"]).status == 200)
    }
}
