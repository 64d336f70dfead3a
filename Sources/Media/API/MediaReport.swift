import Networking

/// What a session has sent since it was opened.
public struct SentMedia: Hashable, Sendable {
    /// The source that we send as.
    public var ssrc: UInt32
    /// RTP packets given to the kernel.
    public var packets = 0
    /// Octets of their payloads.
    public var octets = 0
    /// When the first one was sent, by `CLOCK_REALTIME`; nil where none was.
    public var firstNanoseconds: Int64?
    /// When the latest one was sent, by `CLOCK_REALTIME`; nil where none was.
    public var lastNanoseconds: Int64?
    /// Frames that were left out because this process could not run in time; the timestamps went on over them.
    public var skippedFrames = 0
    /// Packets received that were too old to be echoed when this process came to run again.
    public var skippedEchoes = 0
    /// Packets received that were not echoed because they were our own come back (RFC 3550 section 8.2), or too many.
    public var refusedEchoes = 0
    /// Packets that the kernel had no room for.
    public var blocked = 0
    /// Packets that the kernel refused for another reason.
    public var failed = 0
    /// ICMP errors that came back: nobody listens, or no way there.
    public var unreachable = 0
    /// RTCP packets.
    public var rtcpPackets = 0

    /// Nothing sent yet as this source.
    public init(ssrc: UInt32) {
        self.ssrc = ssrc
    }
}

/// What has been received of the peer's stream since the session was opened.
public struct ReceivedMedia: Hashable, Sendable {
    /// The peer's present source; nil before the first packet.
    public var ssrc: UInt32?
    /// Valid RTP packets of a negotiated payload type from the peer's address, duplicates included.
    public var packets = 0
    /// Octets of their payloads.
    public var octets = 0
    /// Packets from the first to the highest sequence number (RFC 3550 A.3).
    public var expected = 0
    /// Packets expected that have not come.
    public var lost = 0
    /// The share of the packets expected that have not come, 0 to 1; nil where none was expected.
    public var lossRatio: Double?
    /// Packets that came again.
    public var duplicates = 0
    /// Packets that came after one with a higher sequence number.
    public var reordered = 0
    /// Packets far out of sequence, or of a source that is not valid yet (RFC 3550 A.1).
    public var unvalidated = 0
    /// Times that another SSRC took over.
    public var sourceChanges = 0
    /// Times that the sequence numbers started anew.
    public var sequenceRestarts = 0
    /// Times that the timestamps leapt without a reason in the time of arrival.
    public var timestampLeaps = 0
    /// Times that our own clock was set back between two packets.
    public var clockSteps = 0
    /// Times that the peer suppressed silence.
    public var silences = 0
    /// Interarrival jitter J (RFC 3550 A.8) in ms; nil before the second packet.
    public var jitterMilliseconds: Double?
    /// The mean of J over the packets in ms.
    public var meanJitterMilliseconds: Double?
    /// The highest J in ms.
    public var maximumJitterMilliseconds: Double?
    /// The longest time between two packets in ms; nil before the second packet.
    public var longestGapMilliseconds: Double?
    /// The times between the packets; nil before the second packet.
    public var interarrival: InterarrivalTimes?
    /// Audio in each packet by the timestamps, in ms; nil where not known.
    public var packetTimeMilliseconds: Double?
    /// Parts per million by which the peer's clock runs faster than ours; nil before some 10 s of packets.
    public var clockSkewPartsPerMillion: Double?
    /// When the first packet came, in nanoseconds since 1970 by the kernel; nil before it.
    public var firstNanoseconds: Int64?
    /// When the latest packet came, in nanoseconds since 1970 by the kernel; nil before the first.
    public var lastNanoseconds: Int64?
    /// RTCP packets from the peer that could be read.
    public var rtcpPackets = 0
    /// Telephone events begun.
    public var telephoneEvents = 0

    /// Nothing received.
    public init() {}
}

