/// One entry of a call's series of intervals. What was not measured is nil.
public struct IntervalSummary: Hashable, Sendable {
    /// When it began, in ms since the session was opened, to 10 ms.
    public var offsetMilliseconds: Int
    /// How long it was, in ms, to 10 ms.
    public var durationMilliseconds: Int
    /// Packets expected (RFC 3550 A.3).
    public var expected: Int
    /// Valid packets of the peer's, duplicates included.
    public var received: Int
    /// Packets expected that have not come; negative where more came late than were lost.
    public var lost: Int
    /// Packets that came and that the jitter buffer could not play.
    public var discarded: Int
    /// The mean of the interarrival jitter J over the packets, in ms.
    public var meanJitterMilliseconds: Double?
    /// The latest round trip by RTCP at its end, in ms.
    public var roundTripMilliseconds: Double?
    /// R without delay.
    public var listeningR: Double?
    /// MOS-LQ, 1 to 4.5.
    public var listeningMOS: Double?
    /// R with the delay.
    public var conversationalR: Double?
    /// MOS-CQ, 1 to 4.5.
    public var conversationalMOS: Double?

    /// An interval of which nothing is known but its place.
    public init(offsetMilliseconds: Int, durationMilliseconds: Int) {
        self.offsetMilliseconds = offsetMilliseconds
        self.durationMilliseconds = durationMilliseconds
        expected = 0
        received = 0
        lost = 0
        discarded = 0
    }
}
