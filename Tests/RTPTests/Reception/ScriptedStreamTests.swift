import RTP
import Testing

/// A scripted stream with a name and, beside what the script itself knows, how often it leaps.
struct Scenario: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var script: Script
    var sourceChanges = 0
    var sequenceRestarts = 0
    var timestampLeaps = 0
    var silences = 0
    /// Jitter cannot be held against the plain formula where packets of two timelines mix.
    var comparesJitter = true

    init(_ name: String, _ script: Script) {
        testDescription = name
        self.script = script
    }

    init(_ name: String, count: Int = 1000, sequence: Int = 1000, _ change: (inout Script) -> Void) {
        var script = Script(count: count, sequence: sequence)
        change(&script)
        self.init(name, script)
    }

    func with(_ change: (inout Scenario) -> Void) -> Scenario {
        var scenario = self
        change(&scenario)
        return scenario
    }
}

@Suite("ReceptionStatistics on scripted streams (RFC 3550 A.1, A.3, A.8)")
struct ScriptedStreamTests {
    static let ms = Script.millisecond

    static let clean: [Scenario] = [
        Scenario("one packet", Script(count: 1)),
        Scenario("two packets", Script(count: 2)),
        Scenario("a clean stream", Script(count: 1500)),
        Scenario("packets of 10 ms", Script(count: 500, packetTime: 10 * ms)),
        Scenario("a clock of 48 kHz", Script(count: 500, clockRate: 48_000)),
        Scenario("a clock of 44.1 kHz", Script(count: 500, clockRate: 44_100)),
        Scenario("the sequence number wraps", Script(count: 500, sequence: 65_400)),
        Scenario("the sequence number wraps three times", Script(count: 200_000)),
        Scenario("the timestamp wraps", Script(count: 500, timestamp: 0xFFFF_FFFF - 3000)),
        Scenario("both start at their highest value", Script(count: 3, sequence: 65_535, timestamp: 0xFFFF_FFFF)),
    ]

    static let losses: [Scenario] = [
        Scenario("every tenth packet is lost") { $0.drop { $0 % 10 == 5 } },
        Scenario("a burst of 300 is lost") { $0.drop { (400..<700).contains($0) } },
        Scenario("the longest burst that A.1 takes for a loss", count: 4000) {
            $0.drop { (500..<500 + 2998).contains($0) }
        },
        Scenario("a burst over the wrap", sequence: 65_300) { $0.drop { (200..<300).contains($0) } },
        Scenario("the packets about the wrap", sequence: 65_436) { $0.drop { $0 == 99 || $0 == 100 } },
        Scenario("two packets of four") { $0.drop { $0 % 4 > 1 } },
        Scenario("a third at random") { script in
            var dice = Dice(1)
            script.drop { _ in dice.fraction() < 0.33 }
        },
        Scenario("bursts of Gilbert's model", count: 10_000) { script in
            var dice = Dice(2)
            var isBad = false
            script.drop { _ in
                isBad = dice.fraction() < (isBad ? 0.8 : 0.02)
                return isBad
            }
        },
    ]

    static let disorder: [Scenario] = [
        Scenario("every twentieth packet two places late") { $0.delay { $0 % 20 == 7 ? 45 * ms : 0 } },
        Scenario("neighbours swapped") { $0.delay { $0 % 2 == 0 ? 25 * ms : 0 } },
        Scenario("the first two swapped", count: 50) { $0.delay { $0 == 0 ? 25 * ms : 0 } },
        Scenario("the first one five places late", count: 50) { $0.delay { $0 == 0 ? 105 * ms : 0 } },
        Scenario("late over the wrap", sequence: 65_300) { $0.delay { (230..<236).contains($0) ? 130 * ms : 0 } },
        Scenario("99 places late, A.1's limit") { $0.delay { $0 == 500 ? 1985 * ms : 0 } },
        Scenario("300 places late") { $0.delay { $0 == 500 ? 6005 * ms : 0 } },
        Scenario("two in sequence 300 places late") { $0.delay { $0 == 500 || $0 == 501 ? 6005 * ms : 0 } },
        Scenario("late and lost") {
            $0.drop { $0 % 7 == 3 }
            $0.delay { $0 % 11 == 5 ? 65 * ms : 0 }
        },
    ]

