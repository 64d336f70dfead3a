/// Times between the arrivals of consecutive packets, counted in fixed buckets: 2 ms wide and centred on even
/// milliseconds up to 99 ms (so that a packet time of 20 ms lies in the middle of one), wider above.
public struct InterarrivalHistogram: Sendable, BitwiseCopyable {
    /// Buckets of the histogram.
    public static let bucketCount = 57
    private static let fineBuckets = 50
    private static let fineLimit: Int64 = 99_000_000
    private var counts = InlineArray<57, UInt32>(repeating: 0)

    /// A histogram of nothing.
    public init() {}

    /// The intervals counted in bucket `index`, which is below `bucketCount`.
    public subscript(index: Int) -> UInt32 { counts[index] }

    /// The intervals counted.
    public var total: Int {
        counts.indices.reduce(0) { $0 + Int(counts[$1]) }
    }

    /// The upper bound in nanoseconds, itself excluded, of bucket `index`; nil for the last, which has none.
    public static func upperBound(ofBucket index: Int) -> Int64? {
        switch index {
        case ..<fineBuckets: Int64(index) * 2_000_000 + 1_000_000
        case 50: 150_000_000
        case 51: 200_000_000
        case 52: 500_000_000
        case 53: 1_000_000_000
        case 54: 2_000_000_000
        case 55: 5_000_000_000
        default: nil
        }
    }

    /// The bucket of an interval of `nanoseconds`, which is not negative.
    static func bucket(of nanoseconds: Int64) -> Int {
        if nanoseconds < fineLimit { return Int((UInt64(nanoseconds) + 1_000_000) / 2_000_000) }
        return switch nanoseconds {
        case ..<150_000_000: 50
        case ..<200_000_000: 51
        case ..<500_000_000: 52
        case ..<1_000_000_000: 53
        case ..<2_000_000_000: 54
        case ..<5_000_000_000: 55
        default: 56
        }
    }

    mutating func record(_ nanoseconds: Int64) {
        counts[InterarrivalHistogram.bucket(of: nanoseconds)] &+= 1
    }
}
