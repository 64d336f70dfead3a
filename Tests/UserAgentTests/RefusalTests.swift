import SIP
import Testing

@testable import UserAgent

@Suite("What is refused, and how (RFC 3261 8.2, 13.3.1.3)")
struct RefusalTests {
    /// A request that is to be refused.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let status: Int
        let request: @Sendable (inout Caller) -> [UInt8]
        var field: (HeaderName, String)?
        var domain = ""
        var testDescription: String { "\(status): \(name)" }

        init(
            _ name: String, _ status: Int, field: (HeaderName, String)? = nil, domain: String = "",
            request: @escaping @Sendable (inout Caller) -> [UInt8]
        ) {
            self.name = name
            self.status = status
            self.field = field
            self.domain = domain
            self.request = request
        }
    }

    static let invites: [Case] = [
        Case("no codec shared", 488) { $0.invite(Caller.offer(payloads: "18")) },
        Case("video alone", 488) {
            $0.invite(
                "v=0\r\no=a 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
                    + "m=video 20000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n")
        },
        Case("a body that is no session description", 415, field: (.accept, "application/sdp")) {
            $0.request("INVITE", body: "hello", type: "text/plain")
        },
        Case("a session description that is none", 400) { $0.invite("hello\r\n") },
        Case("no session description wanted in the answer", 406, field: (.accept, "application/sdp")) {
            $0.invite(headers: ["Accept: text/html"])
        },
        Case("an extension that we do not have", 420, field: (.unsupported, "foo")) {
            $0.invite(headers: ["Require: foo"])
        },
        Case("a web page", 416) {
            $0.requestURI = "http://example.net/"
            return $0.invite()
        },
        Case("another domain", 404, domain: "milliwatt.example") {
            $0.requestURI = "sip:440@other.example"
            return $0.invite()
        },
        Case("no Contact to send requests to", 400) {
            $0.contact = nil
            return $0.invite()
        },
        Case("a Contact that no request can go to", 400) {
            $0.contact = "<tel:+4930123456>"
            return $0.invite()
        },
    ]

    @Test("An INVITE", arguments: invites)
    func invite(_ one: Case) {
        var bench = Bench { $0.domain = one.domain }
        var caller = Caller()
        bench.receive(one.request(&caller))
        #expect(bench.statuses.filter { $0 != 100 } == [one.status])
        #expect(bench.responses.last?.toTag != nil)
        if let (name, value) = one.field { #expect(bench.responses.last?.field(name) == value) }
        if let refusal = bench.responses.last { bench.receive(caller.ack(refusal: refusal)) }
        bench.settle()
        #expect(bench.statuses.filter { $0 != 100 } == [one.status])
        #expect(bench.core.statistics.refused == 1 && bench.core.statistics.total == 1)
        #expect(bench.ends.map(\.status) == [one.status])
        #expect(bench.events.count == 2 && bench.media.mistakes.isEmpty)
    }

    static let others: [Case] = [
        Case("BYE outside of a dialog", 481) {
            $0.toTag = "nothing"
            return $0.request("BYE")
        },
        Case("BYE without a tag", 481) { $0.request("BYE") },
        Case("re-INVITE outside of a dialog", 481) {
            $0.toTag = "nothing"
            return $0.invite()
        },
        Case("REGISTER", 405, field: (.allow, Capability.allow)) { $0.request("REGISTER") },
        Case("SUBSCRIBE", 405, field: (.allow, Capability.allow)) { $0.request("SUBSCRIBE") },
        Case("a method that nobody knows", 501) { $0.request("FROB") },
        Case("OPTIONS of another domain", 404, domain: "milliwatt.example") {
            $0.requestURI = "sip:other.example"
            return $0.request("OPTIONS")
        },
        Case("OPTIONS with an extension that we do not have", 420, field: (.unsupported, "foo, bar")) {
            $0.request("OPTIONS", headers: ["Require: foo, bar"])
        },
        Case("OPTIONS", 200, field: (.allow, Capability.allow)) { $0.request("OPTIONS") },
        Case("OPTIONS of our domain", 200, domain: "milliwatt.example") {
            $0.requestURI = "sip:Milliwatt.Example"
            return $0.request("OPTIONS")
        },
        Case("OPTIONS of our address", 200, domain: "milliwatt.example") { $0.request("OPTIONS") },
    ]

    @Test("Another request, which is no call", arguments: others)
    func other(_ one: Case) {
        var bench = Bench { $0.domain = one.domain }
        var caller = Caller()
        let request = one.request(&caller)
        bench.receive(request)
        bench.receive(request)
        #expect(bench.statuses == [one.status, one.status])
        #expect(bench.responses.last?.toTag != nil)
        if let (name, value) = one.field { #expect(bench.responses.last?.field(name) == value) }
        if caller.toTag != nil, let refusal = bench.responses.last { bench.receive(caller.ack(refusal: refusal)) }
        bench.settle()
        #expect(bench.events.isEmpty && bench.core.statistics.total == 0)
    }

    @Test("OPTIONS says what we can do (RFC 3261 11.2)")
    func options() {
        var bench = Bench { $0.userAgent = "Milliwatt" }
        var caller = Caller()
        bench.receive(caller.request("OPTIONS"))
        let response = bench.responses.first
        #expect(response?.field(.accept) == "application/sdp" && response?.field(.server) == "Milliwatt")
        #expect(response?.value(.supported) != nil)
        for method in ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"] {
            #expect(response?.tokens(.allow).contains(method) == true)
        }
        bench.settle()
    }

    @Test(
        "Over the limit: 486, or 503 with Retry-After",
        arguments: [
            (UserAgentConfiguration.OverLimitResponse.busyHere, 486, nil),
            (.serviceUnavailable(retryAfterSeconds: 17), 503, "17"),
        ])
    func overLimit(_ response: UserAgentConfiguration.OverLimitResponse, _ status: Int, _ retryAfter: String?) {
        var bench = Bench {
            $0.maximumCalls = 2
            $0.overLimitResponse = response
        }
        var callers = (0..<3).map { Caller(callID: "call-\($0)", fromTag: "tag\($0)") }
        bench.establish(&callers[0])
        bench.receive(callers[1].invite())
        bench.forget()
        bench.receive(callers[2].invite())
        #expect(bench.statuses == [status] && bench.responses.first?.field(.retryAfter) == retryAfter)
        #expect(bench.ends.map(\.reason) == [.overLimit])
        // A place that becomes free is taken again.
        bench.receive(callers[0].next("BYE"))
        var fourth = Caller(callID: "call-4", fromTag: "tag4")
        bench.forget()
        bench.receive(fourth.invite())
        #expect(bench.statuses == [100, 180])
        bench.settle()
        #expect(bench.core.statistics.total == 4 && bench.core.statistics.refused == 1)
    }

    @Test("No port is free: 503")
    func noPorts() {
        var bench = Bench()
        bench.hasPorts = false
        var caller = Caller()
        bench.receive(caller.invite())
        #expect(bench.statuses == [100, 503] && bench.responses[1].field(.retryAfter) != nil)
        bench.receive(caller.ack(refusal: bench.responses[1]))
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.noPorts] && bench.ends.map(\.cause) == ["none here"])
        #expect(bench.core.statistics.refused == 1)
    }

    @Test("A body that may be ignored is")
    func optionalBody() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(
            caller.request(
                "INVITE", headers: ["Content-Disposition: render;handling=optional"], body: "hello",
                type: "text/plain"))
        #expect(bench.statuses == [100, 180])
        bench.settle()
    }

    @Test("What cannot be parsed is answered where it can be, and never an ACK")
    func unparsable() {
        var bench = Bench()
        var caller = Caller()
        for method in ["OPTIONS", "ACK"] {
            let text = String(decoding: caller.request(method), as: UTF8.self)
            bench.receive(
                Array(text.replacing("\(method) sip:440@192.0.2.1 SIP/2.0", with: "\(method) sip:x SIP/7.0").utf8))
        }
        bench.receive([UInt8](repeating: 0, count: 200))
        bench.receive(Array("SIP/2.0\r\n\r\n".utf8))
        #expect(bench.statuses == [505])
        bench.settle()
    }
}
