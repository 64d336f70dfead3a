/// The quality of what was received, by ITU-T G.107 (for wideband codecs G.107.1). What was not measured is nil.
///
/// The loss that is rated is what a listener missed: packets lost by the network and packets discarded by the jitter
/// buffer, with their burst ratio. There is no score of fewer than 50 packets, nor of a codec without published figures.
public struct MediaScore: Hashable, Sendable {
    /// R without delay (Ta = T = Tr = 0).
    public var listeningR: Double?
    /// MOS-LQ, 1 to 4.5: listening quality, by G.107 annex B from `listeningR`.
    public var listeningMOS: Double?
    /// R with the delay; nil before a round trip is known.
    public var conversationalR: Double?
    /// MOS-CQ, 1 to 4.5: conversational quality, by G.107 annex B from `conversationalR`.
    public var conversationalMOS: Double?
    /// The one-way delay from mouth to ear that is rated (Ta), in ms: half of the round trip by RTCP, the playout delay
    /// and a packet time. Nil before a round trip is known.
    public var delayMilliseconds: Double?

    /// Nothing measured.
    public init() {}
}

/// The scores of a session's intervals in three figures, 1 to 4.5 each.
public struct MOSSeries: Hashable, Sendable {
    /// Intervals that have a score.
    public var intervals: Int
    /// The lowest.
    public var minimum: Double
    /// The mean.
    public var mean: Double
    /// The last.
    public var last: Double
}

/// How the packets that a listener missed are distributed (RFC 3611 section 4.7.2, with Gmin = 16). What there was none
/// of is nil.
public struct LossPeriods: Hashable, Sendable {
    /// Bursts: stretches in which fewer than 16 packets in a row were played.
    public var bursts: Int
    /// The share of missed packets in bursts, 0 to 1.
    public var burstDensity: Double?
    /// The share of missed packets in gaps, which is what lies between bursts, 0 to 1.
    public var gapDensity: Double?
    /// The mean duration of a burst in ms.
    public var burstMilliseconds: Double?
    /// The mean duration of a gap in ms.
    public var gapMilliseconds: Double?
}

/// Whether audio flowed, as far as RTP and the level of the audio tell.
public enum AudioFlow: String, Hashable, Sendable {
    /// It came until the end, and ours went out.
    case twoWay = "two-way"
    /// It came until the end, and none of ours went out.
    case receivedOnly = "received-only"
    /// It came, but not within the last 5 s, nor within the media timeout, without a hold.
    case stopped
    /// It came until the end, but nothing in it was audible (`AudioLevel.isSilence`).
    case silence
    /// RTP came only from an address that is not the peer's.
    case wrongSource = "wrong-source"
    /// RTP came from the peer, but only of payload types that were not negotiated.
    case wrongFormat = "wrong-format"
    /// No RTP came at all.
    case nothing = "none"
}
