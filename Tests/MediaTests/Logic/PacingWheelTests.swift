import Testing

@testable import Media

@Suite("PacingWheel")
struct PacingWheelTests {
    @Test("Sessions that come at once are spread evenly over the packet time", arguments: [10, 20, 30, 60])
    func spread(period: Int) {
        var wheel = PacingWheel(period: period, nextTick: 0)
        var ticks: [Int64: Int] = [:]
        for slot in 0..<UInt32(period * 7) {
            ticks[wheel.insert(slot, now: 1000).firstTick, default: 0] += 1
        }
        #expect(ticks.count == period)
        #expect(ticks.values.allSatisfy { $0 == 7 })
        #expect(ticks.keys.allSatisfy { (1000..<1000 + Int64(period)).contains($0) })
    }

    @Test("The first session is served at the next tick, and then once a period")
    func serves() {
        var wheel = PacingWheel(period: 20, nextTick: 0)
        #expect(wheel.nextDueTick == nil)
        #expect(wheel.insert(7, now: 501).firstTick == 501)
        var served: [Int64] = []
        for now in 501..<Int64(601) {
            for tick in wheel.takeDueTicks(now) where Array(wheel.slots(at: tick)) == [7] { served.append(tick) }
        }
        #expect(served == [501, 521, 541, 561, 581])
        #expect(wheel.nextDueTick == 601)
    }

    @Test("After a stall everybody is served at most once", arguments: [19, 20, 21, 1000, 1_000_000] as [Int64])
    func stall(length: Int64) {
        var wheel = PacingWheel(period: 20, nextTick: 0)
        for slot in 0..<UInt32(40) { _ = wheel.insert(slot, now: 0) }
        _ = wheel.takeDueTicks(99)
        var times = [Int](repeating: 0, count: 40)
        for tick in wheel.takeDueTicks(99 + length) {
            for slot in wheel.slots(at: tick) { times[Int(slot)] += 1 }
        }
        #expect(times.max() == 1)
        #expect(times.reduce(0, +) == Int(min(length, 20)) * 2)
        #expect(wheel.takeDueTicks(99 + length).isEmpty)
        #expect(wheel.nextTick == 100 + length)
    }

    @Test("The place of who leaves goes to another, who is told")
    func removal() {
        var wheel = PacingWheel(period: 10, nextTick: 0)
        var places: [UInt32: PacingWheel.Place] = [:]
        for slot in 0..<UInt32(200) { places[slot] = wheel.insert(slot, now: 0).place }
        var random = SeededRandom(3)
        for slot in (0..<UInt32(200)).shuffled(using: &random).prefix(150) {
            guard let place = places.removeValue(forKey: slot) else { continue }
            if let moved = wheel.remove(place) { places[moved] = place }
        }
        #expect(wheel.members == 50)
        var found: Set<UInt32> = []
        for tick in wheel.takeDueTicks(9) { found.formUnion(wheel.slots(at: tick)) }
        #expect(found == Set(places.keys))
        while let (slot, place) = places.first {
            places[slot] = nil
            if let moved = wheel.remove(place) { places[moved] = place }
        }
        #expect(wheel.members == 0 && wheel.nextDueTick == nil)
    }

    @Test("A wheel that stood still does not catch up for its first session")
    func idle() {
        var wheel = PacingWheel(period: 20, nextTick: 0)
        _ = wheel.insert(1, now: 9000)
        #expect(wheel.takeDueTicks(9000) == 9000..<9001)
    }
}
