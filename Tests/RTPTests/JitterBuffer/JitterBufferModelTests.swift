import RTP
import Testing

@Suite("JitterBufferModel")
struct JitterBufferModelTests {
    static let ms = Script.millisecond
    static let fixed = JitterBufferModel.Configuration(isAdaptive: false)
    static let adaptive = JitterBufferModel.Configuration(isAdaptive: true)

    /// The decisions on the playable packets of a script, in the order of arrival.
    static func decide(
        _ script: Script, _ configuration: JitterBufferModel.Configuration
    ) -> (model: JitterBufferModel, decisions: [(index: Int, decision: JitterBufferModel.Decision)]) {
        var statistics = ReceptionStatistics(clockRate: UInt32(script.clockRate))
        var model = JitterBufferModel(configuration: configuration, clockRate: UInt32(script.clockRate))
        var decisions: [(index: Int, decision: JitterBufferModel.Decision)] = []
        for packet in script.arrivals {
            let header = script.header(packet)
            guard statistics.receive(ReceivedPacket(header, arrivalNanoseconds: packet.arrival)).isPlayable else {
                continue
            }
            let decision = model.receive(
                timestamp: header.timestamp, arrivalNanoseconds: packet.arrival, epoch: statistics.timelineEpoch)
            decisions.append((packet.index, decision))
        }
        return (model, decisions)
    }

    @Test("Nothing is known before the first packet")
    func nothing() {
        let model = JitterBufferModel(configuration: Self.fixed, clockRate: 8000)
        #expect(model.playoutDelayMilliseconds == nil)
        #expect(model.totals.meanPlayoutDelayMilliseconds == nil)
    }

    @Test("A clean stream is played with the nominal delay")
    func clean() {
        let (model, _) = Self.decide(Script(count: 1000), Self.fixed)
        #expect(model.totals.packets == 1000)
        #expect(model.totals.discarded == 0)
        #expect(model.playoutDelayMilliseconds == 60)
        #expect(model.totals.meanPlayoutDelayMilliseconds == 60)
    }

    @Test("A fixed buffer discards exactly what is later than its delay", arguments: [1, 2, 3, 4, 5])
    func fixedDiscards(seed: UInt64) {
        var script = Script(count: 5000, sequence: 65_000, timestamp: 0xFFFF_0000)
        var dice = Dice(seed)
        let delays = (0..<5000).map { _ in dice.fraction() < 0.05 ? Int64(dice.fraction() * 150e6) : 0 }
        script.delay { delays[$0] }
        let (model, decisions) = Self.decide(script, Self.fixed)
        for (index, decision) in decisions {
            #expect(decision == (delays[index] > 60 * Self.ms ? .discardedLate : .inTime), "packet \(index)")
        }
        #expect(model.totals.late == delays.filter { $0 > 60 * Self.ms }.count)
        #expect(model.totals.early == 0)
    }

    @Test("The delay counts from the fastest packet, not from the first")
    func slowFirst() {
        var script = Script(count: 500)
        script.delay { $0 == 0 ? 50 * Self.ms : $0 == 300 ? 61 * Self.ms : $0 == 400 ? 59 * Self.ms : 0 }
        let (_, decisions) = Self.decide(script, Self.fixed)
        #expect(decisions.filter { $0.decision.isDiscarded }.map(\.index) == [300])
    }

    @Test("A sender's skew does not wear the buffer out", arguments: [-200.0, 200.0])
    func skew(ppm: Double) {
        var script = Script(count: 60_000)
        script.delay { Int64(Double($0) * 20 * ppm) }
        #expect(Self.decide(script, Self.fixed).model.totals.discarded == 0)
    }

    @Test("After a slower route some packets are late, then the buffer has moved with it")
    func slowerRoute() {
        var script = Script(count: 2000)
        script.delay { $0 < 1000 ? 0 : 100 * Self.ms }
        let late = Self.decide(script, Self.fixed).decisions.filter { $0.decision == .discardedLate }.map(\.index)
        // 400 ms of packets, and the one that completes them.
        #expect(late == Array(1000...1020))
    }

    @Test("A stall that drains at once costs its late packets, and nothing after")
    func stall() {
        var script = Script(count: 1000)
        script.delay { (500..<550).contains($0) ? Int64(550 - $0) * 20 * Self.ms : 0 }
        let late = Self.decide(script, Self.fixed).decisions.filter { $0.decision.isDiscarded }.map(\.index)
        #expect(late == Array(500..<547))
    }