/// What a listener with the jitter buffer of the configuration would have heard of it. Nothing is played here: the buffer
/// is a model that decides by timestamps and times of arrival. What was not measured is nil.
public struct PlayedMedia: Hashable, Sendable {
    /// Packets that came after they were to be played.
    public var discardedLate = 0
    /// Packets that came so early that the buffer had no room for them.
    public var discardedEarly = 0
    /// Packets that came and could not be played.
    public var discarded: Int { discardedLate + discardedEarly }
    /// The share of the packets expected that was lost or discarded, 0 to 1: the loss that is rated.
    public var missedRatio: Double?
    /// How much longer the runs of missed packets are than those of random loss would be (ITU-T G.107 section 7.5); nil
    /// where none was missed.
    public var burstRatio: Double?
    /// How the missed packets are distributed; nil before the first packet.
    public var periods: LossPeriods?
    /// What the buffer delays a packet now that comes as fast as the fastest, in ms.
    public var delayMilliseconds: Double?
    /// The mean of that over the packets, in ms.
    public var meanDelayMilliseconds: Double?

    /// Nothing played.
    public init() {}
}

/// What came to the session's ports and was not taken, by reason.
public struct RejectedPackets: Hashable, Sendable {
    /// Valid RTP from an address that is not the peer's.
    public var stray = 0
    /// RTP from the peer with a payload type that was not negotiated.
    public var wrongPayloadType = 0
    /// What is neither RTP nor RTCP: STUN, DTLS, noise.
    public var notRTP = 0
    /// RTP whose header does not fit the datagram (RFC 3550 A.1).
    public var malformed = 0
    /// Datagrams longer than any packet that is taken (2048 octets).
    public var tooLong = 0
    /// Datagrams that the kernel dropped on the RTP port, most often for want of room in the receive buffer.
    public var dropped = 0
    /// RTCP that cannot be read (RFC 3550 A.2).
    public var malformedRTCP = 0
    /// RTCP from an address that is not the peer's.
    public var strayRTCP = 0

    /// All of them.
    public var total: Int {
        stray + wrongPayloadType + notRTP + malformed + tooLong + dropped + malformedRTCP + strayRTCP
    }

    /// Counts of nothing.
    public init() {}
}

/// How the peer hears us, by its latest RTCP report about us.
public struct PeerReport: Hashable, Sendable {
    /// Packets lost since the report before, 0 to 1.
    public var fractionLost: Double
    /// Packets lost since the beginning; negative where there were more duplicates than losses.
    public var cumulativeLost: Int
    /// Interarrival jitter in ms.
    public var jitterMilliseconds: Double

    /// A report with these values.
    public init(fractionLost: Double, cumulativeLost: Int, jitterMilliseconds: Double) {
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.jitterMilliseconds = jitterMilliseconds
    }
}

/// How the peer rates what it hears of us, by its latest VoIP Metrics block (RFC 3611 section 4.7). What it has not
/// measured is nil.
public struct PeerMetrics: Hashable, Sendable {
    /// Packets lost since the beginning, 0 to 1.
    public var lossRatio: Double
    /// Packets that its jitter buffer discarded since the beginning, 0 to 1.
    public var discardRatio: Double
    /// R, 0 to 100.
    public var r: Int?
    /// MOS-LQ, 1 to 5 in tenths.
    public var listeningMOS: Double?
    /// MOS-CQ, 1 to 5 in tenths.
    public var conversationalMOS: Double?
}

/// Round trips measured by RTCP, in ms.
public struct RoundTrip: Hashable, Sendable {
    /// How many were measured.
    public var samples: Int
    /// The latest.
    public var latestMilliseconds: Double
    /// The shortest.
    public var minimumMilliseconds: Double
    /// The mean.
    public var meanMilliseconds: Double
    /// The longest.
    public var maximumMilliseconds: Double
}

/// Where media goes, and why.
public enum LatchState: Hashable, Sendable, BitwiseCopyable {
    /// To the address of the SDP; none has come from anywhere yet.
    case waiting
    /// To the address of the SDP, and from there it comes.
    case confirmed
    /// To where it came from first, which is not the address of the SDP.
    case latched
}

