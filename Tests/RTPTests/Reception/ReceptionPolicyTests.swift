import RTP
import Testing

/// A stream made one packet at a time, 20 ms apart unless said otherwise.
private struct Feed {
    var statistics: ReceptionStatistics
    var arrival: Int64 = Script.epoch

    init(minimumSequential: UInt8 = 0) {
        statistics = ReceptionStatistics(clockRate: 8000, minimumSequential: minimumSequential)
    }

    mutating func packet(
        _ sequence: UInt16, timestamp: UInt32? = nil, ssrc: UInt32 = 1, marker: Bool = false, after: Int64 = 20,
        isTimed: Bool = true
    ) -> PacketClassification {
        arrival += after * Script.millisecond
        let header = RTPHeader(
            payloadType: 0, marker: marker, sequenceNumber: SequenceNumber(sequence),
            timestamp: RTPTimestamp(timestamp ?? UInt32(sequence) * 160), ssrc: ssrc)
        return statistics.receive(ReceivedPacket(header, arrivalNanoseconds: arrival, isTimed: isTimed))
    }
}

@Suite("ReceptionStatistics' classification of a packet (RFC 3550 A.1)")
struct ReceptionClassificationTests {
    @Test("A trusted source's first packet counts", arguments: [0, 1] as [UInt8])
    func trusted(minimumSequential: UInt8) {
        var feed = Feed(minimumSequential: minimumSequential)
        #expect(feed.packet(7) == .accepted(missing: 0))
        #expect(feed.statistics.counts.received == 1)
        #expect(feed.statistics.ssrc == 1)
    }

    @Test("A doubted source counts from its second packet in sequence on, with the first")
    func doubted() {
        var feed = Feed(minimumSequential: 2)
        #expect(feed.packet(7) == .probation)
        #expect(feed.statistics.counts.received == 0)
        #expect(feed.statistics.counts.unvalidated == 1)
        #expect(feed.packet(9) == .probation)
        #expect(feed.packet(10) == .accepted(missing: 0))
        #expect(feed.statistics.counts.received == 3)
        #expect(feed.statistics.counts.expected == 4)
        #expect(feed.statistics.counts.unvalidated == 0)
    }

    @Test("What is missing before a packet is told with it")
    func missing() {
        var feed = Feed()
        _ = feed.packet(65_534)
        #expect(feed.packet(65_535) == .accepted(missing: 0))
        #expect(feed.packet(3) == .accepted(missing: 3))
        #expect(feed.packet(1) == .reordered(depth: 2))
        #expect(feed.packet(1) == .duplicate)
        #expect(feed.packet(3) == .duplicate)
        #expect(feed.packet(65_535) == .duplicate)
        #expect(feed.packet(65_533) == .reordered(depth: 6))
        #expect(feed.statistics.counts.expected == 7)
        #expect(feed.statistics.counts.lost == 2)
    }

    static let edges: [(UInt16, PacketClassification)] = [
        (2999, .accepted(missing: 2998)),
        (3000, .badSequence),
        (0x8000, .badSequence),
        (65_436, .badSequence),  // 100 behind
        (65_437, .reordered(depth: 99)),
        (65_535, .reordered(depth: 1)),
        (0, .duplicate),
    ]

    @Test("MAX_DROPOUT and MAX_MISORDER are where A.1 puts them", arguments: edges)
    func edge(sequence: UInt16, expected: PacketClassification) {
        var feed = Feed()
        _ = feed.packet(0, timestamp: 1000)
        #expect(feed.packet(sequence, timestamp: 1160) == expected)
    }

    @Test("One packet out of sequence is discarded, two in sequence are a restart")
    func restart() {
        var feed = Feed()
        for sequence in 0..<10 { _ = feed.packet(UInt16(sequence)) }
        #expect(feed.packet(30_000) == .badSequence)
        #expect(feed.packet(10) == .accepted(missing: 0))
        #expect(feed.statistics.counts.unvalidated == 1)
        #expect(feed.packet(40_000) == .badSequence)
        #expect(feed.packet(40_001) == .resynchronised)
        #expect(feed.packet(40_002) == .accepted(missing: 0))
        let counts = feed.statistics.counts
        #expect(counts.received == 14)
        #expect(counts.lost == 0)
        #expect(counts.unvalidated == 1)
        #expect(counts.sequenceRestarts == 1)
    }

    @Test("A packet far behind is late if its timestamp is old too, and no restart")
    func farBehind() {
        var feed = Feed()
        for sequence in 0..<1000 where sequence != 600 { _ = feed.packet(UInt16(sequence)) }
        #expect(feed.packet(600) == .reordered(depth: 399))
        #expect(feed.packet(600) == .duplicate)
        #expect(feed.packet(487) == .badSequence)  // beyond the window of 512
        #expect(feed.statistics.counts.lost == 0)
    }

