import Testing

@testable import Media

@Suite("DeadlineHeap")
struct DeadlineHeapTests {
    @Test("The earliest deadline is first, whatever was set, moved and removed before")
    func order() {
        var random = SeededRandom(11)
        var heap = DeadlineHeap()
        var model: [UInt32: Int64] = [:]
        for _ in 0..<20_000 {
            let slot = UInt32.random(in: 0..<300, using: &random)
            let deadline = Int.random(in: 0..<3, using: &random) == 0 ? nil : Int64.random(in: 0..<1000, using: &random)
            heap.set(slot, to: deadline)
            model[slot] = deadline
            #expect(heap.next == model.values.min())
            #expect(heap.count == model.count)
            if let first = heap.nextSlot { #expect(model[first] == heap.next) }
        }
        while let slot = heap.nextSlot {
            #expect(heap.next == model.values.min())
            heap.set(slot, to: nil)
            model[slot] = nil
        }
        #expect(model.isEmpty)
    }
}
