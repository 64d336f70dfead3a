import SIP
import Testing

@testable import UserAgent

extension TransportAddress {
    /// The peer over a secure connection.
    fileprivate static let secured = TransportAddress(.tls, .test("198.51.100.7"), port: 40_001, flow: 11)
}

@Suite("Calls over TLS, and requests that find another way (RFC 3261 18.1.1, 18.4, 26.2)")
struct SecureCallTests {
    private static func secureCaller(_ target: String = "sip:440@192.0.2.1;transport=tls") -> Caller {
        Caller(
            requestURI: target, host: "198.51.100.7:5061", transport: "TLS",
            contact: "<sip:alice@198.51.100.7:5061;transport=tls>")
    }

    @Test("Contact of a TLS call names TLS; of a call to a sips URI it is a sips URI (12.1.1)")
    func contact() {
        for (target, contact) in [
            ("sip:440@192.0.2.1;transport=tls", "<sip:440@192.0.2.1:5061;transport=tls>"),
            ("sips:440@192.0.2.1", "<sips:440@192.0.2.1:5061>"),
        ] {
            var bench = Bench()
            bench.local.port = 5061
            var caller = Self.secureCaller(target)
            bench.answer(&caller, from: .secured)
            #expect(bench.responses.last?.field(.contact) == contact)
        }
    }

    @Test("A BYE leaves by the secure connection; when that is gone, by a new one to the Contact, by its name")
    func brokenConnection() throws {
        for isBroken in [false, true] {
            var bench = Bench { $0.toneDuration = .seconds(1) }
            var caller = Self.secureCaller()
            bench.establish(&caller, from: .secured)
            if isBroken { bench.breakConnection(.secured) }
            bench.wait(.seconds(2))
            let bye = try #require(bench.sent.last { if case .request = $0.message { true } else { false } })
            let contact = TransportAddress(.tls, .test("198.51.100.7"), port: 5061)
            #expect(bye.peer == (isBroken ? contact : .secured))
            #expect(bench.serverNames == (isBroken ? ["198.51.100.7"] : []))
            #expect(bench.requests.last?.value(.via)?.description.contains("SIP/2.0/TLS") == true)
            bench.settle()
        }
    }

    @Test("A call by UDP whose Contact is a sips URI gets its BYE by TLS, by the name of the host")
    func secureTarget() throws {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        var caller = Caller(contact: "<sips:alice@phone.example>")
        bench.establish(&caller)
        bench.wait(.seconds(2))
        let question = try #require(bench.resolutions.first)
        #expect(question.transport == .tls && question.port == 5061)
        bench.resolve(question, to: .test("198.51.100.9"))
        #expect(bench.sent.last?.peer == TransportAddress(.tls, .test("198.51.100.9"), port: 5061))
        #expect(bench.serverNames == ["phone.example"])
        bench.settle()
    }

    /// A call whose BYE is larger than 1300 octets, as far as that BYE.
    private static func largeBye(_ bench: inout Bench) {
        let routes = (0..<12).map { "Record-Route: <sip:198.51.100.\($0);lr;x=\(String(repeating: "x", count: 100))>" }
        var caller = Caller()
        bench.receive(caller.invite(headers: routes))
        bench.wait(.seconds(1))
        caller.learn(from: bench.responses.last)
        bench.receive(caller.ack())
    }

    @Test("A request of more than 1300 octets goes by TCP (18.1.1)")
    func large() {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        Self.largeBye(&bench)
        bench.wait(.seconds(2))
        #expect(bench.sent.last?.peer == TransportAddress(.tcp, .test("198.51.100.0"), port: 5060))
        #expect(bench.requests.last?.value(.via)?.description.contains("SIP/2.0/TCP") == true)
        bench.settle()
    }

    @Test("... and by UDP, as the same request, where there is no connection to be had (18.1.1)")
    func fallback() throws {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        bench.answersBye = false
        Self.largeBye(&bench)
        bench.wait(.milliseconds(1100))
        let refused = try #require(bench.sent.last)
        #expect(refused.peer.transport == .tcp)
        bench.breakConnection(refused.peer)
        let second = try #require(bench.sent.last)
        #expect(second.peer.transport == .udp && second.peer.address == refused.peer.address)
        guard case .request(let first) = refused.message, case .request(let again) = second.message else {
            Issue.record("no requests")
            return
        }
        #expect(first.cSeq.number == again.cSeq.number)
        #expect(first.value(.via)?.description != again.value(.via)?.description)
        bench.settle()
    }
}

@Suite("PartialMessages: a message that has begun has to end")
struct PartialMessagesTests {
    private let start = Instant(nanoseconds: 0)

    @Test("the time counts from the first byte, and bytes that follow gain none")
    func trickle() {
        var messages = PartialMessages(limit: .seconds(30))
        let isFirst = messages.note(1, held: true, hasEndedOne: false, now: start)
        #expect(isFirst)
        for second in 1..<30 {
            let isNew = messages.note(1, held: true, hasEndedOne: false, now: start + .seconds(second))
            let overdue = messages.takeOverdue(now: start + .seconds(second))
            #expect(!isNew && overdue.isEmpty)
        }
        #expect(messages.nextDeadline(now: start) == start + .seconds(30))
        let overdue = messages.takeOverdue(now: start + .seconds(30))
        #expect(overdue == [1])
        #expect(messages.nextDeadline(now: start) == nil)
    }

    @Test("each message has its own time, and a connection between two has none")
    func restarted() {
        var messages = PartialMessages(limit: .seconds(30))
        _ = messages.note(1, held: true, hasEndedOne: false, now: start)
        // One has ended, and the next has begun, by the same bytes.
        _ = messages.note(1, held: true, hasEndedOne: true, now: start + .seconds(20))
        let early = messages.takeOverdue(now: start + .seconds(49))
        _ = messages.note(1, held: false, hasEndedOne: true, now: start + .seconds(49))
        let late = messages.takeOverdue(now: start + .seconds(500))
        #expect(early.isEmpty && late.isEmpty)
        _ = messages.note(2, held: true, hasEndedOne: false, now: start)
        messages.forget(2)
        #expect(messages.nextDeadline(now: start) == nil)
    }
}
