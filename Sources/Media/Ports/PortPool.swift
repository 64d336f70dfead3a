/// Which pairs of ports are free, in the order in which they may be used again. It knows nothing of sockets.
///
/// The pairs stand in a queue that begins shuffled. One of the few that have waited longest is taken, by chance, so
/// that nobody can tell the next one; a freed pair goes behind those whose use has ended before, which nearly always is the
/// end. So every pair rests as long as the load permits: for `restNanoseconds`, or where all have been in use a moment ago
/// for `leastRestNanoseconds`, and never less.
struct PortPool: Sendable {
    private struct Entry {
        var port: UInt16
        /// From when on it may be used.
        var restedAt: Int64
    }

    /// How many of the longest rested the choice is from.
    static let choice = 16
    /// What is still under way in a network comes within this, nearly always; a call is worth more than the rest of it.
    static let leastRestNanoseconds: Int64 = 50_000_000

    let restNanoseconds: Int64
    /// A ring with room for every pair.
    private var ring: [Entry]
    private var head = 0
    private var free: Int
    private(set) var skipped: UInt64 = 0
    private(set) var exhausted: UInt64 = 0

    /// The pairs that lie within `range`: an even port and the one after it.
    init(_ range: ClosedRange<UInt16>, restNanoseconds: Int64, random: inout some RandomNumberGenerator) {
        self.restNanoseconds = max(0, restNanoseconds)
        let first = Int(range.lowerBound) + Int(range.lowerBound & 1)
        // Port 0 is none.
        let ports = stride(from: max(first, 2), to: Int(range.upperBound), by: 2).shuffled(using: &random)
        ring = ports.map { Entry(port: UInt16(truncatingIfNeeded: $0), restedAt: .min) }
        free = ring.count
    }

    /// Takes a pair: its even port, or nil where every one is in use or rests.
    ///
    /// - Parameter isLast: whether the call fails without: then the least rest is enough, and a refusal is counted.
    mutating func take(now: Int64, isLast: Bool = false, random: inout some RandomNumberGenerator) -> UInt16? {
        let horizon = isLast ? now &+ max(0, restNanoseconds - Self.leastRestNanoseconds) : now
        var candidates = 0
        while candidates < min(free, Self.choice), ring[index(candidates)].restedAt <= horizon { candidates += 1 }
        guard candidates > 0 else {
            if isLast { exhausted &+= 1 }
            return nil
        }
        ring.swapAt(head, index(Int.random(in: 0..<candidates, using: &random)))
        let port = ring[head].port
        head = index(1)
        free -= 1
        return port
    }

    /// Gives a pair back, whose use may have ended a while ago: it has rested since then.
    mutating func release(_ port: UInt16, endedAt: Int64) {
        precondition(free < ring.count, "a pair of ports was given back twice")
        let entry = Entry(port: port, restedAt: endedAt &+ restNanoseconds)
        // Before those whose use has ended later: nobody looks behind one that rests.
        var place = free
        while place > 0, ring[index(place - 1)].restedAt > entry.restedAt {
            ring[index(place)] = ring[index(place - 1)]
            place -= 1
        }
        ring[index(place)] = entry
        free += 1
    }

    /// Gives a pair back of which somebody else has a port: it is looked at again later.
    mutating func skip(_ port: UInt16, now: Int64) {
        skipped &+= 1
        release(port, endedAt: now)
    }

    func statistics(now: Int64) -> PortPoolStatistics {
        let resting = (0..<free).lazy.filter { ring[index($0)].restedAt > now }.count
        return PortPoolStatistics(
            pairs: ring.count, inUse: ring.count - free, resting: resting, skipped: skipped, exhausted: exhausted)
    }

    private func index(_ offset: Int) -> Int {
        let sum = head + offset
        return sum < ring.count ? sum : sum - ring.count
    }
}
