/// An RTP packet as it came: what statistics and jitter buffer want to know of it, in 24 octets, so that it can be kept for a
/// while.
public struct ReceivedPacket: Hashable, Sendable, BitwiseCopyable {
    /// When the kernel received it, in nanoseconds.
    public var arrivalNanoseconds: Int64 = 0
    /// Sampling instant of the payload's first octet, in ticks of the payload's clock.
    public var timestamp = RTPTimestamp(0)
    /// Synchronisation source: who sent it.
    public var ssrc: UInt32 = 0
    /// Position of the packet in the stream.
    public var sequenceNumber = SequenceNumber(0)
    /// Octets of payload, without padding.
    public var payloadOctets: UInt16 = 0
    /// The marker bit.
    public var marker = false
    /// Whether its timestamp tells its sampling instant. False for telephone events, whose packets repeat the timestamp
    /// of their start (RFC 4733 section 2.3): they count in everything but jitter and skew, and are played when they come.
    public var isTimed = false

    /// A packet of nothing.
    public init() {}

    /// The packet of this header.
    public init(_ header: RTPHeader, arrivalNanoseconds: Int64, isTimed: Bool = true) {
        self.arrivalNanoseconds = arrivalNanoseconds
        timestamp = header.timestamp
        ssrc = header.ssrc
        sequenceNumber = header.sequenceNumber
        payloadOctets = UInt16(truncatingIfNeeded: header.payloadLength)
        marker = header.marker
        self.isTimed = isTimed
    }
}
