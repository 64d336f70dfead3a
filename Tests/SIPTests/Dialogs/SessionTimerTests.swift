import Testing

@testable import SIP

@Suite("SessionTimer (RFC 4028 §10)")
struct SessionTimerTests {
    let start = Instant(nanoseconds: 0)

    @Test("The refresher refreshes at half the interval, and ends the session when that does not succeed")
    func refresher() {
        var timer = SessionTimer(interval: 1_800, isOurs: true, now: start)
        #expect(timer.advance(to: start + .seconds(899)) == .none)
        #expect(timer.deadline == start + .seconds(900))
        #expect(timer.advance(to: start + .seconds(900)) == .refresh)
        #expect(timer.deadline == start + .seconds(1_768))
        #expect(timer.advance(to: start + .seconds(1_767)) == .none)
        #expect(timer.advance(to: start + .seconds(1_768)) == .expire)
        #expect(timer.deadline == nil)
    }

    @Test("The other side waits until 32 s, or a third of the interval, before the end")
    func waits() {
        var long = SessionTimer(interval: 1_800, isOurs: false, now: start)
        #expect(long.deadline == start + .seconds(1_768))
        #expect(long.advance(to: start + .seconds(1_768)) == .expire)
        var brief = SessionTimer(interval: 90, isOurs: false, now: start)
        #expect(brief.deadline == start + .seconds(60))
        #expect(brief.advance(to: start + .seconds(60)) == .expire)
    }

    @Test("A refresh starts the interval afresh, with the roles that it agreed on")
    func renewed() {
        var timer = SessionTimer(interval: 90, isOurs: false, now: start)
        timer.renew(interval: 120, isOurs: true, now: start + .seconds(50))
        #expect(timer.interval == 120)
        #expect(timer.deadline == start + .seconds(110))
        #expect(timer.advance(to: start + .seconds(110)) == .refresh)
        #expect(timer.deadline == start + .seconds(138))
    }
}

@Suite("SessionTimerPolicy (RFC 4028 §9, table 2)")
struct SessionTimerPolicyTests {
    let policy = SessionTimerPolicy(interval: 600, minimum: 120, refresher: .uas)

    func agreed(_ interval: UInt32, _ refresher: SessionRefresher) -> SessionTimerPolicy.Answer {
        .agreed(SessionTimerAgreement(interval: interval, refresher: refresher, isRequired: refresher == .uac))
    }

    @Test("Who refreshes is the client's choice, else ours, and never a client that does not know how")
    func refreshers() {
        func offer(_ refresher: SessionRefresher?, supported: Bool) -> SessionTimerPolicy.Answer {
            policy.answer(.init(interval: 300, refresher: refresher, isSupported: supported))
        }
        #expect(offer(.uac, supported: true) == agreed(300, .uac))
        #expect(offer(.uas, supported: true) == agreed(300, .uas))
        #expect(offer(nil, supported: true) == agreed(300, .uas))
        #expect(offer(nil, supported: false) == agreed(300, .uas))
        #expect(offer(.uac, supported: false) == agreed(300, .uas))
    }

    @Test("An interval below our minimum is refused with 422, if the client knows what that means")
    func tooBrief() {
        #expect(policy.answer(.init(interval: 119, isSupported: true)) == .tooBrief(minimum: 120))
        #expect(policy.answer(.init(interval: 120, isSupported: true)) == agreed(120, .uas))
        #expect(policy.answer(.init(interval: 100, isSupported: false)) == agreed(100, .uas))
        #expect(policy.answer(.init(interval: 0, isSupported: false)) == .none)
    }

    @Test("A long interval is lowered to ours, but not below the request's Min-SE")
    func lowered() {
        #expect(policy.answer(.init(interval: 3_600, isSupported: true)) == agreed(600, .uas))
        #expect(policy.answer(.init(interval: 3_600, minimum: 900, isSupported: true)) == agreed(900, .uas))
    }

    @Test("Without Session-Expires there is no timer, unless we want one")
    func unasked() {
        #expect(policy.answer(.init(isSupported: true)) == .none)
        var eager = policy
        eager.isAlwaysWanted = true
        #expect(eager.answer(.init(isSupported: true)) == agreed(600, .uas))
        #expect(eager.answer(.init(minimum: 700)) == agreed(700, .uas))
    }

    @Test("A policy's minimum is at least 90 s (§5)")
    func leastMinimum() {
        #expect(SessionTimerPolicy(minimum: 10).minimum == 90)
    }

    @Test("After a 422 the offer is raised to its Min-SE (§7.4)")
    func raised() {
        let offer = SessionTimerOffer(interval: 90, refresher: .uac, isSupported: true)
        #expect(
            offer.raised(to: 600)
                == SessionTimerOffer(interval: 600, refresher: .uac, minimum: 600, isSupported: true))
        #expect(offer.raised(to: 60).minimum == 90)
        #expect(SessionTimerOffer(interval: 1_800, isSupported: true).raised(to: 600).interval == 1_800)
    }
}
