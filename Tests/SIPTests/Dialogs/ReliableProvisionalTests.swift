import Testing

@testable import SIP

@Suite("ReliableProvisional (RFC 3262 §3)")
struct ReliableProvisionalTests {
    let start = Instant(nanoseconds: 0)

    func value(_ sequence: UInt32 = 988_789) -> ReliableProvisional {
        ReliableProvisional(response: [1], sequence: sequence, inviteSequence: 1, now: start)
    }

    @Test("The response is repeated in doubling intervals, and given up after 64 T1")
    func unacknowledged() {
        var value = value()
        var sent: [Duration] = []
        var action = ReliableProvisional.Action.none
        while let deadline = value.deadline {
            action = value.advance(to: deadline)
            if action == .resend { sent.append(deadline - start) }
        }
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5].map { .seconds($0) })
        #expect(action == .giveUp)
    }

    @Test("Only the PRACK with its RSeq, CSeq and method acknowledges it, and only once")
    func match() {
        var value = value()
        #expect(value.receive(RAck(response: 988_788, cSeq: CSeq(1, .invite))) == .reject)
        #expect(value.receive(RAck(response: 988_789, cSeq: CSeq(2, .invite))) == .reject)
        #expect(value.receive(RAck(response: 988_789, cSeq: CSeq(1, .subscribe))) == .reject)
        #expect(!value.isDone)
        #expect(value.receive(RAck(response: 988_789, cSeq: CSeq(1, .invite))) == .accept)
        #expect(value.isDone)
        #expect(value.deadline == nil)
        #expect(value.receive(RAck(response: 988_789, cSeq: CSeq(1, .invite))) == .reject)
    }

    @Test("The next response has the next RSeq, also after the last number there is")
    func nextSequence() {
        #expect(value().nextSequence == 988_790)
        #expect(value(.max).nextSequence == 1)
    }
}
