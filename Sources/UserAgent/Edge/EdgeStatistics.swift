/// What the edge has turned away since the start.
public struct EdgeStatistics: Sendable, Hashable {
    /// Requests over the limit of their source.
    public var limited: UInt64 = 0
    /// Of those, the ones that got a 503; the others got nothing.
    public var refused: UInt64 = 0
    /// Requests of scanners.
    public var scannersDropped: UInt64 = 0
    /// Requests for which there was no transaction left.
    public var overCapacity: UInt64 = 0
    /// Connections that were turned away: too many, too many of one source, or too many that had not spoken yet.
    public var connectionsRefused: UInt64 = 0
    /// Messages that were not sent again, because too much had been repeated to addresses that have proved nothing.
    public var repeatsSkipped: UInt64 = 0
    /// Answers after which the tone waited for the caller's ACK, or for its RTP.
    public var mediaWithheld: UInt64 = 0
    /// Sources that are remembered now.
    public var sourcesTracked: Int = 0
    /// Sources that were forgotten to make room for others.
    public var sourcesEvicted: UInt64 = 0

    /// Over the limit, and left without an answer.
    public var silent: UInt64 { limited &- refused }

    /// All zero.
    public init() {}
}
