import SIP
import Testing

@testable import UserAgent

@Suite("CANCEL (RFC 3261 9.2)")
struct CancelTests {
    @Test("While it rings: 200 to the CANCEL, 487 to the INVITE")
    func whileRinging() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        bench.wait(.milliseconds(300))
        bench.receive(caller.cancel())
        #expect(bench.statuses == [100, 180, 200, 487])
        #expect(bench.responses[2].cSeq.method == .cancel && bench.responses[3].cSeq.method == .invite)
        // 9.2: the To tags of both are the same.
        #expect(bench.responses[2].toTag == bench.responses[3].toTag)
        bench.receive(caller.ack(refusal: bench.responses[3]))
        bench.settle()
        #expect(bench.statuses == [100, 180, 200, 487])
        #expect(bench.ends.map(\.reason) == [.cancelled] && bench.ends.first?.party == .caller)
        #expect(bench.ends.first?.duration == nil && bench.core.statistics.cancelled == 1)
    }

    @Test("After the 200 it has no effect")
    func afterAnswer() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        bench.wait(.seconds(1))
        bench.receive(caller.cancel())
        #expect(bench.statuses == [100, 180, 200, 200])
        #expect(bench.responses[3].cSeq.method == .cancel && bench.ends.isEmpty)
        caller.learn(from: bench.responses[2])
        bench.receive(caller.ack())
        #expect(bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.callerHungUp])
    }

    @Test("Of nothing: 481")
    func ofNothing() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.cancel())
        #expect(bench.statuses == [481])
        bench.settle()
    }

    @Test("The 487 is repeated until its ACK, and given up after 64 T1")
    func withoutAcknowledgement() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        bench.receive(caller.cancel())
        bench.settle()
        #expect(
            bench.times(of: 487).prefix(5) == [
                .zero, .milliseconds(500), .milliseconds(1_500), .milliseconds(3_500),
                .milliseconds(7_500),
            ])
        #expect(bench.times(of: 487).count == 11)
    }

    @Test("A repeated CANCEL is answered again and cancels nothing more")
    func repeated() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        let cancel = caller.cancel()
        bench.receive(cancel)
        bench.receive(cancel)
        #expect(bench.statuses == [100, 180, 200, 487, 200])
        #expect(bench.ends.count == 1)
        bench.settle()
    }
}
