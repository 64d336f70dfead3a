/// What a receiver says of one source: the reception report block of RFC 3550 section 6.4.1.
public struct ReportBlock: Hashable, Sendable {
    /// The source that the block is about.
    public var ssrc: UInt32
    /// Packets lost since the previous report, in 256ths of those expected.
    public var fractionLost: UInt8
    /// Packets lost since the beginning, -2^23 to 2^23 - 1; negative where there were more duplicates than losses.
    public var cumulativeLost: Int32
    /// The highest sequence number received, with the count of cycles in the upper 16 bits.
    public var extendedHighestSequence: UInt32
    /// Interarrival jitter in ticks of the payload's clock.
    public var jitter: UInt32
    /// The middle 32 bits of the NTP timestamp of the last sender report from the source; 0 for none.
    public var lastSenderReport: UInt32
    /// From that report's arrival to the sending of this block, in units of 1/65536 s; 0 for none.
    public var delaySinceLastSenderReport: UInt32

    /// A block with these values.
    public init(
        ssrc: UInt32, fractionLost: UInt8, cumulativeLost: Int32, extendedHighestSequence: UInt32, jitter: UInt32,
        lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.extendedHighestSequence = extendedHighestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }
}
