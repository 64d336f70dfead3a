/// A `LatenessHistogram` that is counted into without allocation.
struct LatenessCounter: Sendable, BitwiseCopyable {
    private var counts = InlineArray<13, UInt64>(repeating: 0)
    private var sum: UInt64 = 0

    /// Counts `packets` that were all sent `nanoseconds` after they were due.
    mutating func record(nanoseconds: Int64, packets: Int) {
        guard packets > 0 else { return }
        let late = max(0, nanoseconds)
        counts[Self.bucket(of: late)] &+= UInt64(packets)
        sum &+= UInt64(late) &* UInt64(packets)
    }

    var histogram: LatenessHistogram {
        var histogram = LatenessHistogram()
        for index in counts.indices { histogram.counts[index] = counts[index] }
        histogram.sumNanoseconds = sum
        return histogram
    }

    /// The bucket of the bound that is at or above the lateness.
    private static func bucket(of nanoseconds: Int64) -> Int {
        switch nanoseconds {
        case ...50_000: 0
        case ...100_000: 1
        case ...200_000: 2
        case ...500_000: 3
        case ...1_000_000: 4
        case ...2_000_000: 5
        case ...5_000_000: 6
        case ...10_000_000: 7
        case ...20_000_000: 8
        case ...50_000_000: 9
        case ...100_000_000: 10
        case ...1_000_000_000: 11
        default: 12
        }
    }
}