    static let duplicates: [Scenario] = [
        Scenario("ten packets twice") { $0.duplicate { (50..<60).contains($0) ? ms : nil } },
        Scenario("every packet twice") { $0.duplicate { _ in 100_000 } },
        Scenario("the first packet twice") { $0.duplicate { $0 == 0 ? ms : nil } },
        Scenario("duplicates 90 places late") { $0.duplicate { $0 % 100 == 50 ? 1805 * ms : nil } },
        Scenario("duplicates 400 places late") { $0.duplicate { $0 == 100 || $0 == 101 ? 8005 * ms : nil } },
        Scenario("duplicates over the wrap", sequence: 65_500) { $0.duplicate { _ in 25 * ms } },
        Scenario("duplicates of what came late, beside losses") {
            $0.drop { $0 % 10 == 9 }
            $0.delay { $0 % 20 == 7 ? 45 * ms : 0 }
            $0.duplicate { $0 % 5 == 2 ? 2 * ms : nil }
        },
    ]

    static let leaps: [Scenario] = [
        Scenario("the timestamp leaps ahead") { $0.leapTimestamp(at: 500, by: 1_000_000) }
            .with { $0.timestampLeaps = 1 },
        Scenario("the timestamp leaps back") { $0.leapTimestamp(at: 500, by: -1_000_000) }
            .with { $0.timestampLeaps = 1 },
        Scenario("the timestamp leaps half way round") { $0.leapTimestamp(at: 500, by: 0x8000_0000) }
            .with { $0.timestampLeaps = 1 },
        Scenario("the timestamp leaps by 300 ms, twice") {
            $0.leapTimestamp(at: 300, by: 2400)
            $0.leapTimestamp(at: 600, by: -2400)
        }.with { $0.timestampLeaps = 2 },
        Scenario("the timestamp leaps where packets are lost") {
            $0.leapTimestamp(at: 500, by: 77_777_777)
            $0.drop { (490..<510).contains($0) }
        }.with { $0.timestampLeaps = 1 },
        Scenario("the timestamp leaps and a packet from before comes after") {
            $0.leapTimestamp(at: 500, by: 77_777_777)
            $0.delay { $0 == 499 ? 25 * ms : 0 }
        }.with {
            $0.timestampLeaps = 1
            $0.comparesJitter = false
        },
        Scenario("the sequence leaps ahead by 10,000") { $0.leapSequence(at: 500, by: 10_000) }
            .with { $0.sequenceRestarts = 1 },
        Scenario("the sequence leaps by A.1's limit") { $0.leapSequence(at: 500, by: 3000) }
            .with { $0.sequenceRestarts = 1 },
        Scenario("the sequence leaps back by 10,000") { $0.leapSequence(at: 500, by: -10_000) }
            .with { $0.sequenceRestarts = 1 },
        Scenario("the sequence leaps back by 300, the timestamp goes on") { $0.leapSequence(at: 500, by: -301) }
            .with { $0.sequenceRestarts = 1 },
        Scenario("sequence and timestamp leap together") {
            $0.leapSequence(at: 500, by: 20_000)
            $0.leapTimestamp(at: 500, by: 123_456_789)
        }.with {
            $0.sequenceRestarts = 1
            $0.timestampLeaps = 1
        },
        Scenario("the sequence leaps and the second packet is lost") {
            $0.leapSequence(at: 500, by: 10_000)
            $0.drop { $0 == 501 }
        }.with {
            $0.sequenceRestarts = 1
            $0.comparesJitter = false
        },
    ]

