import SIP

/// Something at the edge that the log tells, seldom enough to be told under attack.
public enum EdgeEvent: Sendable, Hashable {
    /// A source is over its limit, for the first time since a pause.
    case limited(source: IPAddress)
    /// What became of the requests of a limited source since the last line about it; `isOver` if it keeps to the
    /// limit now.
    case limitedSince(source: IPAddress, refused: Int, silent: Int, isOver: Bool)
    /// A scanner was dropped. At most one a source and minute.
    case scannerDropped(source: IPAddress, userAgent: String)
    /// A limit of the whole daemon is met. At most one a limit and minute.
    case overCapacity(Capacity, source: IPAddress)
    /// So many quality reports have not reached the collector since the last line; the reason is that of the last one. At
    /// most one a minute.
    case reportsFailed(count: Int, reason: String)

    /// What there can be too much of.
    public enum Capacity: String, Sendable, CaseIterable {
        /// `security.max_transactions`.
        case transactions
        /// `security.max_connections`.
        case connections
        /// `security.max_connections_per_source`.
        case connectionsOfSource = "connections of one source"
        /// `security.max_half_open_connections`.
        case halfOpenConnections = "half-open connections"
    }
}
