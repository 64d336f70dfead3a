import RTP
import Testing

@Suite("Statistics Summary of what was received (RFC 3611 section 4.6)")
struct SummaryTests {
    static let ms = Script.millisecond

    /// Statistics that keep summaries.
    private static func statistics(clockRate: UInt32 = 8000) -> ReceptionStatistics {
        var statistics = ReceptionStatistics(clockRate: clockRate)
        statistics.keepSummaries(true)
        return statistics
    }

    private static func play(_ script: Script, _ range: Range<Int>, into statistics: inout ReceptionStatistics) {
        for packet in script.arrivals where range.contains(packet.index) {
            _ = statistics.receive(ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival))
        }
    }

    @Test("Ranges follow one another, the first from the first packet, across the end of the 16 bits")
    func ranges() throws {
        var script = Script(count: 100, sequence: 65_500)
        script.drop { [10, 11, 45, 46, 47, 48, 49, 70].contains($0) }
        script.duplicate { [3, 12, 60].contains($0) ? 0 : nil }
        var statistics = Self.statistics()
        Self.play(script, 0..<50, into: &statistics)
        let first = try statistics.summary()
        // What is missing at the end of a range is known to be lost only when more comes.
        #expect(first.ssrc == 0x1111_1111)
        #expect(first.begin == SequenceNumber(65_500) && first.end == SequenceNumber(9))
        #expect(first.lostPackets == 2 && first.duplicatePackets == 2 && first.timeToLive == nil)
        Self.play(script, 50..<100, into: &statistics)
        let second = try statistics.summary()
        #expect(second.begin == SequenceNumber(9) && second.end == SequenceNumber(64))
        #expect(second.lostPackets == 6 && second.duplicatePackets == 1)
        let silent = statistics.takeSummary()
        #expect(silent == nil, "nothing has come since")
    }

    @Test(
        "Jitter is the spread of |D| in ticks: least, highest, mean and deviation, rounded", arguments: [8000, 48_000])
    func jitter(clockRate: Int) throws {
        var script = Script(count: 9, clockRate: clockRate)
        // In ms: differences of 7, 7, 3, 13, 0, 10, 1 and 1.
        let delays: [Int64] = [0, 7, 0, 3, 16, 16, 6, 5, 4]
        script.delay { delays[$0] * Self.ms }
        var statistics = Self.statistics(clockRate: UInt32(clockRate))
        Self.play(script, 0..<5, into: &statistics)
        let scale = Double(clockRate) / 1000
        func ticks(_ milliseconds: Double) -> UInt32 { UInt32((milliseconds * scale).rounded()) }
        let first = try statistics.summary().spread()
        #expect(first.minimum == ticks(3) && first.maximum == ticks(13) && first.mean == ticks(7.5))
        // (0.25 + 0.25 + 20.25 + 30.25) / 4 = 12.75.
        #expect(first.deviation == ticks(12.75.squareRoot()))
        Self.play(script, 5..<9, into: &statistics)
        let second = try statistics.summary().spread()
        #expect(second.minimum == 0 && second.maximum == ticks(10) && second.mean == ticks(3))
        #expect(second.deviation == ticks(16.5.squareRoot()))
    }

    @Test("Blocks agree with sets of what came, whatever is lost, repeated or late", arguments: 0..<20)
    func truth(seed: UInt64) throws {
        var dice = Dice(seed &+ 700)
        var script = Script(count: 3000, sequence: Int(seed) * 3100)
        script.drop { _ in dice.fraction() < 0.1 }
        script.delay { _ in Int64(dice.fraction() * 90e6) }
        script.duplicate { _ in dice.fraction() < 0.05 ? Int64(dice.fraction() * 60e6) : nil }
        var statistics = Self.statistics()
        var (came, begin): ([Int: Int], Int?) = ([:], nil)
        for (place, packet) in script.arrivals.enumerated() {
            _ = statistics.receive(ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival))
            came[packet.index, default: 0] += 1
            guard place % 97 == 96 else { continue }
            let range = try (begin ?? #require(came.keys.min()))..<(#require(came.keys.max()) + 1)
            let block = try statistics.summary()
            func number(_ index: Int) -> SequenceNumber {
                SequenceNumber(UInt16(truncatingIfNeeded: index + Int(seed) * 3100))
            }
            #expect(block.begin == number(range.lowerBound) && block.end == number(range.upperBound))
            #expect(block.lostPackets == UInt32(range.count { came[$0] == nil }))
            #expect(block.duplicatePackets == UInt32(range.reduce(0) { $0 + max(0, came[$1, default: 0] - 1) }))
            let jitter = try #require(block.jitter)
            #expect(
                jitter.minimum <= jitter.mean && jitter.mean <= jitter.maximum && jitter.deviation <= jitter.maximum)
            begin = range.upperBound
        }
    }

    @Test("A restart of the sequence, and another source, begin a range of their own")
    func breaks() throws {
        var script = Script(count: 300)
        script.leapSequence(at: 100, by: 20_000)
        script.changeSource(at: 200, to: 9, sequence: 1234, timestamp: 5)
        script.drop { [50, 150, 250].contains($0) }
        script.delay { $0 < 200 ? Int64($0 % 2) * 8 * Self.ms : 0 }
        var statistics = Self.statistics()
        Self.play(script, 0..<120, into: &statistics)
        let restarted = try statistics.summary()
        #expect(restarted.begin == SequenceNumber(21_100) && restarted.end == SequenceNumber(21_120))
        #expect(restarted.lostPackets == 0 && restarted.duplicatePackets == 0)
        Self.play(script, 120..<300, into: &statistics)
        let other = try statistics.summary()
        #expect(other.ssrc == 9 && other.begin == SequenceNumber(22_434) && other.end == SequenceNumber(22_534))
        #expect(other.lostPackets == 1)
        // The source before it jittered, this one did not.
        #expect(other.jitter?.maximum == 0)
    }

    @Test("A source that comes back goes on where it is, without what it has been told of before")
    func comeback() throws {
        var script = Script(count: 300)
        script.change(from: 100) { if $0.index < 200 { $0.ssrc = 9 } }
        var statistics = Self.statistics()
        Self.play(script, 0..<90, into: &statistics)
        let before = try statistics.summary()
        #expect(before.end == SequenceNumber(1090))
        Self.play(script, 90..<200, into: &statistics)
        let other = try statistics.summary()
        #expect(other.ssrc == 9)
        Self.play(script, 200..<300, into: &statistics)
        let back = try statistics.summary()
        #expect(back.ssrc == 0x1111_1111 && back.end == SequenceNumber(1300))
        #expect(back.begin.distance(from: SequenceNumber(1200)) <= 2)
        #expect(back.lostPackets == 0 && back.duplicatePackets == 0)
    }

    @Test("What came before summaries were asked for is none of theirs, and without being asked for there are none")
    func asked() throws {
        var script = Script(count: 200)
        script.drop { [20, 120].contains($0) }
        script.delay { $0 < 100 ? Int64($0 % 2) * 8 * Self.ms : 0 }
        var statistics = ReceptionStatistics(clockRate: 8000)
        Self.play(script, 0..<100, into: &statistics)
        let unasked = statistics.takeSummary()
        #expect(unasked == nil)
        statistics.keepSummaries(true)
        let empty = statistics.takeSummary()
        #expect(empty == nil)
        Self.play(script, 100..<150, into: &statistics)
        // Asked for again, as by a new offer, they go on.
        statistics.keepSummaries(true)
        Self.play(script, 150..<200, into: &statistics)
        let summary = try statistics.summary()
        #expect(summary.begin == SequenceNumber(1100) && summary.end == SequenceNumber(1200))
        #expect(summary.lostPackets == 1)
        #expect(summary.jitter?.minimum == 0)
        statistics.keepSummaries(false)
        Self.play(script, 190..<200, into: &statistics)
        let stopped = statistics.takeSummary()
        #expect(stopped == nil)
    }

    @Test("A single packet, and packets without a time of their own, have no jitter")
    func unmeasured() throws {
        let script = Script(count: 10)
        var statistics = Self.statistics()
        let nothing = statistics.takeSummary()
        #expect(nothing == nil)
        Self.play(script, 0..<1, into: &statistics)
        let single = try statistics.summary()
        #expect(single.end == single.begin.next && single.jitter == nil && single.lostPackets == 0)
        for packet in script.arrivals.dropFirst() {
            _ = statistics.receive(
                ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival, isTimed: false))
        }
        let events = try statistics.summary()
        #expect(events.jitter == nil && events.end == SequenceNumber(1010))
    }

    @Test("A range that 16 bits cannot tell is left out, and the next one follows on it")
    func tooLong() throws {
        let script = Script(count: 65_640, packetTime: 1 * Self.ms)
        var statistics = Self.statistics()
        Self.play(script, 0..<65_540, into: &statistics)
        let tooLong = statistics.takeSummary()
        #expect(tooLong == nil)
        Self.play(script, 65_540..<65_640, into: &statistics)
        let next = try statistics.summary()
        #expect(next.end.distance(from: next.begin) == 100 && next.lostPackets == 0)
    }
}

extension ReceptionStatistics {
    /// What is there to be told, which a macro cannot take by itself.
    fileprivate mutating func summary() throws -> StatisticsSummary {
        let summary = takeSummary()
        return try #require(summary)
    }
}

extension StatisticsSummary {
    fileprivate func spread() throws -> Jitter { try #require(jitter) }
}
