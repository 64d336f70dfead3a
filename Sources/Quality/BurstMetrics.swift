/// What became of the packets of a stream, in the order in which they should have been played: the gaps and bursts of
/// RFC 3611 4.7.2 and the burst ratio of G.107 7.5. A value of constant size; each packet costs a few additions.
///
/// A burst begins and ends with a lost or discarded packet and has no `minimumGap` received packets in a row inside
/// it. A loss with at least that many received packets on both sides belongs to the gap. As the RFC wants it, the
/// stream counts as preceded and followed by received packets.
///
/// Densities are counted, where the RFC's appendix A.2 estimates them from transition counts.
public struct BurstMetrics: Hashable, Sendable, BitwiseCopyable {
    /// Gmin: received packets in a row that end a burst.
    public let minimumGap: Int
    /// The lost or discarded packets that no gap has separated yet, and the packets from the first to the last of them.
    private var clusterLosses = 0
    private var clusterPackets = 0
    private var bursts = 0
    private var burstPackets = 0
    private var burstLosses = 0
    /// Whether a received or isolated packet came before the first burst.
    private var startsWithGap = false
    /// The packets so far, by what became of them.
    public private(set) var counts = FateCounts()
    /// Received packets since the last lost or discarded one, or since the start.
    private var goodRun = 0

    /// Where the octets begin that a received packet touches, to the end.
    static let hotStart = MemoryLayout<Self>.offset(of: \.counts.received) ?? 0

    /// Nothing yet. RFC 3611 recommends 16 for `minimumGap`.
    public init(minimumGap: Int = 16) {
        precondition(minimumGap > 0, "a gap has at least one packet")
        self.minimumGap = minimumGap
    }

    /// A packet was received in time.
    public mutating func recordReceived() {
        counts.received &+= 1
        goodRun &+= 1
    }

    /// A packet was received, but could not be played.
    public mutating func recordDiscarded() {
        counts.discarded &+= 1
        recordImpaired(1)
    }

    /// `count` packets in a row were lost; any number costs the same.
    public mutating func recordLost(_ count: Int = 1) {
        guard count > 0 else { return }
        counts.lost &+= count
        recordImpaired(count)
    }

    /// A packet that was recorded as lost has come after all, when it could not be played any more.
    public mutating func recordLateArrival() {
        guard counts.lost > 0 else { return }
        counts.lost &-= 1
        counts.discarded &+= 1
    }

    private mutating func recordImpaired(_ count: Int) {
        let isFirst = counts.runs == 0
        if goodRun > 0 || isFirst { counts.runs &+= 1 }
        if goodRun >= minimumGap || isFirst {
            closeCluster()
            if bursts == 0, goodRun > 0 { startsWithGap = true }
            clusterPackets = count
        } else {
            clusterPackets &+= goodRun &+ count
        }
        clusterLosses &+= count
        goodRun = 0
    }

    /// Counts what lies between two gaps as a burst, or as a part of the gap if it is a single packet.
    private mutating func closeCluster() {
        if clusterLosses > 1 {
            bursts &+= 1
            burstPackets &+= clusterPackets
            burstLosses &+= clusterLosses
        } else if clusterLosses == 1, bursts == 0 {
            startsWithGap = true
        }
        clusterLosses = 0
        clusterPackets = 0
    }
}

extension BurstMetrics {
    /// The periods of a stream up to now, by RFC 3611 4.7.2.
    public struct Periods: Hashable, Sendable {
        /// Bursts so far.
        public var bursts: Int
        /// The share of lost and discarded packets in bursts, 0 to 1; nil without a burst.
        public var burstDensity: Double?
        /// The share of lost and discarded packets in gaps, 0 to 1; nil without a gap.
        public var gapDensity: Double?
        /// The mean length of a burst in packets; nil without a burst.
        public var burstLength: Double?
        /// The mean length of a gap in packets; nil without a gap.
        public var gapLength: Double?
    }

    /// The gaps and bursts up to now. Times the milliseconds a packet, the lengths are the durations that an XR VoIP
    /// metrics block reports; times 256, the densities are its bytes (and where nil, it reports 0).
    public var periods: Periods {
        var closed = self
        closed.closeCluster()
        let gapPackets = counts.expected - closed.burstPackets
        var gaps = gapPackets > 0 ? 1 : 0
        if closed.bursts > 0 {
            let endsWithGap = goodRun > 0 || clusterLosses == 1
            gaps = closed.bursts - 1 + (closed.startsWithGap ? 1 : 0) + (endsWithGap ? 1 : 0)
        }
        func ratio(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
        return Periods(
            bursts: closed.bursts, burstDensity: ratio(closed.burstLosses, closed.burstPackets),
            gapDensity: ratio(counts.impaired - closed.burstLosses, gapPackets),
            burstLength: ratio(closed.burstPackets, closed.bursts), gapLength: ratio(gapPackets, gaps))
    }
}
