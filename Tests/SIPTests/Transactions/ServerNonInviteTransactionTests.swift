import Testing

@testable import SIP

@Suite("ServerNonInviteTransaction (RFC 3261 figure 8)")
struct ServerNonInviteTransactionTests {
    let start = Instant(nanoseconds: 0)
    let timers = TimerValues()

    func machine(reliable: Bool = false) -> ServerNonInviteTransaction {
        ServerNonInviteTransaction(reliable: reliable, now: start, timers: timers)
    }

    @Test("A repeated request is absorbed while the user has not answered", arguments: [false, true])
    func trying(reliable: Bool) {
        var machine = machine(reliable: reliable)
        #expect(machine.state == .trying)
        #expect(machine.receiveRequest() == .absorb)
        #expect(machine.transportFailed() == .ignore)
        #expect(machine.state == .trying)
    }

    @Test("A repeated request gets the last provisional response")
    func proceeding() {
        var machine = machine()
        #expect(machine.respond(status: 100, now: start, timers: timers) == .send)
        #expect(machine.state == .proceeding)
        #expect(machine.receiveRequest() == .resend)
        #expect(machine.respond(status: 182, now: start, timers: timers) == .send)
        #expect(machine.state == .proceeding)
        #expect(machine.receiveRequest() == .resend)
    }

    @Test("The final response is kept for 64 T1 for repeated requests", arguments: [200, 302, 404, 500, 603])
    func completed(status: Int) {
        var machine = machine()
        let later = start + .seconds(1)
        #expect(machine.respond(status: status, now: later, timers: timers) == .send)
        #expect(machine.state == .completed)
        #expect(machine.deadline == later + .seconds(32))
        #expect(machine.receiveRequest() == .resend)
        #expect(machine.respond(status: 200, now: later, timers: timers) == .refuse)
        #expect(machine.advance(to: later + .milliseconds(31_999)) == .none)
        #expect(machine.state == .completed)
        #expect(machine.advance(to: later + .seconds(32)) == .none)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
        #expect(machine.receiveRequest() == .absorb)
        #expect(machine.respond(status: 200, now: later, timers: timers) == .refuse)
    }

    @Test("A final response after a provisional one completes as well")
    func provisionalThenFinal() {
        var machine = machine()
        #expect(machine.respond(status: 100, now: start, timers: timers) == .send)
        #expect(machine.respond(status: 200, now: start, timers: timers) == .send)
        #expect(machine.state == .completed)
    }

    @Test("Over a reliable transport the final response ends the transaction (timer J is zero)")
    func completedReliable() {
        var machine = machine(reliable: true)
        #expect(machine.respond(status: 200, now: start, timers: timers) == .send)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
    }

    @Test("A transport error ends the transaction and is told to the user", arguments: [100, 200])
    func transportError(status: Int) {
        var machine = machine()
        _ = machine.respond(status: status, now: start, timers: timers)
        #expect(machine.transportFailed() == .fail)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
        #expect(machine.transportFailed() == .ignore)
    }

    @Test("A user that never answers is given up with its client, without a 408 (RFC 4320)", arguments: [nil, 100])
    func abandoned(provisional: Int?) {
        var machine = machine()
        if let provisional { _ = machine.respond(status: provisional, now: start, timers: timers) }
        #expect(machine.advance(to: start + .milliseconds(31_999)) == .none)
        #expect(machine.advance(to: start + .seconds(32)) == .fail)
        #expect(machine.state == .terminated)
    }
}