/// What a session has measured since it was opened. What was not measured is nil.
public struct MediaReport: Hashable, Sendable {
    /// When the session was opened, by `CLOCK_REALTIME`; nil in a report that no engine made.
    public var openedNanoseconds: Int64?
    /// When the report was made, which in the last one is the end of the session, by `CLOCK_REALTIME`; nil likewise.
    public var endNanoseconds: Int64?
    /// What was sent.
    public var sent: SentMedia
    /// What was received.
    public var received = ReceivedMedia()
    /// What a listener would have heard of it.
    public var playout = PlayedMedia()
    /// The score of the whole session, by all of its packets.
    public var score = MediaScore()
    /// MOS-LQ of its intervals; nil where none has a score.
    public var listeningMOS: MOSSeries?
    /// MOS-CQ of its intervals; nil where none has a score.
    public var conversationalMOS: MOSSeries?
    /// The intervals one by one.
    public var intervals = IntervalSeries()
    /// Whether audio flowed; nil where none came and none was to come, as in a call on hold.
    public var audio: AudioFlow?
    /// How loud what came was; nil where no audio came, or its level is not measured.
    public var level: AudioLevel?
    /// What came and was not taken.
    public var rejected = RejectedPackets()
    /// Where media goes at present, and from where it is taken; nil where the peer has named no address and sent
    /// nothing.
    public var remote: SocketAddress?
    /// Why it goes there.
    public var latch = LatchState.waiting
    /// Times that media followed the peer to an address other than the SDP's.
    public var latchings = 0
    /// Round trips by RTCP; nil where none was measured.
    public var roundTrip: RoundTrip?
    /// The peer's latest report about us; nil where it has sent none.
    public var peer: PeerReport?
    /// The peer's latest VoIP Metrics block about us; nil where it has sent none.
    public var peerMetrics: PeerMetrics?
    /// The peer's latest Statistics Summary block about us; nil where it has sent none.
    public var peerSummary: PeerSummary?
    /// The peer's CNAME; nil where it has sent none.
    public var peerName: String?
    /// Whether the peer has taken its leave by RTCP's BYE.
    public var peerHasLeft = false
    /// What made the session end at once, such as the system's refusal to watch its sockets; nil for a regular end.
    public var failure: SystemError?

    /// A session that has measured nothing yet.
    public init(sent: SentMedia) {
        self.sent = sent
    }
}

/// What was received from one interval report to the next. What was not measured is nil.
public struct MediaInterval: Hashable, Sendable {
    /// When the interval ended, by `CLOCK_REALTIME`.
    public var endNanoseconds: Int64
    /// How long it was, in ms.
    public var durationMilliseconds: Double
    /// Packets sent.
    public var packetsSent: Int
    /// Valid packets of the peer's, duplicates included.
    public var packetsReceived: Int
    /// Packets expected (RFC 3550 A.3).
    public var expected: Int
    /// Packets expected that have not come; negative where more came late than were lost.
    public var lost: Int
    /// The share of the packets expected that have not come, 0 to 1; nil where none was expected.
    public var lossRatio: Double?
    /// Packets that came again.
    public var duplicates: Int
    /// Packets that came after one with a higher sequence number.
    public var reordered: Int
    /// Interarrival jitter J at the end of the interval in ms.
    public var jitterMilliseconds: Double?
    /// The mean of J in ms.
    public var meanJitterMilliseconds: Double?
    /// The highest J in ms.
    public var maximumJitterMilliseconds: Double?
    /// The longest time between two packets in ms.
    public var longestGapMilliseconds: Double?
    /// The latest round trip by RTCP in ms; nil where none was measured.
    public var roundTripMilliseconds: Double?
    /// Packets that came after they were to be played.
    public var discardedLate: Int
    /// Packets that came so early that the jitter buffer had no room for them.
    public var discardedEarly: Int
    /// The share of the packets expected that was lost or discarded, 0 to 1: the loss that is rated.
    public var missedRatio: Double?
    /// The burst ratio of the missed packets (ITU-T G.107 section 7.5); nil where none was missed.
    public var burstRatio: Double?
    /// The mean playout delay of the jitter buffer in ms.
    public var playoutDelayMilliseconds: Double?
    /// The score of the interval's packets, with its latest round trip.
    public var score: MediaScore
}
