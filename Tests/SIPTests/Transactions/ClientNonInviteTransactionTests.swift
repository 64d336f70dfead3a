import Testing

@testable import SIP

@Suite("ClientNonInviteTransaction (RFC 3261 figure 6)")
struct ClientNonInviteTransactionTests {
    let start = Instant(nanoseconds: 0)
    let timers = TimerValues()

    func machine(reliable: Bool = false) -> ClientNonInviteTransaction {
        ClientNonInviteTransaction(reliable: reliable, now: start, timers: timers)
    }

    func drain(_ machine: inout ClientNonInviteTransaction) -> ([Duration], ClientNonInviteTransaction.TimerAction) {
        var sent: [Duration] = []
        var action = ClientNonInviteTransaction.TimerAction.none
        while let deadline = machine.deadline {
            action = machine.advance(to: deadline, timers: timers)
            if action == .resend { sent.append(deadline - start) }
        }
        return (sent, action)
    }

    @Test("A request is repeated at T1, 2 T1 … T2 until timer F")
    func unanswered() {
        var machine = machine()
        let (sent, last) = drain(&machine)
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5].map { .seconds($0) })
        #expect(last == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("Over a reliable transport a request is sent once, and timer F ends it")
    func unansweredReliable() {
        var machine = machine(reliable: true)
        #expect(machine.deadline == start + .seconds(32))
        #expect(machine.advance(to: start + .seconds(32), timers: timers) == .fail)
        #expect(machine.state == .terminated)
    }

    @Test("After a provisional response the request is repeated every T2 until timer F")
    func proceeding() {
        var machine = machine()
        #expect(machine.receive(status: 100, now: start + .milliseconds(100), timers: timers) == .deliver)
        #expect(machine.state == .proceeding)
        #expect(machine.receive(status: 182, now: start + .milliseconds(100), timers: timers) == .deliver)
        let (sent, last) = drain(&machine)
        #expect(sent == [0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5].map { .seconds($0) })
        #expect(last == .fail)
    }

    @Test("Over a reliable transport a provisional response leaves timer F alone")
    func proceedingReliable() {
        var machine = machine(reliable: true)
        #expect(machine.receive(status: 100, now: start + .seconds(1), timers: timers) == .deliver)
        #expect(machine.deadline == start + .seconds(32))
        #expect(machine.advance(to: start + .seconds(32), timers: timers) == .fail)
    }

    @Test("A final response is told once; repeated ones are absorbed for T4", arguments: [200, 302, 404, 500, 603])
    func completed(status: Int) {
        for provisional in [nil, 100] {
            var machine = machine()
            if let provisional { _ = machine.receive(status: provisional, now: start, timers: timers) }
            #expect(machine.receive(status: status, now: start, timers: timers) == .deliver)
            #expect(machine.state == .completed)
            #expect(machine.deadline == start + .seconds(5))
            #expect(machine.receive(status: status, now: start, timers: timers) == .absorb)
            #expect(machine.receive(status: 100, now: start, timers: timers) == .absorb)
            #expect(machine.transportFailed() == .ignore)
            #expect(machine.advance(to: start + .seconds(5), timers: timers) == .none)
            #expect(machine.state == .terminated)
            #expect(machine.receive(status: status, now: start, timers: timers) == .absorb)
        }
    }

    @Test("Over a reliable transport the final response ends the transaction (timer K is zero)")
    func completedReliable() {
        var machine = machine(reliable: true)
        #expect(machine.receive(status: 200, now: start, timers: timers) == .deliver)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
    }

    @Test("A transport error ends the transaction and is told to the user", arguments: [nil, 100])
    func transportError(provisional: Int?) {
        var machine = machine()
        if let provisional { _ = machine.receive(status: provisional, now: start, timers: timers) }
        #expect(machine.transportFailed() == .fail)
        #expect(machine.state == .terminated)
        #expect(machine.deadline == nil)
        #expect(machine.transportFailed() == .ignore)
    }
}
