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

    @Test("Calls that are up may go on for a while, and end by themselves; new ones get 503, as does OPTIONS")
    func drained() {
        var bench = Bench()
        var (staying, leaving) = (Caller(callID: "staying", fromTag: "a"), Caller(callID: "leaving", fromTag: "b"))
        bench.establish(&staying)
        bench.establish(&leaving)
        bench.stop(.within(.seconds(20)))
        bench.forget()
        var late = Caller()
        bench.receive(late.invite())
        bench.receive(late.request("OPTIONS"))
        #expect(bench.statuses == [503, 503])
        bench.forget()
        bench.receive(staying.next("OPTIONS"))
        bench.receive(leaving.next("BYE"))
        #expect(bench.statuses == [200, 200])
        bench.wait(.seconds(19))
        #expect(bench.methods.isEmpty && bench.stops == 0)
        bench.wait(.seconds(1))
        #expect(bench.methods == [.bye] && bench.stops == 1)
        bench.settle()
        #expect(bench.stops == 1 && bench.ends.map(\.reason) == [.callerHungUp, .shutdown])
    }

    @Test("The last call that ends by itself ends it before the time is over, and another stop hangs up at once")
    func drainedEarly() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.stop(.within(.seconds(20)))
        bench.receive(caller.next("BYE"))
        #expect(bench.stops == 1)
        bench.settle()

        var other = Bench()
        var second = Caller()
        other.establish(&second)
        other.stop(.within(.seconds(20)))
        #expect(other.methods.isEmpty)
        other.stop()
        #expect(other.methods == [.bye] && other.stops == 1)
        other.settle()
    }

    @Test("Calls may go on until they end, and another stop hangs up at once", arguments: [true, false])
    func drainedWithoutLimit(isStoppedAgain: Bool) {
        var bench = Bench {
            $0.toneDuration = nil
            $0.maximumCallDuration = .seconds(7200)
        }
        var caller = Caller()
        bench.establish(&caller)
        bench.stop(.untilCallsEnd)
        bench.wait(.seconds(7100))
        #expect(bench.methods.isEmpty && bench.stops == 0)
        if isStoppedAgain { bench.stop() } else { bench.receive(caller.next("BYE")) }
        #expect(bench.stops == 1 && bench.ends.map(\.reason) == [isStoppedAgain ? .shutdown : .callerHungUp])
        bench.settle()
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
