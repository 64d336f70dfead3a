import Media
import Networking
import SIP
import Testing

@testable import UserAgent

@Suite("UPDATE (RFC 3311)")
struct UpdateTests {
    @Test("A new offer in UPDATE is answered, and media follows")
    func offer() throws {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("UPDATE", body: Caller.offer(port: 30_000, version: 2)))
        let reply = try #require(bench.responses.last)
        #expect(reply.status == 200 && reply.text.contains("m=audio") && reply.field(.contact) != nil)
        #expect(bench.media.updated.last?.remote?.port == 30_000)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("Hold and resume by UPDATE")
    func hold() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("UPDATE", body: Caller.offer(direction: "sendonly", version: 2)))
        #expect(bench.responses.last?.text.contains("a=recvonly") == true && bench.media.updated.last?.isHeld == true)
        bench.receive(caller.next("UPDATE", body: Caller.offer(version: 3)))
        #expect(bench.media.updated.last?.isHeld == false)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("Without an offer it refreshes the target and leaves the session alone")
    func target() {
        var bench = Bench { $0.toneDuration = .seconds(5) }
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("UPDATE", headers: ["Contact: <sip:bob@198.51.100.9:5090>"]))
        #expect(bench.responses.last?.status == 200 && bench.responses.last?.body.isEmpty == true)
        #expect(bench.media.updated.isEmpty)
        bench.wait(.seconds(6))
        #expect(bench.requests.last?.requestURI.description == "sip:bob@198.51.100.9:5090")
        bench.settle()
    }

    @Test("An offer before our answer gets 500 with Retry-After; one that crosses our offer gets 491")
    func glare() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        caller.learn(from: bench.responses.last)
        bench.receive(caller.next("UPDATE", body: Caller.offer(version: 2)))
        #expect(bench.responses.last?.status == 500)
        #expect((0...10).contains(bench.responses.last?.numericValue(.retryAfter) ?? 99))
        bench.settle()

        var late = Bench()
        var other = Caller()
        late.answer(&other, offer: "")
        late.receive(other.next("UPDATE", body: Caller.offer(version: 2)))
        #expect(late.responses.last?.status == 491)
        late.settle()
    }

    @Test("An offer without a shared codec gets 488 and changes nothing")
    func noCodec() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("UPDATE", body: Caller.offer(payloads: "18", version: 2)))
        #expect(bench.responses.last?.status == 488 && bench.media.updated.isEmpty)
        #expect(bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }
}
