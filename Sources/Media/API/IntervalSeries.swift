/// A call's intervals from its beginning to its end, without a gap: their counts add up to those of the call.
///
/// At most 120 entries, whatever the length of the call. When there would be more, each two neighbours become one, and
/// from then on an entry covers twice as many intervals: with intervals of 5 s, an entry is 5 s in the first 10 min, and
/// 10 s throughout in a call of 15 min. Counts add up; jitter and scores become means, weighted by packets; the round trip
/// is the later one. An entry has 36 octets, and memory grows by four entries at a time.
public struct IntervalSeries: Hashable, Sendable {
    /// The most entries.
    public static let limit = 120
    private static let growth = 4

    private var entries: [CompactInterval] = []
    /// How many intervals an entry covers, and how many the last one covers so far.
    private var span = 1
    private var spanOfLast = 0

    /// No intervals.
    public init() {}

    /// Adds the interval that follows: it begins where the last one ended, whatever its offset says.
    mutating func append(_ interval: IntervalSummary) {
        let next = CompactInterval(interval, after: entries.last?.end ?? 0)
        // The limit is even: what is halved leaves no entry half full.
        if entries.count == Self.limit, spanOfLast == span { halve() }
        if let last = entries.indices.last, spanOfLast < span {
            entries[last].merge(next)
            spanOfLast += 1
        } else {
            if entries.count == entries.capacity { entries.reserveCapacity(entries.count + Self.growth) }
            entries.append(next)
            spanOfLast = 1
        }
    }

    private mutating func halve() {
        let half = entries.count / 2
        for index in 0..<half {
            var pair = entries[2 * index]
            pair.merge(entries[2 * index + 1])
            entries[index] = pair
        }
        entries.removeLast(entries.count - half)
        span *= 2
        spanOfLast = span
    }
}

extension IntervalSeries: RandomAccessCollection {
    /// 0.
    public var startIndex: Int { 0 }
    /// The number of entries.
    public var endIndex: Int { entries.count }

    /// An entry.
    public subscript(position: Int) -> IntervalSummary {
        IntervalSummary(entries[position], beginsAt: position == 0 ? 0 : entries[position - 1].end)
    }
}
