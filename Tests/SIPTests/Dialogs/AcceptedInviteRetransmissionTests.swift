import Testing

@testable import SIP

@Suite("AcceptedInviteRetransmission (RFC 3261 §13.3.1.4)")
struct AcceptedInviteRetransmissionTests {
    let start = Instant(nanoseconds: 0)

    @Test("The 2xx is repeated at T1, 2 T1 … T2, and given up after 64 T1")
    func unacknowledged() {
        var value = AcceptedInviteRetransmission(response: [1], now: start)
        var sent: [Duration] = []
        var action = AcceptedInviteRetransmission.Action.none
        while let deadline = value.deadline {
            action = value.advance(to: deadline)
            if action == .resend { sent.append(deadline - start) }
        }
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5].map { .seconds($0) })
        #expect(action == .giveUp)
        #expect(value.isDone)
    }

    @Test("The ACK ends the repetition, and a repeated ACK is known as such")
    func acknowledged() {
        var value = AcceptedInviteRetransmission(response: [1], now: start)
        #expect(value.advance(to: start + .milliseconds(499)) == .none)
        #expect(value.advance(to: start + .milliseconds(500)) == .resend)
        #expect(value.acknowledged() == true)
        #expect(value.acknowledged() == false)
        #expect(value.deadline == nil)
        #expect(value.advance(to: start + .seconds(60)) == .none)
    }
}
