/// What has been received of one RTP session: sequence accounting, loss and jitter by RFC 3550 appendix A, and what
/// else tells a good stream from a bad one.
///
/// A value of fixed size without references. `receive` takes constant time, does not allocate and reads no clock.
/// Snapshots are taken apart for reports to people (`takeInterval`), for RTCP (`takeReportBlock`) and of the whole call
/// (`call`); none disturbs the others.
///
/// The policies, in the order in which they apply:
/// 1. The first SSRC is the present source, once `minimumSequential` packets came in sequence; those are counted then.
/// 2. Another SSRC becomes the present source with its second packet in sequence that no packet of the present source
///    interrupts. It starts its own sequence tracking and its own jitter; the totals go on. What still comes from the
///    source before it is counted as its own.
/// 3. A leap of the sequence number by 3000 or more, or back by more than 100, is discarded until the next packet
///    follows on it (A.1); then a new range starts and the leap is not loss. A packet that lies up to 511 back and has
///    an older timestamp as well is merely late.
/// 4. Loss is what is missing from the first to the highest sequence number of every range. Time plays no part, so
///    silence is not loss.
/// 5. Jitter is A.8's over all packets in the order of arrival, duplicates and late packets with them, on the receive
///    times given; a leap of the timestamp starts it from a new reference instead of counting as jitter.
public struct ReceptionStatistics: Sendable, BitwiseCopyable {
    // What every packet touches, side by side from within `present` to within `timeline`. The snapshots read it too
    // (ReceptionReports.swift).
    var present = SequenceTracker(ssrc: 0)
    /// Packets in sequence that the first source must send: 0 and 1 trust the first packet, 2 is A.1's MIN_SEQUENTIAL.
    public let minimumSequential: UInt8
    /// Ticks a second of the payload's clock.
    public private(set) var clockRate: UInt32
    /// Another value whenever the timestamps that follow cannot be compared with those before: after a leap, a change of
    /// source or of the clock rate, or a step of our own clock. Stored here, since reading it from the timeline would
    /// make callers in other modules copy all of this for every packet.
    public private(set) var timelineEpoch: UInt32 = 0
    var hasPresent = false
    var hasOther = false
    private var otherRun: UInt8 = 0
    var intervalHasGap = false
    var intervalMaximumDepth: UInt16 = 0
    var maximumDepth: UInt16 = 0
    private var highestTimestamp = RTPTimestamp(0)
    var totals = ReceptionTotals()
    var lastArrival: Int64 = 0
    var intervalLongestGap: Int64 = 0
    var longestGap: Int64 = 0
    var timeline: ArrivalTimeline

    // The rest: a packet touches one place of the histogram.
    var histogram = InterarrivalHistogram()
    var firstArrival: Int64 = 0
    var other = SequenceTracker(ssrc: 0)
    private var held = ReceivedPacket()
    /// What sources counted that have been forgotten for others.
    var closed = PacketCounts()
    var intervalStart = PacketCounts()
    var reportStart = ReportOrigin()
    var summaryStart = SummaryOrigin()

    /// The octets of the histogram that packets touch which come at intervals of up to 31 ms.
    public static let hotHistogram: Range<Int> = {
        let start = MemoryLayout<Self>.offset(of: \.histogram) ?? 0
        return start..<start + 16 * MemoryLayout<UInt32>.stride
    }()
    /// The octets that every packet touches, but for its place in the histogram.
    public static let hotOctets =
        SequenceTracker.hotStart..<(MemoryLayout<Self>.offset(of: \.timeline) ?? 0) + ArrivalTimeline.hotEnd

    /// Statistics of nothing received.
    ///
    /// - Parameters:
    ///   - clockRate: ticks a second of the payload's RTP clock (8000 for G.711 and for G.722), above 0.
    ///   - minimumSequential: 0 or 1 where the first source may be trusted at once, because its address was agreed in
    ///     SDP or latched; 2 (A.1's MIN_SEQUENTIAL) where anybody may send.
    public init(clockRate: UInt32, minimumSequential: UInt8 = 0) {
        precondition(clockRate > 0)
        self.clockRate = clockRate
        self.minimumSequential = minimumSequential
        timeline = ArrivalTimeline(clockRate: clockRate)
    }

    /// Accounts for one packet. Packets are given in the order in which they came.
    public mutating func receive(_ packet: ReceivedPacket) -> PacketClassification {
        totals.packets &+= 1
        totals.octets &+= Int64(packet.payloadOctets)
        guard hasPresent, packet.ssrc == present.ssrc else { return receiveOther(packet) }
        otherRun = 0
        return receivePresent(packet)
    }

