import Testing

@testable import SIP

@Suite("ServerInviteTransaction (RFC 3261 figure 7, RFC 6026 §7.1)")
struct ServerInviteTransactionTests {
    let start = Instant(nanoseconds: 0)
    let timers = TimerValues()

    func machine(reliable: Bool = false) -> ServerInviteTransaction {
        ServerInviteTransaction(reliable: reliable, now: start, timers: timers)
    }

    func completed(reliable: Bool = false) -> ServerInviteTransaction {
        var machine = machine(reliable: reliable)
        _ = machine.respond(status: 486, now: start, timers: timers)
        return machine
    }

    @Test("An INVITE whose user is slow is answered 100 after 200 ms, once", arguments: [false, true])
    func slowUser(reliable: Bool) {
        var machine = machine(reliable: reliable)
        #expect(machine.state == .proceeding)
        #expect(machine.deadline == start + .milliseconds(200))
        #expect(machine.advance(to: start + .milliseconds(199), timers: timers) == .none)
        #expect(machine.advance(to: start + .milliseconds(200), timers: timers) == .sendTrying)
        #expect(machine.deadline == nil)
        #expect(machine.receiveInvite() == .resend)
    }

    @Test("A user that answers at once spares the 100", arguments: [100, 180, 183])
    func quickUser(status: Int) {
        var machine = machine()
        #expect(machine.respond(status: status, now: start, timers: timers) == .send)
        #expect(machine.state == .proceeding)
        #expect(machine.deadline == nil)
        #expect(machine.advance(to: start + .seconds(600), timers: timers) == .none)
    }

    @Test("A repeated INVITE gets the last provisional response, and nothing before there is one")
    func repeatedInviteWhileProceeding() {
        var machine = machine()
        #expect(machine.receiveInvite() == .absorb)
        #expect(machine.respond(status: 180, now: start, timers: timers) == .send)
        #expect(machine.receiveInvite() == .resend)
        #expect(machine.respond(status: 183, now: start, timers: timers) == .send)
        #expect(machine.receiveInvite() == .resend)
        #expect(machine.state == .proceeding)
    }

    @Test("A 2xx opens Accepted for 64 T1, where its user repeats it", arguments: [false, true])
    func accepted(reliable: Bool) {
        var machine = machine(reliable: reliable)
        #expect(machine.respond(status: 200, now: start, timers: timers) == .sendOnce)
        #expect(machine.state == .accepted)
        #expect(machine.deadline == start + .seconds(32))
        #expect(machine.receiveInvite() == .absorb)
        #expect(machine.respond(status: 200, now: start, timers: timers) == .sendOnce)
        #expect(machine.respond(status: 180, now: start, timers: timers) == .refuse)
        #expect(machine.respond(status: 486, now: start, timers: timers) == .refuse)
        #expect(machine.receiveAcknowledgement(now: start, timers: timers) == .deliver)
        #expect(machine.state == .accepted)
        #expect(machine.transportFailed() == .report)
        #expect(machine.state == .accepted)
        #expect(machine.advance(to: start + .milliseconds(31_999), timers: timers) == .none)
        #expect(machine.state == .accepted)
        #expect(machine.advance(to: start + .seconds(32), timers: timers) == .none)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
    }

    @Test("A final response but 2xx is repeated at T1, 2 T1 … T2 until timer H reports the missing ACK")
    func noAcknowledgement() {
        var machine = completed()
        #expect(machine.state == .completed)
        var sent: [Duration] = []
        var action = ServerInviteTransaction.TimerAction.none
        while let deadline = machine.deadline {
            action = machine.advance(to: deadline, timers: timers)
            if action == .resend { sent.append(deadline - start) }
        }
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5].map { .seconds($0) })
        #expect(action == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("Over a reliable transport a final response is not repeated, and timer H runs all the same")
    func noAcknowledgementReliable() {
        var machine = completed(reliable: true)
        #expect(machine.deadline == start + .seconds(32))
        #expect(machine.advance(to: start + .milliseconds(31_999), timers: timers) == .none)
        #expect(machine.advance(to: start + .seconds(32), timers: timers) == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("A repeated INVITE gets the final response again", arguments: [false, true])
    func repeatedInviteWhenCompleted(reliable: Bool) {
        var machine = completed(reliable: reliable)
        #expect(machine.receiveInvite() == .resend)
        #expect(machine.respond(status: 200, now: start, timers: timers) == .refuse)
        #expect(machine.respond(status: 180, now: start, timers: timers) == .refuse)
        #expect(machine.respond(status: 500, now: start, timers: timers) == .refuse)
        #expect(machine.state == .completed)
    }

    @Test("The ACK ends the repetition; later ones and INVITEs are absorbed for T4")
    func confirmed() {
        var machine = completed()
        let later = start + .seconds(1)
        #expect(machine.receiveAcknowledgement(now: later, timers: timers) == .absorb)
        #expect(machine.state == .confirmed)
        #expect(machine.deadline == later + .seconds(5))
        #expect(machine.receiveAcknowledgement(now: later, timers: timers) == .absorb)
        #expect(machine.receiveInvite() == .absorb)
        #expect(machine.respond(status: 200, now: later, timers: timers) == .refuse)
        #expect(machine.transportFailed() == .ignore)
        #expect(machine.advance(to: later + .milliseconds(4_999), timers: timers) == .none)
        #expect(machine.state == .confirmed)
        #expect(machine.advance(to: later + .seconds(5), timers: timers) == .none)
        #expect(machine.state == .terminated)
    }

    @Test("Over a reliable transport the ACK ends the transaction (timer I is zero)")
    func confirmedReliable() {
        var machine = completed(reliable: true)
        #expect(machine.receiveAcknowledgement(now: start, timers: timers) == .absorb)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
    }

    @Test("An ACK that comes before the final response changes nothing")
    func earlyAcknowledgement() {
        var machine = machine()
        #expect(machine.receiveAcknowledgement(now: start, timers: timers) == .absorb)
        #expect(machine.state == .proceeding)
        #expect(machine.deadline == start + .milliseconds(200))
    }

    @Test("A transport error is told to the user, and the state stays")
    func transportError() {
        var proceeding = machine()
        #expect(proceeding.transportFailed() == .report)
        #expect(proceeding.state == .proceeding)
        var completed = completed()
        #expect(completed.transportFailed() == .report)
        #expect(completed.state == .completed)
    }

    @Test("A process that was held up repeats once and not in a burst, and gives up when timer H is past")
    func heldUp() {
        var machine = completed()
        let late = start + .seconds(10)
        #expect(machine.advance(to: late, timers: timers) == .resend)
        #expect(machine.deadline == late + .seconds(1))
        #expect(machine.advance(to: start + .seconds(40), timers: timers) == .fail)
        #expect(machine.receiveInvite() == .absorb)
        #expect(machine.receiveAcknowledgement(now: late, timers: timers) == .absorb)
        #expect(machine.respond(status: 200, now: late, timers: timers) == .refuse)
        #expect(machine.transportFailed() == .ignore)
        #expect(machine.state == .terminated)
    }
}