    @Test("A second source does not take over while the first goes on")
    func twoSources() {
        var feed = Feed()
        for sequence in 0..<200 {
            #expect(feed.packet(UInt16(sequence), after: 10) == .accepted(missing: 0))
            #expect(feed.packet(UInt16(sequence + 5000), ssrc: 2, after: 10) == .otherSource)
        }
        #expect(feed.statistics.counts.received == 200)
        #expect(feed.statistics.counts.unvalidated == 200)
        #expect(feed.statistics.counts.sourceChanges == 0)
        #expect(feed.statistics.ssrc == 1)
    }

    @Test("The second source takes over when the first has stopped, and gives way when it returns")
    func takeOver() {
        var feed = Feed()
        for sequence in 0..<10 { _ = feed.packet(UInt16(sequence)) }
        #expect(feed.packet(500, ssrc: 2) == .otherSource)
        #expect(feed.packet(501, ssrc: 2) == .sourceChange)
        #expect(feed.packet(502, ssrc: 2) == .accepted(missing: 0))
        #expect(feed.statistics.ssrc == 2)
        #expect(feed.packet(10) == .otherSource)
        #expect(feed.packet(11) == .sourceChange)
        #expect(feed.statistics.ssrc == 1)
        let counts = feed.statistics.counts
        #expect(counts.received == 15)
        #expect(counts.lost == 0)
        #expect(counts.sourceChanges == 2)
        #expect(counts.unvalidated == 0)
    }

    @Test("Sources of one packet each never count as received")
    func strays() {
        var feed = Feed()
        for sequence in 0..<100 {
            _ = feed.packet(UInt16(sequence), after: 10)
            _ = feed.packet(UInt16(sequence), ssrc: 100 + UInt32(sequence), after: 10)
        }
        #expect(feed.statistics.counts.received == 100)
        #expect(feed.statistics.counts.expected == 100)
        #expect(feed.statistics.counts.unvalidated == 100)
    }

    @Test("Only what has not been heard of the present source is playable")
    func playable() {
        let playable: [PacketClassification] = [
            .accepted(missing: 3), .reordered(depth: 1), .resynchronised, .sourceChange,
        ]
        let unplayable: [PacketClassification] = [.duplicate, .probation, .badSequence, .otherSource]
        #expect(playable.filter(\.isPlayable) == playable)
        #expect(unplayable.filter(\.isPlayable) == [])
    }
}

@Suite("ReceptionStatistics' times (RFC 3550 A.8)")
struct ReceptionTimesTests {
    @Test("Nothing is measured before there is something to measure")
    func nothing() {
        var feed = Feed()
        var call = feed.statistics.call
        #expect(call.ssrc == nil)
        #expect(call.jitterMilliseconds == nil)
        #expect(call.meanJitterMilliseconds == nil)
        #expect(call.maximumJitterMilliseconds == nil)
        #expect(call.longestGapMilliseconds == nil)
        #expect(call.packetTimeMilliseconds == nil)
        #expect(call.clockSkewPartsPerMillion == nil)
        #expect(call.maximumReorderDepth == nil)
        #expect(call.firstArrivalNanoseconds == nil)
        #expect(call.counts.lossRatio == nil)
        let block = feed.statistics.takeReportBlock()
        #expect(block == nil)
        let interval = feed.statistics.takeInterval()
        #expect(interval.jitterMilliseconds == nil)
        _ = feed.packet(1)
        call = feed.statistics.call
        #expect(call.jitterMilliseconds == nil)
        #expect(call.longestGapMilliseconds == nil)
        #expect(call.counts.lossRatio == 0)
        #expect(call.firstArrivalNanoseconds == call.lastArrivalNanoseconds)
        _ = feed.packet(2)
        #expect(feed.statistics.jitterMilliseconds == 0)
    }

    @Test("A talkspurt whose timestamp stood still through the silence is a leap, an unmarked stall is jitter")
    func stall() throws {
        var feed = Feed()
        for sequence in 0..<50 { _ = feed.packet(UInt16(sequence)) }
        _ = feed.packet(50, marker: true, after: 3000)
        #expect(feed.statistics.jitterMilliseconds == 0)
        #expect(feed.statistics.counts.timestampLeaps == 1)
        _ = feed.packet(51, after: 3020)
        #expect(abs((feed.statistics.jitterMilliseconds ?? .nan) - 3000.0 / 16) < 0.001)
        #expect(feed.statistics.counts.timestampLeaps == 1)
        #expect(feed.statistics.counts.lost == 0)
    }

    @Test("The packet time is known even where no two packets come in a row")
    func packetTime() {
        var feed = Feed()
        for sequence in stride(from: 0, to: 100, by: 2) { _ = feed.packet(UInt16(sequence), after: 40) }
        #expect(feed.statistics.call.packetTimeMilliseconds == 20)
        // So a stall of the network is told from a leap of the timestamp.
        _ = feed.packet(100, after: 1040)
        #expect(feed.statistics.counts.timestampLeaps == 0)
        #expect(feed.statistics.counts.silences == 0)
        #expect(feed.statistics.jitterMilliseconds == 1000.0 / 16)
    }

