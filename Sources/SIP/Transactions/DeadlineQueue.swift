/// The deadlines of many transactions: a heap of four children a node, from which nothing is ever removed but the
/// earliest.
///
/// A deadline that no longer holds stays until it is due; its owner recognises it and lets it fall. So a timer
/// that is put off, which is what nearly all of them are, costs nothing.
@usableFromInline struct DeadlineQueue: Sendable {
    /// An instant and the transaction that wanted to be called then.
    @usableFromInline struct Entry: Sendable {
        @usableFromInline let deadline: Instant
        let slot: UInt32
        let generation: UInt32
    }

    @usableFromInline var heap: [Entry] = []

    /// The earliest entry, or `nil` for none.
    @inlinable var first: Entry? { heap.first }

    /// The number of entries, those that no longer hold among them.
    var count: Int { heap.count }

    /// Adds an entry.
    mutating func insert(_ entry: Entry) {
        var index = heap.count
        heap.append(entry)
        while index > 0 {
            let parent = (index - 1) / 4
            guard entry.deadline < heap[parent].deadline else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    /// Takes the earliest entry out, if it is due.
    mutating func popFirst(dueBy now: Instant) -> Entry? {
        guard let first = heap.first, first.deadline <= now, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(last) }
        return first
    }

    /// Puts an entry in the place of the root.
    private mutating func sink(_ entry: Entry) {
        let count = heap.count
        var index = 0
        while true {
            let child = 4 * index + 1
            guard child < count else { break }
            var least = child
            for other in child + 1..<max(child + 1, min(child + 4, count))
            where heap[other].deadline < heap[least].deadline {
                least = other
            }
            guard heap[least].deadline < entry.deadline else { break }
            heap[index] = heap[least]
            index = least
        }
        heap[index] = entry
    }

    /// Forgets all entries and their memory.
    mutating func removeAll() { heap = [] }
}