    static let sources: [Scenario] = [
        Scenario("another source") {
            $0.changeSource(at: 500, to: 2, sequence: 30_000, timestamp: 999_999_999)
        }.with { $0.sourceChanges = 1 },
        Scenario("another source with losses on both sides") {
            $0.changeSource(at: 500, to: 2, sequence: 30_000, timestamp: 999_999_999)
            $0.drop { $0 % 10 == 3 }
        }.with { $0.sourceChanges = 1 },
        Scenario("another source that goes on with sequence and timestamp") {
            $0.changeSource(at: 500, to: 2, sequence: 0, timestamp: 0)
        }.with { $0.sourceChanges = 1 },
        Scenario("three sources in turn") {
            $0.changeSource(at: 200, to: 2, sequence: 30_000, timestamp: 999_999_999)
            $0.changeSource(at: 500, to: 3, sequence: 40_000, timestamp: 99_999_999)
        }.with { $0.sourceChanges = 2 },
        Scenario("six sources in turn") { script in
            for (place, index) in stride(from: 150, to: 900, by: 150).enumerated() {
                script.changeSource(at: index, to: UInt32(place + 2), sequence: 9973, timestamp: 1_234_567)
            }
        }.with { $0.sourceChanges = 5 },
        Scenario("the old source's last packets come after the new one's first") {
            $0.changeSource(at: 500, to: 2, sequence: 30_000, timestamp: 999_999_999)
            $0.delay { (497..<500).contains($0) ? 85 * ms : 0 }
        }.with {
            $0.sourceChanges = 1
            $0.comparesJitter = false
        },
        Scenario("the new source's second packet is lost") {
            $0.changeSource(at: 500, to: 2, sequence: 30_000, timestamp: 999_999_999)
            $0.drop { $0 == 501 }
        }.with {
            $0.sourceChanges = 1
            $0.comparesJitter = false
        },
    ]

    static let silences: [Scenario] = [
        Scenario("three silences") {
            for index in [200, 500, 800] { $0.silence(before: index, nanoseconds: 2000 * ms) }
        }.with { $0.silences = 3 },
        Scenario("a silence of a minute") { $0.silence(before: 500, nanoseconds: 60_000 * ms) }
            .with { $0.silences = 1 },
        Scenario("silences with jitter") { script in
            var dice = Dice(5)
            for index in stride(from: 100, to: 1000, by: 100) { script.silence(before: index, nanoseconds: 1240 * ms) }
            script.delay { _ in Int64(dice.fraction() * 15e6) }
        }.with { $0.silences = 9 },
    ]

    static let jitters: [Scenario] = [
        Scenario("even jitter of 0 to 15 ms", count: 3000) { script in
            var dice = Dice(11)
            script.delay { _ in Int64(dice.fraction() * 15e6) }
        },
        Scenario("even jitter of 0 to 80 ms, which reorders", count: 3000) { script in
            var dice = Dice(12)
            script.delay { _ in Int64(dice.fraction() * 80e6) }
        },
        Scenario("delay spikes of 400 ms that drain", count: 3000) { script in
            script.delay { max(0, 400 * ms - Int64($0 % 500) * 20 * ms) }
        },
        Scenario("a step of the delay by 80 ms", count: 3000) { $0.delay { $0 < 1500 ? 0 : 80 * ms } },
        Scenario("a drift of 200 ppm", count: 3000) { $0.delay { Int64($0) * 4000 } },
        Scenario("jitter of microseconds", count: 3000) { script in
            var dice = Dice(13)
            script.delay { _ in Int64(dice.fraction() * 50e3) }
        },
        Scenario("jitter over both wraps", Script(count: 3000, sequence: 64_000, timestamp: 0xFFFF_0000)).with {
            var dice = Dice(14)
            $0.script.delay { _ in Int64(dice.fraction() * 30e6) }
        },
    ]

