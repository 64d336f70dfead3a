/// When packets arrived against when they were sampled: interarrival jitter (RFC 3550 A.8), leaps of the timestamp,
/// silences and the skew of the sender's clock.
///
/// In nanoseconds throughout, counted from a reference packet, so that nothing is rounded to ticks and nothing drifts.
struct ArrivalTimeline: Sendable {
    /// A leap that the arrival times leave unexplained by this much is of the timestamps, not of the network.
    static let leapNanoseconds = 200_000_000.0

    private(set) var nanosecondsPerTick: Double
    /// The longest packet time that is believed, in ticks: 150 ms.
    private var longestPacketTicks: Int64

    private var hasReference = false
    /// Whether `spread` is kept.
    var keepsSpread = false
    private(set) var epoch: UInt32 = 0
    private var referenceArrival: Int64 = 0
    private var ticks: Int64 = 0
    private var lastTimestamp = RTPTimestamp(0)
    private var lastSequence = SequenceNumber(0)
    private var lastTransit = 0.0
    private var lastStep: Int64 = 0
    /// Ticks from one packet to the next, from two equal steps in a row; 0 while unknown.
    private(set) var packetTicks: Int64 = 0

    /// A.8's J of the present source in nanoseconds.
    private(set) var jitter = 0.0
    /// Samples that J of the present source rests on.
    private(set) var jitterSamples: Int64 = 0
    private(set) var jitterSummary = JitterSummary()
    private(set) var skew = ClockSkewEstimate()

    // Not for every packet.
    private(set) var leaps: Int64 = 0
    private(set) var silences: Int64 = 0
    private(set) var clockSteps: Int64 = 0
    private(set) var spread = TransitSpread()

    /// Where the octets end that every packet touches, from the beginning.
    static let hotEnd = (MemoryLayout<Self>.offset(of: \.skew) ?? 0) + ClockSkewEstimate.hotEnd

    init(clockRate: UInt32) {
        nanosecondsPerTick = 1e9 / Double(clockRate)
        longestPacketTicks = Int64(clockRate) * 150 / 1000
    }

    /// Another source, or another clock rate: A.8 starts afresh.
    mutating func restart(clockRate: UInt32? = nil) {
        if let clockRate {
            nanosecondsPerTick = 1e9 / Double(clockRate)
            longestPacketTicks = Int64(clockRate) * 150 / 1000
        }
        hasReference = false
        jitter = 0
        jitterSamples = 0
        packetTicks = 0
        skew.breakLine()
    }

    /// - Parameter inOrder: whether the packet is newer than all before; others do not move the reference.
    mutating func receive(_ packet: ReceivedPacket, inOrder: Bool) {
        guard hasReference else { return setReference(packet) }
        let step = Int64(packet.timestamp.offset(from: lastTimestamp))
        let total = ticks &+ step
        let transit = Double(packet.arrivalNanoseconds &- referenceArrival) - Double(total) * nanosecondsPerTick
        let difference = transit - lastTransit
        if abs(difference) > ArrivalTimeline.leapNanoseconds, isLeap(packet, step: step) {
            // A late packet from before a leap says nothing of the stream after it.
            if inOrder {
                leaps &+= 1
                rebase(packet)
            }
            return
        }
        jitter += (abs(difference) - jitter) * 0.0625
        jitterSamples &+= 1
        jitterSummary.add(jitter)
        if keepsSpread { spread.add(abs(difference)) }
        if inOrder { learn(step: step, packet) }
        ticks = total
        lastTransit = transit
        lastTimestamp = packet.timestamp
        lastSequence = packet.sequenceNumber
        skew.observe(transit: transit, arrival: packet.arrivalNanoseconds, jitter: jitter)
    }

    /// Our own clock went back: nothing before it can be compared with what comes now.
    mutating func ourClockStepped() {
        clockSteps &+= 1
        hasReference = false
        skew.breakLine()
    }

    mutating func forgetSpread() { spread = TransitSpread() }

    mutating func takeIntervalJitter() -> JitterSummary {
        defer { jitterSummary.beginInterval() }
        return jitterSummary
    }

    /// Whether the timestamp moved as no sequence of packets explains. A talkspurt's first packet whose timestamp stood
    /// still through the silence is a leap as well: the sender's clock did not run.
    private func isLeap(_ packet: ReceivedPacket, step: Int64) -> Bool {
        let expected = Int64(packet.sequenceNumber.offset(from: lastSequence)) &* packetTicks
        return packet.marker || packetTicks == 0 || step != expected
    }

    /// Finds the packet time, also between losses, and the silences.
    private mutating func learn(step: Int64, _ packet: ReceivedPacket) {
        let packets = Int64(packet.sequenceNumber.offset(from: lastSequence))
        guard packets > 0, step > 0 else { return }
        if packets == 1 {
            if step > 2 * packetTicks, packetTicks > 0, step != lastStep { silences &+= 1 }
        } else if step % packets != 0 {
            return
        }
        let each = packets == 1 ? step : step / packets
        if each == lastStep, each <= longestPacketTicks { packetTicks = each }
        lastStep = each
    }

    private mutating func rebase(_ packet: ReceivedPacket) {
        setReference(packet)
        skew.breakLine()
    }

    private mutating func setReference(_ packet: ReceivedPacket) {
        hasReference = true
        epoch &+= 1
        referenceArrival = packet.arrivalNanoseconds
        ticks = 0
        lastTimestamp = packet.timestamp
        lastSequence = packet.sequenceNumber
        lastTransit = 0
    }
}

/// Mean and maximum of J over its samples, of the call and of the present interval.
struct JitterSummary: Sendable {
    private var sumBefore = 0.0
    private var samplesBefore: Int64 = 0
    private var maximumBefore = 0.0
    private(set) var intervalSum = 0.0
    private(set) var intervalSamples: Int64 = 0
    private(set) var intervalMaximum = 0.0

    var intervalMean: Double? { intervalSamples > 0 ? intervalSum / Double(intervalSamples) : nil }
    var samples: Int64 { samplesBefore + intervalSamples }
    var mean: Double? { samples > 0 ? (sumBefore + intervalSum) / Double(samples) : nil }
    var maximum: Double { max(maximumBefore, intervalMaximum) }

    @inline(__always)
    mutating func add(_ jitter: Double) {
        intervalSum += jitter
        intervalSamples &+= 1
        if jitter > intervalMaximum { intervalMaximum = jitter }
    }

    mutating func beginInterval() {
        sumBefore += intervalSum
        samplesBefore += intervalSamples
        maximumBefore = maximum
        intervalSum = 0
        intervalSamples = 0
        intervalMaximum = 0
    }
}
