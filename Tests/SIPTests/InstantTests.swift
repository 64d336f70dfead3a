import Testing

@testable import SIP

@Suite("Instant")
struct InstantTests {
    @Test("a duration is taken to whole nanoseconds, towards zero")
    func nanoseconds() {
        let start = Instant(nanoseconds: 1_000)
        #expect(start + .nanoseconds(1) == Instant(nanoseconds: 1_001))
        #expect(start + .seconds(-3600) == Instant(nanoseconds: 1_000 - 3_600_000_000_000))
        let attoseconds = Duration(secondsComponent: 1, attosecondsComponent: 1_999_999_999)
        #expect(start + attoseconds == Instant(nanoseconds: 1_000_001_001))
        #expect(start - attoseconds == Instant(nanoseconds: -999_999_001))
        #expect(start + (Instant(nanoseconds: 7) - start) == Instant(nanoseconds: 7))
    }

    @Test("what cannot be told is the first or the last moment")
    func saturation() {
        #expect(Instant(nanoseconds: 1) + .nanoseconds(Int64.max) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: -2) + .nanoseconds(Int64.min) == Instant(nanoseconds: .min))
        #expect(Instant(nanoseconds: 0) + .seconds(Int64.max) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: 0) + .seconds(Int64.min) == Instant(nanoseconds: .min))
        #expect(Instant(nanoseconds: -5) + .seconds(10_000_000_000) == Instant(nanoseconds: .max - 5))
    }

    @Test("64 T1 follows T1")
    func timers() {
        var timers = TimerValues(t1: .milliseconds(10))
        #expect(timers.b == .milliseconds(640) && timers.timeout == timers.l)
        timers.t1 = .seconds(1)
        #expect(timers.h == .seconds(64) && timers.j(reliable: false) == .seconds(64))
    }

    @Test(
        "numbers have sixteen digits",
        arguments: [(0, "0000000000000000"), (0xFEDC_BA98_7654_3210, "fedcba9876543210")])
    func digits(number: UInt64, text: String) {
        #expect(String(sixteenDigitsOf: number) == text)
    }
}
