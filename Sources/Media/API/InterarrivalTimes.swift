import RTP

/// Times between the arrivals of consecutive packets of a stream, duplicates and late ones among them, as counts in
/// buckets: 2 ms wide and centred on even milliseconds up to 99 ms, wider above.
public struct InterarrivalTimes: Hashable, Sendable {
    /// A bucket that is not empty.
    public struct Bucket: Hashable, Sendable {
        /// The shortest time that is counted here, in ms.
        public var fromMilliseconds: UInt16
        /// The time from which on the next bucket counts, in ms; nil for that of the longest times, which has no bound.
        public var toMilliseconds: UInt16?
        /// Times counted.
        public var count: UInt32
    }

    /// The buckets that are not empty, those of the shortest times first: 57 at most.
    public let buckets: [Bucket]
    /// The longest time, in ms.
    public let longestMilliseconds: Double

    /// Nil where no two packets have come.
    init?(_ histogram: InterarrivalHistogram, longestMilliseconds: Double?) {
        guard let longestMilliseconds else { return nil }
        let filled = (0..<InterarrivalHistogram.bucketCount).filter { histogram[$0] > 0 }
        guard !filled.isEmpty else { return nil }
        self.longestMilliseconds = longestMilliseconds
        buckets = filled.map { index in
            Bucket(
                fromMilliseconds: index == 0 ? 0 : Self.bound(of: index - 1) ?? 0,
                toMilliseconds: Self.bound(of: index),
                count: histogram[index])
        }
    }

    /// The time in ms that so many percent (1 to 100) of the times do not exceed. It is no exact value but the bound of the
    /// bucket in which they end, or the longest time where that is less or the bucket has no bound.
    public func percentile(_ percent: Int) -> Double {
        let total = buckets.reduce(0) { $0 + Int($1.count) }
        var rest = (total * percent + 99) / 100
        let bucket = buckets.first { bucket in
            rest -= Int(bucket.count)
            return rest <= 0
        }
        guard let bound = bucket?.toMilliseconds else { return longestMilliseconds }
        return min(Double(bound), longestMilliseconds)
    }

    /// In ms, which every bound has in whole numbers.
    private static func bound(of bucket: Int) -> UInt16? {
        InterarrivalHistogram.upperBound(ofBucket: bucket).map { UInt16(clamping: $0 / 1_000_000) }
    }
}
