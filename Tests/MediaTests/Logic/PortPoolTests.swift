import Testing

@testable import Media

@Suite("PortPool")
struct PortPoolTests {
    private var random = SeededRandom(1)

    private mutating func drain(_ pool: inout PortPool, now: Int64 = 0) -> [UInt16] {
        var ports: [UInt16] = []
        while let port = pool.take(now: now, random: &random) { ports.append(port) }
        return ports
    }

    @Test(
        "Pairs begin at even ports and lie within the range",
        arguments: [
            (10000...10007, [10000, 10002, 10004, 10006]), (10001...10006, [10002, 10004]), (10000...10000, []),
            (10000...10001, [10000]), (0...5, [2, 4]), (65532...65535, [65532, 65534]),
        ] as [(ClosedRange<UInt16>, [UInt16])])
    mutating func pairs(range: ClosedRange<UInt16>, expected: [UInt16]) {
        var pool = PortPool(range, restNanoseconds: 0, random: &random)
        #expect(drain(&pool).sorted() == expected)
        #expect(pool.statistics(now: 0).pairs == expected.count)
    }

    @Test("The order is by chance")
    mutating func order() {
        var first = PortPool(10000...10999, restNanoseconds: 0, random: &random)
        var second = PortPool(10000...10999, restNanoseconds: 0, random: &random)
        let one = drain(&first)
        let other = drain(&second)
        #expect(one.count == 500)
        #expect(one != other)
        #expect(one != one.sorted())
        #expect(Set(one) == Set(other))
    }

    @Test("A freed pair rests, and then comes after those that have rested longer")
    mutating func rest() {
        var pool = PortPool(10000...10099, restNanoseconds: 100, random: &random)
        let ports = drain(&pool)
        pool.release(ports[0], endedAt: 1000)
        #expect(pool.take(now: 1099, random: &random) == nil)
        #expect(pool.take(now: 1100, random: &random) == ports[0])
        for (index, port) in ports.enumerated() { pool.release(port, endedAt: 2000 + Int64(index)) }
        // All have rested: the choice is from the sixteen that were freed first.
        let taken = pool.take(now: 5000, random: &random)
        #expect(ports.prefix(PortPool.choice).contains(taken ?? 0))
        pool.release(taken ?? 0, endedAt: 5000)
        for _ in 0..<(ports.count - PortPool.choice) {
            #expect(pool.take(now: 6000, random: &random) != taken)
        }
    }

    @Test("A pair that is given back late has rested since its use has ended, and waits behind nobody who rests")
    mutating func late() {
        var pool = PortPool(10000...10009, restNanoseconds: 100, random: &random)
        let ports = drain(&pool)
        // The ring goes round while they are put between each other.
        for (port, endedAt) in zip(ports, [900, 1000, 800, 1000, 850] as [Int64]) {
            pool.release(port, endedAt: endedAt)
        }
        #expect(pool.take(now: 899, random: &random) == nil)
        #expect(pool.take(now: 900, random: &random) == ports[2])
        pool.release(ports[2], endedAt: 875)
        #expect(pool.take(now: 950, random: &random) == ports[4])
        #expect(pool.take(now: 980, random: &random) == ports[2])
        pool.release(ports[2], endedAt: 980)
        #expect(pool.take(now: 1000, random: &random) == ports[0])
        #expect(pool.take(now: 1080, random: &random) == ports[2])
        #expect(pool.take(now: 1099, random: &random) == nil)
        #expect(Set(drain(&pool, now: 1100)) == [ports[1], ports[3]])
    }

    @Test("Where all have been in use a moment ago the least rest is enough")
    mutating func need() {
        let least = PortPool.leastRestNanoseconds
        var pool = PortPool(10000...10003, restNanoseconds: 5 * least, random: &random)
        let ports = drain(&pool)
        for (index, port) in ports.enumerated() { pool.release(port, endedAt: Int64(index)) }
        #expect(pool.take(now: least - 1, isLast: true, random: &random) == nil)
        #expect(pool.take(now: least, isLast: true, random: &random) == ports[0])
        #expect(pool.take(now: 5 * least, random: &random) == nil)
        #expect(pool.take(now: 5 * least + 1, random: &random) == ports[1])
        #expect(pool.statistics(now: 0).exhausted == 1)
    }

    @Test("Exhaustion and what belongs to others are counted")
    mutating func figures() {
        var pool = PortPool(10000...10003, restNanoseconds: 50, random: &random)
        let first = pool.take(now: 0, random: &random) ?? 0
        pool.skip(first, now: 0)
        let second = pool.take(now: 0, random: &random) ?? 0
        #expect(second != first)
        #expect(pool.take(now: 0, random: &random) == nil)
        #expect(pool.take(now: 0, isLast: true, random: &random) == nil)
        let figures = pool.statistics(now: 0)
        #expect(figures == PortPoolStatistics(pairs: 2, inUse: 1, resting: 1, skipped: 1, exhausted: 1))
        #expect(pool.take(now: 50, random: &random) == first)
    }
}
