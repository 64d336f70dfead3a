/// Packets of a stream by what became of them: of a call, or as the difference of two moments of it.
public struct FateCounts: Hashable, Sendable, BitwiseCopyable {
    /// Packets that never came.
    public internal(set) var lost = 0
    /// Packets that came, but too late or too early to be played.
    public internal(set) var discarded = 0
    /// Runs of lost or discarded packets with nothing received between them.
    var runs = 0
    /// Packets that were received in time to be played. Last, beside what else they change.
    public internal(set) var received = 0

    /// No packets.
    public init() {}

    /// Packets that should have been played.
    public var expected: Int { received &+ lost &+ discarded }

    /// Lost and discarded packets: what the decoder missed.
    public var impaired: Int { lost &+ discarded }

    /// The share of lost and discarded packets, 0 to 1 (times 100 it is the Ppl of G.107); nil before the first packet.
    public var lossRatio: Double? {
        expected == 0 ? nil : Double(impaired) / Double(expected)
    }

    /// The burst ratio of G.107 (7-30): the mean length of the runs of lost or discarded packets over the mean length
    /// 1/(1 − loss) that random loss would have. nil where nothing, or everything, was lost.
    public var burstRatio: Double? {
        guard impaired > 0, received > 0, let lossRatio else { return nil }
        // A run that began before the moment from which this counts is one of its runs all the same.
        return Double(impaired) / Double(max(1, runs)) * (1 - lossRatio)
    }

    /// What became of packets between the moment of `earlier` and that of `later`. What was missing at the earlier moment
    /// and came later does not make a loss negative.
    public static func - (later: FateCounts, earlier: FateCounts) -> FateCounts {
        var difference = FateCounts()
        difference.received = later.received &- earlier.received
        difference.lost = max(0, later.lost &- earlier.lost)
        difference.discarded = later.discarded &- earlier.discarded
        difference.runs = max(0, later.runs &- earlier.runs)
        return difference
    }
}
