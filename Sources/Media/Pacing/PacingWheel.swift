/// The sessions that send a frame every `period` milliseconds, each in one of as many buckets: the bucket of a tick
/// (a millisecond of the schedule) is served at that tick, so the sessions are spread evenly over the packet time.
///
/// After a stall every session is served at most once: what it has missed is its own affair.
struct PacingWheel: ~Copyable {
    /// Where a session stands.
    struct Place: Sendable, BitwiseCopyable {
        var bucket: UInt32
        var position: UInt32
    }

    private struct Bucket {
        var slots: UnsafeMutablePointer<UInt32>?
        var count = 0
        var capacity = 0
    }

    /// Milliseconds from one frame of a session to the next, and the number of buckets.
    let period: Int
    private let buckets: UnsafeMutablePointer<Bucket>
    private(set) var members = 0
    /// The first tick that has not been served.
    private(set) var nextTick: Int64

    init(period: Int, nextTick: Int64) {
        precondition(period > 0)
        self.period = period
        self.nextTick = nextTick
        buckets = .allocate(capacity: period)
        buckets.initialize(repeating: Bucket(), count: period)
    }

    deinit {
        for bucket in 0..<period { buckets[bucket].slots?.deallocate() }
        buckets.deallocate()
    }

    /// Adds a session to the bucket with the fewest, and of those to the one whose turn comes first.
    ///
    /// - Returns: its place, and the tick at which it is served first.
    mutating func insert(_ slot: UInt32, now tick: Int64) -> (place: Place, firstTick: Int64) {
        if members == 0 { nextTick = max(nextTick, tick) }
        var chosen = nextTick
        for candidate in nextTick..<nextTick + Int64(period) where count(at: candidate) < count(at: chosen) {
            chosen = candidate
        }
        let bucket = index(chosen)
        if buckets[bucket].count == buckets[bucket].capacity { grow(bucket) }
        let position = buckets[bucket].count
        buckets[bucket].slots?[position] = slot
        buckets[bucket].count = position + 1
        members += 1
        return (Place(bucket: UInt32(bucket), position: UInt32(position)), chosen)
    }

    /// Removes the session at `place`.
    ///
    /// - Returns: the session that has taken that place, if another one had to move.
    mutating func remove(_ place: Place) -> UInt32? {
        let bucket = Int(place.bucket)
        let position = Int(place.position)
        let last = buckets[bucket].count - 1
        precondition(position <= last)
        members -= 1
        buckets[bucket].count = last
        guard position != last, let slots = buckets[bucket].slots else { return nil }
        slots[position] = slots[last]
        return slots[position]
    }

    /// The next tick at which there is somebody to serve; nil where there is nobody.
    var nextDueTick: Int64? {
        guard members > 0 else { return nil }
        return (nextTick..<nextTick + Int64(period)).first { count(at: $0) > 0 }
    }

    /// The ticks to serve at `tick`, which count as served from now on: at most one period of them.
    mutating func takeDueTicks(_ tick: Int64) -> Range<Int64> {
        guard tick >= nextTick else { return nextTick..<nextTick }
        defer { nextTick = tick + 1 }
        return max(nextTick, tick - Int64(period) + 1)..<tick + 1
    }

    /// The sessions to serve at `tick`. The pointer holds until the next insertion.
    func slots(at tick: Int64) -> UnsafeBufferPointer<UInt32> {
        let bucket = buckets[index(tick)]
        return UnsafeBufferPointer(start: bucket.slots, count: bucket.count)
    }

    private func count(at tick: Int64) -> Int { buckets[index(tick)].count }

    private func index(_ tick: Int64) -> Int { Int(tick % Int64(period)) }

    private mutating func grow(_ bucket: Int) {
        let old = buckets[bucket]
        let capacity = max(8, 2 * old.capacity)
        let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
        if let previous = old.slots {
            slots.moveInitialize(from: previous, count: old.count)
            previous.deallocate()
        }
        buckets[bucket].slots = slots
        buckets[bucket].capacity = capacity
    }
}
