import Audio
import Media
import Networking
import SIP
import Testing

@testable import UserAgent

@Suite("Offers and answers in a call (RFC 3264, RFC 3261 13.2.1, 14.2)")
struct OfferAnswerTests {
    @Test("The media goes where the offer says")
    func media() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        #expect(bench.media.opened.map { $0.remote?.description } == ["198.51.100.7:20000"])
        #expect(bench.media.opened.first?.direction == .sendReceive && bench.media.opened.first?.isHeld == false)
        #expect(bench.media.opened.first?.mediaTimeout == .seconds(30))
        bench.settle()
    }

    @Test("Extended reports that the offer asks for are agreed to and sent, others are not (RFC 3611 5.2)")
    func extendedReports() {
        for (asked, answered, groups) in [
            (
                "a=rtcp-xr:pkt-dup-rle stat-summary=jitt,loss,TTL voip-metrics rcvr-rtt=all\r\n",
                "a=rtcp-xr:rcvr-rtt=all stat-summary=loss,jitt voip-metrics", [.losses, .jitter]
            ),
            ("a=rtcp-xr:voip-metrics\r\n", "a=rtcp-xr:voip-metrics", []), ("", nil, []),
        ] as [(String, String?, StatisticsSummaryGroups)] {
            var bench = Bench()
            var caller = Caller()
            bench.establish(&caller, offer: Caller.offer() + asked)
            let lines = bench.responses.last?.lines.filter { $0.hasPrefix("a=rtcp-xr") }
            #expect(lines == [answered].compactMap { $0 })
            #expect(bench.media.opened.first?.sendsVoIPMetrics == (answered != nil))
            #expect(bench.media.opened.first?.statisticsSummary == groups)
            #expect(bench.media.opened.first?.sendsReceiverTimes == (answered?.contains("rcvr-rtt") ?? false))
            bench.settle()
        }
    }

    @Test("A re-INVITE with another address moves the media and the target")
    func newAddress() throws {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.forget()
        caller.contact = "<sip:alice@198.51.100.8:5080>"
        bench.receive(caller.next("INVITE", body: Caller.offer(port: 30_000, host: "198.51.100.8", version: 2)))
        #expect(bench.statuses == [200])
        #expect(bench.responses.first?.lines.contains { $0.hasPrefix("m=audio 10000 RTP/AVP 0") } == true)
        #expect(bench.media.updated.map { $0.remote?.description } == ["198.51.100.8:30000"])
        bench.receive(caller.ack())
        bench.settle()
        let bye = try #require(bench.requests.first)
        #expect(bye.requestURI.description == "sip:alice@198.51.100.8:5080")
        #expect(bench.sent.first { if case .request = $0.message { true } else { false } }?.peer.port == 5080)
        #expect(bench.media.mistakes.isEmpty)
    }

    @Test(
        "Hold is answered in kind, and the media knows of it",
        arguments: [("sendonly", "a=recvonly"), ("inactive", "a=inactive")])
    func hold(_ direction: String, _ answered: String) {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("INVITE", body: Caller.offer(direction: direction, version: 2)))
        #expect(bench.responses.last?.lines.contains(answered) == true)
        #expect(bench.media.updated.last?.isHeld == true)
        bench.receive(caller.ack())
        bench.receive(caller.next("INVITE", body: Caller.offer(direction: "sendrecv", version: 3)))
        #expect(bench.media.updated.last?.isHeld == false)
        bench.receive(caller.ack())
        bench.receive(caller.next("BYE"))
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.callerHungUp])
    }

    @Test("A re-INVITE that cannot be met gets 488, and the call goes on as it was")
    func unacceptableReinvite() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("INVITE", body: Caller.offer(payloads: "18", version: 2)))
        #expect(bench.responses.last?.status == 488)
        if let refusal = bench.responses.last { bench.receive(caller.ack(refusal: refusal)) }
        #expect(bench.media.updated.isEmpty && bench.core.statistics.active == 1)
        // What was refused does not stand in the way of the next offer.
        bench.receive(caller.next("INVITE", body: Caller.offer(port: 30_000, version: 3)))
        #expect(bench.responses.last?.status == 200)
        bench.receive(caller.ack())
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("A re-INVITE before the ACK of the last one gets 500 with Retry-After of at most 10 s")
    func overlappingReinvite() throws {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.receive(caller.next("INVITE", body: Caller.offer(version: 2)))
        #expect(bench.responses.last?.status == 500)
        let seconds = try #require(bench.responses.last?.numericValue(.retryAfter))
        #expect(seconds <= 10)
        #expect(bench.core.statistics.active == 1)
        bench.settle()
    }

    @Test("The 200 of a re-INVITE is repeated until its own ACK; another's does not stop it")
    func reinviteAcknowledgement() {
        var bench = Bench { $0.toneDuration = .seconds(600) }
        var caller = Caller()
        bench.establish(&caller)
        let firstAck = caller.ack()
        bench.receive(caller.next("INVITE", body: Caller.offer(version: 2)))
        bench.forget()
        bench.receive(firstAck)
        bench.wait(.milliseconds(500))
        #expect(bench.statuses == [200])
        bench.receive(caller.ack())
        bench.wait(.seconds(10))
        #expect(bench.statuses == [200])
        bench.settle()
    }

    @Test("An INVITE without an offer gets ours; the answer comes in the ACK")
    func lateOffer() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller, offer: "")
        #expect(bench.responses.last?.lines.contains("m=audio 10000 RTP/AVP 0 8 101") == true)
        #expect(bench.media.opened.isEmpty)
        bench.receive(caller.ack(Caller.offer(payloads: "8 101")))
        #expect(bench.media.opened.map { $0.format.codec } == [.pcma])
        bench.receive(caller.next("BYE"))
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.callerHungUp])
    }

    @Test(
        "An unusable answer in the ACK is followed by a BYE",
        arguments: ["", "hello", Caller.offer(payloads: "18")])
    func badAnswer(_ answer: String) {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller, offer: "")
        bench.receive(caller.ack(answer))
        #expect(bench.methods == [.bye])
        #expect(bench.ends.map(\.reason) == [.badAnswer])
        #expect(bench.core.statistics.failed == 1)
        bench.settle()
        #expect(bench.media.mistakes.isEmpty)
    }

    @Test("A late offer whose ACK never comes ends too")
    func lateOfferUnacknowledged() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller, offer: "")
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.noAcknowledgement])
    }

    @Test("A re-INVITE without an offer gets ours, answered in its ACK")
    func lateReoffer() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("INVITE"))
        #expect(bench.responses.last?.status == 200 && bench.responses.last?.text.contains("m=audio 10000") == true)
        bench.receive(caller.ack(Caller.offer(port: 31_000, version: 2)))
        #expect(bench.media.updated.last?.remote?.port == 31_000)
        bench.receive(caller.next("BYE"))
        bench.settle()
        #expect(bench.media.mistakes.isEmpty)
    }

    @Test("An address of IPv6 is answered by one")
    func ipv6() {
        var bench = Bench()
        bench.local = LocalEndpoint(address: .test("2001:db8::1"), port: 5060)
        var caller = Caller(requestURI: "sip:440@[2001:db8::1]", host: "[2001:db8::7]:5070")
        let source = TransportAddress(.udp, .test("2001:db8::7"), port: 5070, flow: 2)
        bench.establish(&caller, offer: Caller.offer(host: "2001:db8::7"), from: source)
        #expect(bench.responses.last?.lines.contains("c=IN IP6 2001:db8::1") == true)
        #expect(bench.responses.last?.field(.contact) == "<sip:440@[2001:db8::1]:5060>")
        #expect(bench.media.opened.first?.remote?.description == "[2001:db8::7]:20000")
        bench.settle()
    }
}
