import Testing

@testable import SIP

@Suite("DeadlineQueue")
struct DeadlineQueueTests {
    let start = Instant(nanoseconds: 0)

    @Test("Entries come out in the order of their deadlines, whatever the order they went in")
    func order() {
        var queue = DeadlineQueue()
        var random = SplitMix64(seed: 7)
        var expected: [Int64] = []
        for slot in 0..<2_000 {
            let milliseconds = Int64.random(in: 0..<500, using: &random)
            expected.append(milliseconds)
            queue.insert(
                .init(deadline: start + .milliseconds(milliseconds), slot: UInt32(slot), generation: 0))
        }
        var drained: [Instant] = []
        while let entry = queue.popFirst(dueBy: start + .seconds(1)) { drained.append(entry.deadline) }
        #expect(drained == expected.sorted().map { start + .milliseconds($0) })
    }

    @Test("Only what is due comes out")
    func due() {
        var queue = DeadlineQueue()
        for second in [3, 1, 2] {
            queue.insert(.init(deadline: start + .seconds(second), slot: UInt32(second), generation: 0))
        }
        #expect(queue.popFirst(dueBy: start) == nil)
        #expect(queue.popFirst(dueBy: start + .seconds(2))?.slot == 1)
        #expect(queue.popFirst(dueBy: start + .seconds(2))?.slot == 2)
        #expect(queue.popFirst(dueBy: start + .seconds(2)) == nil)
        #expect(queue.first?.slot == 3)
    }
}
