/// Packets received, by what became of them: of a call, or as the difference of two moments of it.
public struct PacketCounts: Hashable, Sendable, BitwiseCopyable {
    /// Everything given to the statistics.
    public var packets = 0
    /// Octets of payload in them.
    public var payloadOctets = 0
    /// Packets from the first to the highest sequence number of every validated range (RFC 3550 A.3).
    public var expected = 0
    /// Different packets of validated ranges, late ones included, duplicates not.
    public var received = 0
    /// Packets that came again.
    public var duplicates = 0
    /// Packets that came after one with a higher sequence number.
    public var reordered = 0
    /// Packets that validation by RFC 3550 A.1 held back: bad sequence, probation, or another source's.
    public var unvalidated = 0
    /// Times that another SSRC became the present source.
    public var sourceChanges = 0
    /// Times that the present source leapt to another range of sequence numbers.
    public var sequenceRestarts = 0
    /// Times that the timestamp leapt without reason in the time of arrival.
    public var timestampLeaps = 0
    /// Times that consecutive packets lay more than two packet times apart by their timestamps: silence suppressed.
    public var silences = 0
    /// Times that our own clock went back between two packets.
    public var clockSteps = 0

    /// Counts of nothing.
    public init() {}

    /// Packets expected that have not arrived. Of an interval it is negative where more arrived late than were lost.
    public var lost: Int { expected - received }

    /// RFC 3550 A.3's number of packets lost, where duplicates make up for losses.
    public var cumulativeLost: Int { expected - received - duplicates }

    /// The share of the packets expected that has not arrived, 0 to 1; nil where none was expected.
    public var lossRatio: Double? {
        expected > 0 ? max(0, Double(lost) / Double(expected)) : nil
    }

    /// What was counted between the moment of `earlier` and that of `later`.
    static func - (later: PacketCounts, earlier: PacketCounts) -> PacketCounts {
        var difference = PacketCounts()
        difference.packets = later.packets - earlier.packets
        difference.payloadOctets = later.payloadOctets - earlier.payloadOctets
        difference.expected = later.expected - earlier.expected
        difference.received = later.received - earlier.received
        difference.duplicates = later.duplicates - earlier.duplicates
        difference.reordered = later.reordered - earlier.reordered
        difference.unvalidated = later.unvalidated - earlier.unvalidated
        difference.sourceChanges = later.sourceChanges - earlier.sourceChanges
        difference.sequenceRestarts = later.sequenceRestarts - earlier.sequenceRestarts
        difference.timestampLeaps = later.timestampLeaps - earlier.timestampLeaps
        difference.silences = later.silences - earlier.silences
        difference.clockSteps = later.clockSteps - earlier.clockSteps
        return difference
    }

    mutating func add(_ tracker: SequenceTracker) {
        expected += Int(tracker.expected)
        received += Int(tracker.received)
        sequenceRestarts += Int(tracker.restarts)
        unvalidated += Int(tracker.unvalidated)
        if tracker.isEstablished {
            duplicates += Int(tracker.duplicates)
        } else {
            unvalidated += Int(tracker.duplicates)
        }
    }
}
