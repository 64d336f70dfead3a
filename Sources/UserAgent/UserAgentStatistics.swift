/// What the user agent has done since it started. Counts are of calls, that is of dialog-creating INVITE requests.
public struct UserAgentStatistics: Sendable, Hashable {
    /// Every new INVITE, whatever became of it.
    public var total: UInt64 = 0
    /// Ringing now.
    public var ringing: Int = 0
    /// Answered and not ended.
    public var active: Int = 0
    /// Answered with 200 since the start.
    public var answered: UInt64 = 0
    /// Cancelled by the caller while they rang.
    public var cancelled: UInt64 = 0
    /// Refused by us: over the limit, no codec shared, no port, a bad request, or nobody answered.
    public var refused: UInt64 = 0
    /// Answered, but ended by a failure: no ACK came, the peer's media stopped, or its transport broke.
    public var failed: UInt64 = 0
    /// Quality reports to the collector.
    public var reports = ReportStatistics()
    /// What the edge has turned away.
    public var edge = EdgeStatistics()

    /// All zero.
    public init() {}
}

/// What has become of the quality reports to the collector.
public struct ReportStatistics: Sendable, Hashable {
    /// The collector has accepted them.
    public var accepted: UInt64 = 0
    /// The collector has refused them, or did not answer, or could not be reached.
    public var failed: UInt64 = 0
    /// They were not sent: too many waited, or the collector wanted a pause when we stopped.
    public var dropped: UInt64 = 0
}
