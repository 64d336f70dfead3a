import Testing

@testable import SIP

@Suite("ClientInviteTransaction (RFC 3261 figure 5, RFC 6026 §7.2)")
struct ClientInviteTransactionTests {
    let start = Instant(nanoseconds: 0)
    let timers = TimerValues()

    func machine(reliable: Bool = false) -> ClientInviteTransaction {
        ClientInviteTransaction(reliable: reliable, now: start, timers: timers)
    }

    func machine(after statuses: Int..., reliable: Bool = false) -> ClientInviteTransaction {
        var machine = machine(reliable: reliable)
        for status in statuses { _ = machine.receive(status: status, now: start, timers: timers) }
        return machine
    }

    @Test("An INVITE is repeated at T1, doubling without a limit, until timer B")
    func unanswered() {
        var machine = machine()
        var sent: [Duration] = []
        var action = ClientInviteTransaction.TimerAction.none
        while let deadline = machine.deadline {
            action = machine.advance(to: deadline, timers: timers)
            if action == .resend { sent.append(deadline - start) }
        }
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5].map { .seconds($0) })
        #expect(action == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("Over a reliable transport an INVITE is sent once, and timer B ends it")
    func unansweredReliable() {
        var machine = machine(reliable: true)
        #expect(machine.deadline == start + .seconds(32))
        #expect(machine.advance(to: start + .seconds(32), timers: timers) == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("A provisional response ends the repetition, and each is for the user", arguments: [false, true])
    func proceeding(reliable: Bool) {
        var machine = machine(reliable: reliable)
        #expect(machine.receive(status: 100, now: start, timers: timers) == .deliver)
        #expect(machine.state == .proceeding)
        #expect(machine.receive(status: 180, now: start + .seconds(10), timers: timers) == .deliver)
        #expect(machine.deadline == start + .seconds(191))
        #expect(machine.advance(to: start + .seconds(190), timers: timers) == .none)
        #expect(machine.transportFailed() == .ignore)
        #expect(machine.state == .proceeding)
    }

    @Test("A 2xx opens Accepted for 64 T1, where further 2xx are for the user", arguments: [[], [100], [180, 183]])
    func accepted(before: [Int]) {
        for reliable in [false, true] {
            var machine = machine(reliable: reliable)
            for status in before { _ = machine.receive(status: status, now: start, timers: timers) }
            #expect(machine.receive(status: 200, now: start, timers: timers) == .deliver)
            #expect(machine.state == .accepted)
            #expect(machine.deadline == start + .seconds(32))
            #expect(machine.receive(status: 200, now: start + .seconds(3), timers: timers) == .deliver)
            #expect(machine.receive(status: 180, now: start, timers: timers) == .absorb)
            #expect(machine.receive(status: 486, now: start, timers: timers) == .absorb)
            #expect(machine.transportFailed() == .ignore)
            #expect(machine.cancel(now: start, timers: timers) == .ignore)
            #expect(machine.advance(to: start + .milliseconds(31_999), timers: timers) == .none)
            #expect(machine.state == .accepted)
            #expect(machine.advance(to: start + .seconds(32), timers: timers) == .none)
            #expect(machine.state == .terminated)
        }
    }

    @Test("A response of 300 to 699 is acknowledged each time, and told once", arguments: [[], [100]])
    func completed(before: [Int]) {
        for status in [302, 404, 503, 603] {
            var machine = machine()
            for status in before { _ = machine.receive(status: status, now: start, timers: timers) }
            #expect(machine.receive(status: status, now: start, timers: timers) == .acknowledgeAndDeliver)
            #expect(machine.state == .completed)
            #expect(machine.deadline == start + .seconds(32))
            #expect(machine.receive(status: status, now: start, timers: timers) == .acknowledge)
            #expect(machine.receive(status: 180, now: start, timers: timers) == .absorb)
            #expect(machine.receive(status: 200, now: start, timers: timers) == .absorb)
            #expect(machine.cancel(now: start, timers: timers) == .ignore)
            #expect(machine.advance(to: start + .seconds(32), timers: timers) == .none)
            #expect(machine.state == .terminated)
            #expect(machine.receive(status: status, now: start, timers: timers) == .absorb)
        }
    }

    @Test("Over a reliable transport the failure ends the transaction (timer D is zero)")
    func completedReliable() {
        var machine = machine(reliable: true)
        #expect(machine.receive(status: 486, now: start, timers: timers) == .acknowledgeAndDeliver)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
    }

    @Test("Timer D is at least 32 s, however short T1 is")
    func timerD() {
        let timers = TimerValues(t1: .milliseconds(10))
        var machine = machine()
        _ = machine.receive(status: 486, now: start, timers: timers)
        #expect(machine.deadline == start + .seconds(32))
    }

    @Test("An INVITE or an ACK that cannot be sent ends the transaction")
    func transportError() {
        for statuses in [[], [486]] {
            var machine = machine()
            for status in statuses { _ = machine.receive(status: status, now: start, timers: timers) }
            #expect(machine.transportFailed() == .fail)
            #expect(machine.state == .terminated)
            #expect(machine.deadline == nil)
            #expect(machine.transportFailed() == .ignore)
        }
    }

    @Test("A CANCEL waits for a provisional response, and leaves once")
    func earlyCancel() {
        var machine = machine()
        #expect(machine.cancel(now: start, timers: timers) == .wait)
        #expect(machine.cancel(now: start, timers: timers) == .ignore)
        let later = start + .seconds(2)
        #expect(machine.receive(status: 100, now: later, timers: timers) == .deliverAndCancel)
        #expect(machine.receive(status: 180, now: later, timers: timers) == .deliver)
        #expect(machine.deadline == later + .seconds(32))
        #expect(machine.cancel(now: later, timers: timers) == .ignore)
        #expect(machine.receive(status: 487, now: later, timers: timers) == .acknowledgeAndDeliver)
    }

    @Test("After a CANCEL the client waits 64 T1 for the final response (§9.1)")
    func cancelWithoutAnswer() {
        var machine = machine(after: 180)
        let later = start + .seconds(60)
        #expect(machine.cancel(now: later, timers: timers) == .send)
        #expect(machine.advance(to: later + .milliseconds(31_999), timers: timers) == .none)
        #expect(machine.advance(to: later + .seconds(32), timers: timers) == .fail)
        #expect(machine.state == .terminated)
        #expect(machine.cancel(now: later, timers: timers) == .ignore)
    }

    @Test("A peer that falls silent after its 180 is cancelled by timer C and then given up")
    func timerC() {
        var machine = machine(after: 180)
        #expect(machine.advance(to: start + .seconds(180), timers: timers) == .none)
        #expect(machine.advance(to: start + .seconds(181), timers: timers) == .cancel)
        #expect(machine.state == .proceeding)
        #expect(machine.advance(to: start + .seconds(213), timers: timers) == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("A 2xx that crosses the wish to cancel is for the user")
    func crossedCancel() {
        var machine = machine()
        #expect(machine.cancel(now: start, timers: timers) == .wait)
        #expect(machine.receive(status: 200, now: start, timers: timers) == .deliver)
        #expect(machine.state == .accepted)
    }
}