    @Test("Telephone events count, but their standing timestamps are no jitter")
    func events() {
        var feed = Feed()
        for sequence in 0..<50 { _ = feed.packet(UInt16(sequence)) }
        for sequence in 50..<60 { _ = feed.packet(UInt16(sequence), timestamp: 50 * 160, isTimed: false) }
        for sequence in 60..<100 { _ = feed.packet(UInt16(sequence)) }
        let call = feed.statistics.call
        #expect(call.counts.received == 100)
        #expect(call.counts.lost == 0)
        #expect(call.maximumJitterMilliseconds == 0)
        #expect(call.counts.timestampLeaps == 0)
        #expect(call.longestGapMilliseconds == 20)
    }

    @Test("Our own clock going back is told apart from the network")
    func clockStep() throws {
        var feed = Feed()
        for sequence in 0..<50 { _ = feed.packet(UInt16(sequence)) }
        _ = feed.packet(50, after: -3_600_000)
        for sequence in 51..<100 { _ = feed.packet(UInt16(sequence)) }
        let call = feed.statistics.call
        #expect(call.counts.clockSteps == 1)
        #expect(call.maximumJitterMilliseconds == 0)
        #expect(call.longestGapMilliseconds == 20)
        #expect(call.counts.received == 100)
    }

    @Test("Another clock rate starts jitter afresh")
    func clockRate() {
        var feed = Feed()
        for sequence in 0..<50 { _ = feed.packet(UInt16(sequence)) }
        feed.statistics.changeClockRate(to: 16_000)
        for sequence in 50..<100 { _ = feed.packet(UInt16(sequence), timestamp: UInt32(sequence) * 320) }
        let call = feed.statistics.call
        #expect(call.maximumJitterMilliseconds == 0)
        #expect(call.packetTimeMilliseconds == 20)
        #expect(call.counts.received == 100)
    }

    @Test("A new epoch begins where timestamps cannot be compared with those before")
    func epochs() {
        var feed = Feed()
        for sequence in 0..<50 { _ = feed.packet(UInt16(sequence)) }
        let first = feed.statistics.timelineEpoch
        _ = feed.packet(50, timestamp: 0x4000_0000)
        let leapt = feed.statistics.timelineEpoch
        #expect(leapt != first)
        _ = feed.packet(51, timestamp: 0x4000_0000 + 160)
        #expect(feed.statistics.timelineEpoch == leapt)
        _ = feed.packet(9, ssrc: 2)
        #expect(feed.statistics.timelineEpoch == leapt)
        _ = feed.packet(10, ssrc: 2)
        #expect(feed.statistics.timelineEpoch != leapt)
    }

    static let skews: [(Double, Double, Double)] = [  // ppm, jitter in ms, tolerance in ppm
        (0, 0, 0.1), (100, 0, 1), (-100, 0, 1), (35, 10, 15), (-250, 10, 15), (500, 40, 60),
    ]

    @Test("The skew of the sender's clock is found under jitter", arguments: skews)
    func skew(ppm: Double, jitter: Double, tolerance: Double) throws {
        var script = Script(count: 6000)
        var dice = Dice(21)
        // A fast sender's packets come too early by our clock.
        script.delay { Int64(-Double($0) * 20 * ppm + dice.fraction() * jitter * 1e6) }
        let found = try #require(script.played().call.clockSkewPartsPerMillion)
        #expect(abs(found - ppm) < tolerance)
    }

    @Test("Neither a slower route nor a leap of the timestamp passes for skew")
    func skewRobustness() throws {
        var script = Script(count: 6000)
        var dice = Dice(22)
        script.delay { Int64(-Double($0) * 20 * 50 + dice.fraction() * 5e6) + ($0 > 2000 ? 70_000_000 : 0) }
        script.leapTimestamp(at: 4000, by: 1_000_000)
        let found = try #require(script.played().call.clockSkewPartsPerMillion)
        #expect(abs(found - 50) < 15)
    }

    @Test("Skew is not told before ten seconds of packets")
    func earlySkew() {
        #expect(Script(count: 400).played().call.clockSkewPartsPerMillion == nil)
        #expect(Script(count: 700).played().call.clockSkewPartsPerMillion != nil)
    }

    @Test("Interarrival times fall into their buckets")
    func histogram() {
        var feed = Feed()
        for (place, gap) in ([0, 20, 20, 21, 0, 98, 99, 149, 150, 499, 999, 1999, 4999, 5000] as [Int64]).enumerated() {
            _ = feed.packet(UInt16(place), after: gap)
        }
        let histogram = feed.statistics.call.interarrival
        #expect(histogram.total == 13)
        #expect(histogram[0] == 1)
        #expect(histogram[10] == 2)
        #expect(histogram[11] == 1)
        #expect(histogram[49] == 1)
        #expect((50..<57).map { histogram[$0] } == [2, 1, 1, 1, 1, 1, 1])
        let bounds = (0..<InterarrivalHistogram.bucketCount).map(InterarrivalHistogram.upperBound(ofBucket:))
        #expect(bounds.last == .some(nil))
        #expect(zip(bounds.dropLast().dropFirst(), bounds.dropLast(2)).allSatisfy { ($0 ?? 0) > ($1 ?? 0) })
        #expect(bounds[10] == 21 * Script.millisecond)
    }
}
