/// What was received in one interval, from one snapshot to the next. What was not measured is nil.
public struct IntervalStatistics: Sendable {
    /// Packets of the interval.
    public var counts = PacketCounts()
    /// How many sequence numbers behind the newest a packet came at most; nil where none was reordered.
    public var maximumReorderDepth: Int?
    /// RFC 3550 A.8's J at the end of the interval, in milliseconds; nil before the source's second packet.
    public var jitterMilliseconds: Double?
    /// The mean of J over the packets of the interval, in milliseconds.
    public var meanJitterMilliseconds: Double?
    /// The highest J in the interval, in milliseconds.
    public var maximumJitterMilliseconds: Double?
    /// The longest time between two arrivals of which the later fell into the interval, in milliseconds.
    public var longestGapMilliseconds: Double?
}

/// What has been received since the beginning of a call. What was not measured is nil.
public struct CallStatistics: Sendable {
    /// Packets of the call.
    public var counts = PacketCounts()
    /// The present source; nil before the first packet.
    public var ssrc: UInt32?
    /// How many sequence numbers behind the newest a packet came at most; nil where none was reordered.
    public var maximumReorderDepth: Int?
    /// RFC 3550 A.8's J of the present source, in milliseconds; nil before its second packet.
    public var jitterMilliseconds: Double?
    /// The mean of J over the packets of the call, in milliseconds.
    public var meanJitterMilliseconds: Double?
    /// The highest J in the call, in milliseconds.
    public var maximumJitterMilliseconds: Double?
    /// The longest time between two arrivals, in milliseconds.
    public var longestGapMilliseconds: Double?
    /// The time from one packet to the next by their timestamps, in milliseconds; nil before two equal ones in a row.
    public var packetTimeMilliseconds: Double?
    /// Parts per million by which the sender's clock runs faster than ours; nil before some 10 s of packets.
    public var clockSkewPartsPerMillion: Double?
    /// When the first packet arrived, by the receive times given.
    public var firstArrivalNanoseconds: Int64?
    /// When the latest packet arrived, by the receive times given.
    public var lastArrivalNanoseconds: Int64?
    /// Times between consecutive arrivals.
    public var interarrival = InterarrivalHistogram()
}

extension ReceptionStatistics {
    /// What has been counted so far.
    public var counts: PacketCounts {
        var counts = closed
        if hasPresent { counts.add(present) }
        if hasOther { counts.add(other) }
        counts.packets = Int(totals.packets)
        counts.payloadOctets = Int(totals.octets)
        counts.reordered = Int(totals.reordered)
        counts.sourceChanges = Int(totals.sourceChanges)
        counts.timestampLeaps = Int(timeline.leaps)
        counts.silences = Int(timeline.silences)
        counts.clockSteps = Int(timeline.clockSteps)
        return counts
    }

    /// The present source; nil before the first packet.
    public var ssrc: UInt32? { hasPresent ? present.ssrc : nil }

    /// When the latest valid packet arrived, by the receive times given; nil before the first.
    public var lastArrivalNanoseconds: Int64? { totals.arrivals > 0 ? lastArrival : nil }

    /// RFC 3550 A.8's J of the present source, in milliseconds; nil before its second packet.
    public var jitterMilliseconds: Double? {
        timeline.jitterSamples > 0 ? timeline.jitter / 1e6 : nil
    }

    /// What has been received since the beginning of the call.
    public var call: CallStatistics {
        var call = CallStatistics()
        call.counts = counts
        call.ssrc = ssrc
        call.maximumReorderDepth = totals.reordered > 0 ? Int(max(maximumDepth, intervalMaximumDepth)) : nil
        call.jitterMilliseconds = jitterMilliseconds
        call.meanJitterMilliseconds = timeline.jitterSummary.mean.map { $0 / 1e6 }
        if timeline.jitterSummary.samples > 0 {
            call.maximumJitterMilliseconds = timeline.jitterSummary.maximum / 1e6
        }
        let gap = max(longestGap, intervalLongestGap)
        call.longestGapMilliseconds = totals.arrivals > 1 ? Double(gap) / 1e6 : nil
        if timeline.packetTicks > 0 {
            call.packetTimeMilliseconds = Double(timeline.packetTicks) * 1000 / Double(clockRate)
        }
        call.clockSkewPartsPerMillion = timeline.skew.partsPerMillion
        call.firstArrivalNanoseconds = totals.arrivals > 0 ? firstArrival : nil
        call.lastArrivalNanoseconds = lastArrivalNanoseconds
        call.interarrival = histogram
        return call
    }

    /// What was received since the last call of this method (or the beginning), and begins the next interval.
    public mutating func takeInterval() -> IntervalStatistics {
        let now = counts
        var interval = IntervalStatistics()
        interval.counts = now - intervalStart
        interval.maximumReorderDepth = interval.counts.reordered > 0 ? Int(intervalMaximumDepth) : nil
        let jitter = timeline.takeIntervalJitter()
        interval.jitterMilliseconds = jitterMilliseconds
        interval.meanJitterMilliseconds = jitter.intervalMean.map { $0 / 1e6 }
        if jitter.intervalSamples > 0 { interval.maximumJitterMilliseconds = jitter.intervalMaximum / 1e6 }
        if intervalHasGap { interval.longestGapMilliseconds = Double(intervalLongestGap) / 1e6 }

        intervalStart = now
        longestGap = max(longestGap, intervalLongestGap)
        intervalLongestGap = 0
        intervalHasGap = false
        maximumDepth = max(maximumDepth, intervalMaximumDepth)
        intervalMaximumDepth = 0
        return interval
    }

    /// The report block about the present source for the next RTCP packet (RFC 3550 section 6.4.1), and begins the next
    /// reporting interval; nil where nothing valid came from the source since the last one.
    ///
    /// - Parameters:
    ///   - lastSenderReport: the middle 32 bits of the NTP timestamp of the source's last sender report; 0 for none.
    ///   - delaySinceLastSenderReport: since that report came, in units of 1/65536 s; 0 for none.
    public mutating func takeReportBlock(
        lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
    ) -> ReportBlock? {
        let now = ReportOrigin(present)
        let packets = now.received - reportStart.received
        guard hasPresent, present.isEstablished, packets > 0 else { return nil }
        let expected = now.expected - reportStart.expected
        let lost = expected - packets
        reportStart = now
        let ticks = min(timeline.jitter / timeline.nanosecondsPerTick, Double(UInt32.max))
        return ReportBlock(
            ssrc: present.ssrc,
            fractionLost: lost > 0 ? UInt8(min(lost * 256 / expected, 255)) : 0,
            cumulativeLost: Int32(max(-0x80_0000, min(now.expected - now.received, 0x7F_FFFF))),
            extendedHighestSequence: UInt32(truncatingIfNeeded: present.extendedHighest),
            jitter: UInt32(ticks),
            lastSenderReport: lastSenderReport,
            delaySinceLastSenderReport: delaySinceLastSenderReport)
    }
}

/// Counts that no tracker holds.
struct ReceptionTotals: Sendable {
    var packets: Int64 = 0
    var octets: Int64 = 0
    var arrivals: Int64 = 0
    var reordered: Int64 = 0
    var sourceChanges: Int64 = 0
}

/// A.3's expected_prior and received_prior of the present source.
struct ReportOrigin: Sendable {
    var expected: Int64 = 0
    var received: Int64 = 0

    init() {}

    init(_ tracker: SequenceTracker) {
        expected = tracker.expected
        received = tracker.receivedWithDuplicates
    }
}