    @Test(
        "Counts are exact",
        arguments: [clean, losses, disorder, duplicates, leaps, sources, silences, jitters].flatMap(\.self))
    func counts(scenario: Scenario) {
        let statistics = scenario.script.played()
        let truth = scenario.script.truth
        let counts = statistics.counts
        #expect(counts.packets == scenario.script.packets.count)
        #expect(counts.received == truth.received)
        #expect(counts.expected == truth.expected)
        #expect(counts.lost == truth.expected - truth.received)
        #expect(counts.duplicates == truth.duplicates)
        #expect(counts.reordered == truth.reordered)
        #expect(statistics.call.maximumReorderDepth ?? 0 == truth.maximumDepth)
        #expect(counts.unvalidated == 0)
        #expect(counts.sourceChanges == scenario.sourceChanges)
        #expect(counts.sequenceRestarts == scenario.sequenceRestarts)
        #expect(counts.timestampLeaps == scenario.timestampLeaps)
        #expect(counts.silences == scenario.silences)
        #expect(counts.clockSteps == 0)
    }

    @Test(
        "Jitter is the formula's to a microsecond",
        arguments: [clean, losses, disorder, duplicates, leaps, sources, silences, jitters].flatMap(\.self)
            .filter(\.comparesJitter))
    func jitter(scenario: Scenario) throws {
        let call = scenario.script.played().call
        let truth = scenario.script.truth
        try #require((call.jitterMilliseconds == nil) == (truth.jitter == nil))
        guard let jitter = truth.jitter, let mean = truth.meanJitter, let maximum = truth.maximumJitter else { return }
        #expect(abs((call.jitterMilliseconds ?? .nan) - jitter) < 0.001)
        #expect(abs((call.meanJitterMilliseconds ?? .nan) - mean) < 0.001)
        #expect(abs((call.maximumJitterMilliseconds ?? .nan) - maximum) < 0.001)
        #expect(abs((call.longestGapMilliseconds ?? .nan) - (truth.longestGap ?? 0)) < 0.001)
    }

    @Test("A source that never sends two packets in sequence passes only without probation")
    func alternating() {
        var script = Script(count: 1000)
        script.drop { $0 % 2 == 1 }
        let trusted = script.played(minimumSequential: 1).counts
        #expect(trusted.received == 500)
        #expect(trusted.lost == 499)
        let doubted = script.played(minimumSequential: 2).counts
        #expect(doubted.received == 0)
        #expect(doubted.expected == 0)
        #expect(doubted.unvalidated == 500)
    }

    @Test("A.1's probation of two packets loses no counts", arguments: clean.dropFirst() + jitters + losses.dropLast(2))
    func probation(scenario: Scenario) {
        let statistics = scenario.script.played(minimumSequential: 2)
        let truth = scenario.script.truth
        #expect(statistics.counts.received == truth.received)
        #expect(statistics.counts.expected == truth.expected)
        #expect(statistics.counts.unvalidated == 0)
    }

    @Test("Any mixture of loss, jitter, disorder and duplicates is counted exactly", arguments: 0..<200)
    func mixture(seed: Int) throws {
        var dice = Dice(UInt64(seed) + 1000)
        var script = Script(
            count: 600, sequence: Int.random(in: 0..<65_536, using: &dice),
            timestamp: Int.random(in: 0..<0xFFFF_FFFF, using: &dice))
        let loss = dice.fraction() * 0.5
        let jitter = dice.fraction() * 120e6
        let repeats = dice.fraction() * 0.3
        script.drop { _ in dice.fraction() < loss }
        script.delay { _ in Int64(dice.fraction() * jitter) }
        script.duplicate { _ in dice.fraction() < repeats ? Int64(dice.fraction() * 300e6) : nil }
        let statistics = script.played()
        let truth = script.truth
        #expect(statistics.counts.received == truth.received)
        #expect(statistics.counts.expected == truth.expected)
        #expect(statistics.counts.duplicates == truth.duplicates)
        #expect(statistics.counts.reordered == truth.reordered)
        #expect(statistics.call.maximumReorderDepth ?? 0 == truth.maximumDepth)
        #expect(abs((statistics.jitterMilliseconds ?? .nan) - (truth.jitter ?? 0)) < 0.001)
    }
}
