import RTP

/// What of a Statistics Summary block (RFC 3611 section 4.6) the peer has asked for.
public struct StatisticsSummaryGroups: OptionSet, Hashable, Sendable {
    /// One bit a group.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Packets that were lost.
    public static let losses = StatisticsSummaryGroups(rawValue: 1)
    /// Packets that came again.
    public static let duplicates = StatisticsSummaryGroups(rawValue: 2)
    /// Jitter: the least, highest and mean difference of transit times, and their deviation.
    public static let jitter = StatisticsSummaryGroups(rawValue: 4)
}

extension StatisticsSummary {
    /// The same without what nobody asked for.
    func only(_ groups: StatisticsSummaryGroups) -> StatisticsSummary {
        var summary = self
        if !groups.contains(.losses) { summary.lostPackets = nil }
        if !groups.contains(.duplicates) { summary.duplicatePackets = nil }
        if !groups.contains(.jitter) { summary.jitter = nil }
        return summary
    }
}
