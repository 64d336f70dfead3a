import SIP

/// What is remembered of one source.
struct SourceEntry: Sendable {
    var key: SourceKey
    /// Whether the source was seen since the hand last passed.
    var isUsed = false
    /// Whether it has shown that what we send to it arrives there.
    var isProved = false
    /// When the four below were right.
    var updated: Instant
    /// New requests that may still come.
    var requests: Double
    /// Answers to what is not new that may still be sent there.
    var answers: Double
    /// 503s that may still be sent.
    var refusals = EdgeBounds.refusalsPerSource.burst
    /// Octets that may still be repeated.
    var repeats = EdgeBounds.repeatsPerSource.burst
}

/// The sources that were seen last, a bounded number of them. The place for a new one is found by second chance, so
/// that those who came once, as forged addresses do, go before those who come again; the cost is constant, amortised.
struct SourceTable: Sendable {
    private let capacity: Int
    /// New requests of a source, from its next one on.
    var requests: (rate: Double, burst: Double)
    /// Answers to what is not new, likewise.
    var answers: (rate: Double, burst: Double)
    private var entries: [SourceEntry] = []
    private var index: [SourceKey: Int] = [:]
    private var hand = 0
    /// Sources that were forgotten to make room.
    private(set) var evicted: UInt64 = 0

    init(capacity: Int, requests: (rate: Double, burst: Double), answers: (rate: Double, burst: Double)) {
        self.capacity = max(1, capacity)
        self.requests = requests
        self.answers = answers
    }

    /// The number of sources remembered.
    var count: Int { entries.count }

    subscript(place: Int) -> SourceEntry {
        get { entries[place] }
        _modify { yield &entries[place] }
    }

    /// Whether a source is remembered as proved.
    func isProved(_ key: SourceKey) -> Bool { index[key].map { entries[$0].isProved } ?? false }

    /// The place of a source, which is remembered from now on, with what it may do at this time.
    mutating func place(of key: SourceKey, now: Instant) -> Int {
        if let place = index[key] {
            entries[place].isUsed = true
            refill(place, now: now)
            return place
        }
        let new = SourceEntry(key: key, updated: now, requests: requests.burst, answers: answers.burst)
        let place: Int
        if entries.count < capacity {
            place = entries.count
            entries.append(new)
        } else {
            place = makeRoom()
            entries[place] = new
        }
        index[key] = place
        return place
    }

    private mutating func refill(_ place: Int, now: Instant) {
        let passed = Double(now.nanoseconds &- entries[place].updated.nanoseconds) / 1e9
        guard passed > 0 else { return }
        entries[place].updated = now
        entries[place].requests = min(requests.burst, entries[place].requests + passed * requests.rate)
        entries[place].answers = min(answers.burst, entries[place].answers + passed * answers.rate)
        let (refusals, repeats) = (EdgeBounds.refusalsPerSource, EdgeBounds.repeatsPerSource)
        entries[place].refusals = min(refusals.burst, entries[place].refusals + passed * refusals.rate)
        entries[place].repeats = min(repeats.burst, entries[place].repeats + passed * repeats.rate)
    }

    private mutating func makeRoom() -> Int {
        while entries[hand].isUsed {
            entries[hand].isUsed = false
            hand = (hand + 1) % entries.count
        }
        let place = hand
        hand = (hand + 1) % entries.count
        index[entries[place].key] = nil
        evicted &+= 1
        return place
    }
}
