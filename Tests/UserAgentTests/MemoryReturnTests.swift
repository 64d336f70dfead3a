import SIP
import Testing

@testable import UserAgent

@Suite("Memory is given back after a rush")
struct MemoryReturnTests {
    /// What comes of so many transactions at so many seconds.
    private static func decisions(_ held: [(transactions: Int, seconds: Int)]) -> [Bool] {
        var memory = MemoryReturn()
        let start = Instant(nanoseconds: 0)
        return held.map { memory.isDue(held: $0.transactions, now: start + .seconds($0.seconds)) }
    }

    @Test("once most of what was held is gone, again when most of the rest is, and then not before the next rush")
    func afterRush() {
        let rush = [(8_000, 0), (1_001, 1), (1_000, 2), (126, 60), (125, 61), (0, 120)]
        #expect(Self.decisions(rush) == [false, false, true, false, true, false])
    }

    @Test("not for a handful of transactions, and not twice in 10 s")
    func seldom() {
        #expect(Self.decisions([(999, 0), (0, 1)]) == [false, false])
        let twice = [(2_000, 0), (0, 1), (2_000, 2), (0, 10), (0, 11)]
        #expect(Self.decisions(twice) == [false, true, false, false, true])
    }
}
