import SIP
import Testing

@testable import UserAgent

@Suite("Stopping")
struct StopTests {
    @Test("Without calls it is done at once, and says so once")
    func idle() {
        var bench = Bench()
        bench.stop()
        bench.stop()
        #expect(bench.stops == 1)
        bench.settle()
        #expect(bench.stops == 1)
    }

    @Test("A ringing call gets 503, an answered one BYE, and the last of them ends it")
    func calls() {
        var bench = Bench()
        bench.answersBye = false
        var up = Caller(callID: "up", fromTag: "up")
        var ringing = Caller(callID: "ringing", fromTag: "ringing")
        bench.establish(&up)
        bench.receive(ringing.invite())
        bench.forget()
        bench.stop()
        #expect(bench.statuses == [503] && bench.responses.first?.field(.retryAfter) != nil)
        #expect(bench.methods == [.bye])
        #expect(bench.ends.map(\.reason) == [.shutdown, .shutdown] && bench.stops == 0)
        bench.wait(.seconds(31))
        #expect(bench.stops == 0)
        bench.wait(.seconds(1))
        #expect(bench.stops == 1)
        bench.settle()
        #expect(bench.stops == 1)
    }

    @Test("A call that is not acknowledged gets its BYE after the ACK")
    func unacknowledged() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.stop()
        #expect(bench.requests.isEmpty && bench.stops == 0)
        bench.receive(caller.ack())
        #expect(bench.methods == [.bye] && bench.stops == 1)
        bench.settle()
        #expect(bench.stops == 1 && bench.ends.map(\.reason) == [.shutdown])
    }

    @Test("A call whose ACK never comes ends too")
    func neverAcknowledged() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.stop()
        bench.settle()
        #expect(bench.stops == 1 && bench.ends.count == 1)
    }

    @Test("What is new gets 503")
    func newRequests() {
        var bench = Bench()
        var up = Caller(callID: "up", fromTag: "up")
        bench.answersBye = false
        bench.establish(&up)
        bench.stop()
        bench.forget()
        var caller = Caller()
        bench.receive(caller.invite())
        bench.receive(caller.request("OPTIONS"))
        #expect(bench.statuses == [503, 503])
        #expect(bench.responses.allSatisfy { $0.field(.retryAfter) != nil })
        #expect(bench.ends.map(\.reason) == [.shutdown])
        bench.settle()
        #expect(bench.stops == 1)
    }

    @Test("The caller's BYE while we stop ends it once")
    func callerHangsUp() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.stop()
        bench.receive(caller.next("BYE"))
        #expect(bench.stops == 1 && bench.ends.map(\.reason) == [.callerHungUp])
        bench.settle()
        #expect(bench.stops == 1)
    }
}