    /// The payload's clock has another rate from here on (a new offer and answer): jitter and skew start afresh.
    public mutating func changeClockRate(to clockRate: UInt32) {
        precondition(clockRate > 0)
        guard clockRate != self.clockRate else { return }
        self.clockRate = clockRate
        timeline.restart(clockRate: clockRate)
    }

    private mutating func receivePresent(_ packet: ReceivedPacket) -> PacketClassification {
        let isOld = highestTimestamp.isNewer(than: packet.timestamp)
        let wasEstablished = present.isEstablished
        switch present.receive(packet.sequenceNumber, isOld: isOld, sequential: sequentialOfPresent) {
        case .advanced(let missing):
            highestTimestamp = packet.timestamp
            arrive(packet, inOrder: true)
            return .accepted(missing: missing)
        case .late(let depth):
            totals.reordered &+= 1
            if depth > intervalMaximumDepth { intervalMaximumDepth = depth }
            if timeline.keepsSpread { summarise(late: depth) }
            arrive(packet, inOrder: false)
            return .reordered(depth: depth)
        case .duplicate:
            if timeline.keepsSpread { summarise(duplicate: packet.sequenceNumber) }
            if wasEstablished { arrive(packet, inOrder: false) }
            return .duplicate
        case .held:
            held = packet
            return wasEstablished ? .badSequence : .probation
        case .validated:
            begin(with: packet)
            return wasEstablished ? .resynchronised : .accepted(missing: 0)
        }
    }

    /// A.1 asks two packets in sequence of a restart, whatever was asked of the source at first.
    private var sequentialOfPresent: UInt8 {
        present.isEstablished ? SequenceTracker.sequentialForRestart : minimumSequential
    }

    private mutating func receiveOther(_ packet: ReceivedPacket) -> PacketClassification {
        guard hasPresent else {
            hasPresent = true
            present = SequenceTracker(ssrc: packet.ssrc)
            return receivePresent(packet)
        }
        if !hasOther || other.ssrc != packet.ssrc {
            if hasOther { closed.add(other) }
            hasOther = true
            other = SequenceTracker(ssrc: packet.ssrc)
            otherRun = 0
        }
        let sequence = packet.sequenceNumber
        otherRun = otherRun > 0 && other.isNext(sequence) ? otherRun &+ 1 : 1
        // Only this method validates the other source.
        _ = other.receive(sequence, isOld: true, sequential: .max)
        let needed = max(minimumSequential, SequenceTracker.sequentialForRestart)
        guard otherRun >= needed else {
            held = packet
            return .otherSource
        }
        swap(&present, &other)
        otherRun = 0
        reportStart = ReportOrigin(present)
        // It may go on where it was when another took its place.
        let resumes = present.isEstablished && present.candidate.count == 0
        present.establish()
        totals.sourceChanges &+= 1
        timeline.restart()
        begin(with: packet, resumes: resumes)
        return .sourceChange
    }

    /// The first packet of a range that has just been validated. The one before it was held; jitter counts it as well.
    private mutating func begin(with packet: ReceivedPacket, resumes: Bool = false) {
        highestTimestamp = packet.timestamp
        if timeline.keepsSpread { beginSummary(resumes: resumes) }
        let follows = held.ssrc == present.ssrc && held.sequenceNumber.next == packet.sequenceNumber
        if held.isTimed, follows, totals.arrivals == 0 || held.arrivalNanoseconds >= lastArrival {
            arrive(held, inOrder: true)
        }
        held.isTimed = false
        arrive(packet, inOrder: true)
    }

    private mutating func arrive(_ packet: ReceivedPacket, inOrder: Bool) {
        if totals.arrivals == 0 {
            firstArrival = packet.arrivalNanoseconds
        } else {
            let gap = packet.arrivalNanoseconds &- lastArrival
            if gap >= 0 {
                histogram.record(gap)
                intervalHasGap = true
                if gap > intervalLongestGap { intervalLongestGap = gap }
            } else {
                timeline.ourClockStepped()
            }
        }
        totals.arrivals &+= 1
        lastArrival = packet.arrivalNanoseconds
        guard packet.isTimed else { return }
        timeline.receive(packet, inOrder: inOrder)
        timelineEpoch = timeline.epoch
    }
}
