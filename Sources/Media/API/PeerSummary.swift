import RTP

/// What the peer says of a range of our packets, by its latest Statistics Summary block (RFC 3611 section 4.6). What it has
/// not told is nil.
public struct PeerSummary: Hashable, Sendable {
    /// The least, highest and mean of what was measured, and its standard deviation.
    public struct Spread: Hashable, Sendable {
        /// In the unit of what was measured.
        public var minimum, maximum, mean, deviation: Double
    }

    /// Packets from the first to the last of the range, 0 to 65,535.
    public var packets: Int
    /// Packets of the range that were lost.
    public var lost: Int?
    /// Packets of the range that came again.
    public var duplicates: Int?
    /// How much longer or shorter packets took than those before them, in ms.
    public var jitterMilliseconds: Spread?
    /// Time to live (IPv4) or hop limit (IPv6) of the packets as they came.
    public var timeToLive: Spread?
}

extension PeerSummary {
    /// - Parameter clockRate: ticks a second of what we send.
    init(_ block: StatisticsSummary, clockRate: UInt32) {
        packets = Int(block.end.distance(from: block.begin))
        lost = block.lostPackets.map(Int.init)
        duplicates = block.duplicatePackets.map(Int.init)
        jitterMilliseconds = block.jitter.map { jitter in
            func milliseconds(_ ticks: UInt32) -> Double { Double(ticks) * 1000 / Double(clockRate) }
            return Spread(
                minimum: milliseconds(jitter.minimum), maximum: milliseconds(jitter.maximum),
                mean: milliseconds(jitter.mean), deviation: milliseconds(jitter.deviation))
        }
        timeToLive = block.timeToLive.map { value in
            Spread(
                minimum: Double(value.minimum), maximum: Double(value.maximum), mean: Double(value.mean),
                deviation: Double(value.deviation))
        }
    }
}
