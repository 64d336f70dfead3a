/// The sessions that want to be looked at, by when: a binary heap that knows where each session stands in it, so that a
/// deadline is moved in place. Sessions without a deadline are not in it.
struct DeadlineHeap: ~Copyable {
    private struct Entry {
        var deadline: Int64
        var slot: UInt32
    }

    private var entries: [Entry] = []
    /// Of each slot its index in `entries`, or -1.
    private var places: [Int32] = []

    /// The earliest deadline.
    var next: Int64? { entries.first?.deadline }

    var count: Int { entries.count }

    /// The session with the earliest deadline.
    var nextSlot: UInt32? { entries.first?.slot }

    /// Sets, moves or (with nil) removes the deadline of a slot.
    mutating func set(_ slot: UInt32, to deadline: Int64?) {
        while places.count <= Int(slot) { places.append(-1) }
        let place = Int(places[Int(slot)])
        switch (deadline, place >= 0) {
        case (nil, false): return
        case (nil, true): remove(at: place)
        case (let deadline?, false):
            entries.append(Entry(deadline: deadline, slot: slot))
            places[Int(slot)] = Int32(entries.count - 1)
            rise(from: entries.count - 1)
        case (let deadline?, true):
            entries[place].deadline = deadline
            rise(from: place)
            sink(from: Int(places[Int(slot)]))
        }
    }

    private mutating func remove(at place: Int) {
        let last = entries.count - 1
        places[Int(entries[place].slot)] = -1
        let moved = entries.removeLast()
        guard place != last else { return }
        entries[place] = moved
        places[Int(moved.slot)] = Int32(place)
        rise(from: place)
        sink(from: Int(places[Int(moved.slot)]))
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0, entries[place].deadline < entries[(place - 1) / 2].deadline {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(from start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < entries.count && entries[child].deadline < entries[least].deadline {
                least = child
            }
            guard least != place else { return }
            swap(place, least)
            place = least
        }
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        places[Int(entries[left].slot)] = Int32(left)
        places[Int(entries[right].slot)] = Int32(right)
    }
}
