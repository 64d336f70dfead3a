import SIP
import Testing

@testable import UserAgent

@Suite("What nobody should do, and what happens all the same")
struct AdversityTests {
    @Test("Damaged messages of calls that are up neither trap nor leave anything", arguments: [1, 2, 3, 4])
    func damage(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bench = Bench(seed: seed) { $0.maximumCalls = 50 }
        bench.peerIsBroken = true
        for number in 0..<400 {
            var caller = Caller(callID: "call-\(number)", fromTag: "tag\(number)")
            let offer = Bool.random(using: &random) ? Caller.offer() : ""
            bench.receive(damaged(caller.invite(offer), &random))
            bench.wait(.milliseconds(Int.random(in: 0..<1_500, using: &random)))
            caller.learn(from: bench.responses.last { $0.callID.description == caller.callID })
            for bytes in [
                caller.ack(offer.isEmpty ? Caller.offer() : ""), caller.next("INVITE", body: Caller.offer(version: 2)),
                caller.ack(), caller.next("OPTIONS"), caller.next("BYE"),
            ] {
                bench.receive(damaged(bytes, &random))
            }
        }
        #expect(bench.core.statistics.total > 100 && bench.core.statistics.answered > 20)
        bench.settle()
        #expect(bench.media.mistakes.isEmpty)
    }

    /// Half of the messages with one to three octets changed, or cut off.
    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard Bool.random(using: &random) else { return bytes }
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        return Int.random(in: 0..<8, using: &random) == 0
            ? Array(bytes.prefix(Int.random(in: 1...bytes.count, using: &random))) : bytes
    }

    @Test(
        "A process that was held up does late what was due, once",
        arguments: [Duration.milliseconds(1_700), .seconds(10), .seconds(33), .seconds(100), .seconds(10_000)])
    func heldUp(_ duration: Duration) {
        for moment in 0..<3 {
            var bench = Bench { $0.toneDuration = .seconds(5) }
            var caller = Caller()
            switch moment {
            case 0: bench.receive(caller.invite())
            case 1: bench.answer(&caller)
            default: bench.establish(&caller)
            }
            let answers = bench.times(of: 200).count
            bench.oversleep(duration)
            #expect(bench.times(of: 200).count <= answers + 1)
            bench.settle()
            #expect(bench.ends.count == 1 && bench.methods.allSatisfy { $0 == .bye })
        }
    }

    @Test("The peer's media runs out before its ACK: BYE after it")
    func mediaTimeoutBeforeAcknowledgement() throws {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        let call = try #require(bench.events.first?.call.handle)
        bench.mediaTimesOut(call)
        #expect(bench.requests.isEmpty)
        bench.receive(caller.ack())
        #expect(bench.methods == [.bye] && bench.ends.map(\.reason) == [.mediaTimeout])
        bench.settle()
    }

    @Test("News of a call that is over is no news")
    func afterTheEnd() throws {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        let call = try #require(bench.events.first?.call.handle)
        bench.receive(caller.next("BYE"))
        bench.forget()
        bench.mediaTimesOut(call)
        bench.receive(caller.next("INVITE", body: Caller.offer(version: 9)))
        #expect(bench.statuses == [481] && bench.events.isEmpty)
        bench.settle()
    }

    @Test("Responses to nothing are dropped")
    func strayResponse() throws {
        var bench = Bench()
        var caller = Caller()
        guard case .request(let request) = try Message(parsing: caller.request("BYE")) else { return }
        bench.receive(request.response(status: 200, toTag: "x", from: .caller))
        #expect(bench.sent.isEmpty)
        bench.settle()
    }
}