    @Test("A packet that is much faster than all before overflows the buffer once")
    func fasterRoute() {
        var script = Script(count: 1000)
        script.delay { $0 < 500 ? 500 * Self.ms : 0 }
        let (model, decisions) = Self.decide(script, Self.fixed)
        #expect(model.totals.early == 1)
        #expect(decisions.first { $0.decision == .discardedEarly }?.index == 500)
        #expect(model.totals.late == 24)
    }

    @Test("Leaps of the timestamp and new sources cost nothing")
    func leaps() {
        var script = Script(count: 1000)
        script.leapTimestamp(at: 300, by: 1_000_000)
        script.changeSource(at: 600, to: 2, sequence: 20_000, timestamp: 123_456_789)
        script.silence(before: 800, nanoseconds: 3000 * Self.ms)
        let (model, _) = Self.decide(script, Self.fixed)
        #expect(model.totals.discarded == 0)
        // The new source's first packet is not playable.
        #expect(model.totals.packets == 999)
    }

    @Test("An adaptive buffer grows with the jitter and shrinks without")
    func adaptation() throws {
        var script = Script(count: 6000)
        var dice = Dice(51)
        script.delay { (1000..<3000).contains($0) ? Int64(dice.fraction() * 140e6) : 0 }
        var statistics = ReceptionStatistics(clockRate: 8000)
        var model = JitterBufferModel(configuration: Self.adaptive, clockRate: 8000)
        var delays: [Int: Double] = [:]
        var late: [Int] = []
        for packet in script.arrivals {
            let header = script.header(packet)
            _ = statistics.receive(ReceivedPacket(header, arrivalNanoseconds: packet.arrival))
            let decision = model.receive(
                timestamp: header.timestamp, arrivalNanoseconds: packet.arrival, epoch: statistics.timelineEpoch)
            delays[packet.index] = model.playoutDelayMilliseconds
            if decision.isDiscarded { late.append(packet.index) }
        }
        #expect(delays[0] == 60)
        #expect(delays[900] ?? 99 < 28)
        let grown = try #require(delays[2900])
        #expect((135...146).contains(grown))
        #expect(delays[5999] ?? 99 < 21)
        // It learns from a few packets and discards none once it has learnt.
        #expect(late.count < 15)
        #expect(late.allSatisfy { (1000..<1300).contains($0) })
        #expect(model.totals.early == 0)
    }

    @Test("An adaptive buffer stays within its bounds")
    func bounds() {
        var script = Script(count: 3000)
        var dice = Dice(52)
        script.delay { _ in Int64(dice.fraction() * 600e6) }
        let configuration = JitterBufferModel.Configuration(
            isAdaptive: true, nominalMilliseconds: 80, minimumMilliseconds: 40, maximumMilliseconds: 120)
        let (model, _) = Self.decide(script, configuration)
        #expect(model.playoutDelayMilliseconds ?? 0 <= 120)
        #expect(model.totals.late > 1500)
        let (calm, _) = Self.decide(Script(count: 3000), configuration)
        #expect(abs((calm.playoutDelayMilliseconds ?? 0) - 40) < 1)
    }

    @Test("One hopeless packet does not inflate an adaptive buffer")
    func outlier() {
        var script = Script(count: 600)
        script.delay { $0 == 300 ? 900 * Self.ms : 0 }
        let (model, decisions) = Self.decide(script, Self.adaptive)
        #expect(decisions.filter { $0.decision.isDiscarded }.map(\.index) == [300])
        #expect(model.playoutDelayMilliseconds ?? 99 < 60)
    }

    @Test("The intervals add up to the whole")
    func intervals() {
        var script = Script(count: 1000)
        var dice = Dice(53)
        script.delay { _ in Int64(dice.fraction() * 90e6) }
        var model = JitterBufferModel(configuration: Self.fixed, clockRate: 8000)
        var packets = 0
        var late = 0
        for (place, packet) in script.arrivals.enumerated() {
            _ = model.receive(
                timestamp: script.header(packet).timestamp, arrivalNanoseconds: packet.arrival, epoch: 0)
            if place % 100 == 99 {
                let interval = model.takeInterval()
                #expect(interval.packets == 100)
                #expect(interval.meanPlayoutDelayMilliseconds == 60)
                packets += interval.packets
                late += interval.late
            }
        }
        #expect(packets == 1000)
        #expect(late == model.totals.late)
        let empty = model.takeInterval()
        #expect(empty.meanPlayoutDelayMilliseconds == nil)
    }
}
