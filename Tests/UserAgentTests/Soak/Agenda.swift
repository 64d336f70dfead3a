import SIP

/// What is to happen when: a binary heap, in which what was put in first comes first of what is due at once.
struct Agenda<Event> {
    private typealias Entry = (at: Instant, order: UInt64, event: Event)

    private var heap: [Entry] = []
    private var order: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var nextInstant: Instant? { heap.first?.at }

    mutating func insert(_ event: Event, at instant: Instant) {
        order += 1
        heap.append((instant, order, event))
        var index = heap.count - 1
        while index > 0, isBefore(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> Event? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while 2 * index + 1 < heap.count {
            var child = 2 * index + 1
            if child + 1 < heap.count, isBefore(child + 1, child) { child += 1 }
            guard isBefore(child, index) else { break }
            heap.swapAt(child, index)
            index = child
        }
        return first.event
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (heap[one].at, heap[one].order) < (heap[other].at, heap[other].order)
    }
}
