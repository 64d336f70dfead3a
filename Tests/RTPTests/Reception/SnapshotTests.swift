import RTP
import Testing

@Suite("ReceptionStatistics' snapshots (RFC 3550 A.3)")
struct SnapshotTests {
    static let ms = Script.millisecond

    static var lossy: Script {
        var script = Script(count: 3000, sequence: 65_000)
        var dice = Dice(31)
        script.drop { _ in dice.fraction() < 0.1 }
        script.delay { _ in Int64(dice.fraction() * 70e6) }
        script.duplicate { _ in dice.fraction() < 0.05 ? 3 * ms : nil }
        return script
    }

    @Test("The intervals of a call add up to the call")
    func intervals() {
        let script = Self.lossy
        var statistics = ReceptionStatistics(clockRate: 8000)
        var sum = PacketCounts()
        var maximum = 0.0
        for (place, packet) in script.arrivals.enumerated() {
            _ = statistics.receive(ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival))
            guard place % 250 == 249 || place == script.packets.count - 1 else { continue }
            let interval = statistics.takeInterval()
            sum.packets += interval.counts.packets
            sum.expected += interval.counts.expected
            sum.received += interval.counts.received
            sum.duplicates += interval.counts.duplicates
            sum.reordered += interval.counts.reordered
            maximum = max(maximum, interval.maximumJitterMilliseconds ?? 0)
        }
        let call = statistics.call
        #expect(sum == call.counts)
        #expect(maximum == call.maximumJitterMilliseconds)
        #expect(sum.lost == script.truth.expected - script.truth.received)
    }

    @Test("An interval holds its own losses, jitter and gaps, and an empty one nothing")
    func own() throws {
        var script = Script(count: 1000)
        script.drop { (100..<150).contains($0) }
        script.delay { $0 < 500 && $0 % 2 == 1 ? 16 * Self.ms : 0 }
        var statistics = ReceptionStatistics(clockRate: 8000)
        for packet in script.arrivals where packet.index < 500 {
            _ = statistics.receive(ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival))
        }
        let first = statistics.takeInterval()
        #expect(first.counts.lost == 50)
        #expect(first.counts.lossRatio == 0.1)
        #expect(first.longestGapMilliseconds == 1004)
        #expect(first.meanJitterMilliseconds ?? 0 > 12)

        for packet in script.arrivals where packet.index >= 500 {
            _ = statistics.receive(ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival))
        }
        let second = statistics.takeInterval()
        #expect(second.counts.lost == 0)
        #expect(second.counts.received == 500)
        #expect(second.longestGapMilliseconds == 20)
        #expect(second.jitterMilliseconds ?? 1 < 0.001)

        let empty = statistics.takeInterval()
        #expect(empty.counts == PacketCounts())
        #expect(empty.counts.lossRatio == nil)
        #expect(empty.meanJitterMilliseconds == nil)
        #expect(empty.maximumJitterMilliseconds == nil)
        #expect(empty.longestGapMilliseconds == nil)
        #expect(statistics.call.longestGapMilliseconds == 1004)
    }

    @Test("Report blocks are A.3's: losses of the interval in 256ths, of the source in total")
    func reportBlocks() throws {
        let script = Self.lossy
        var statistics = ReceptionStatistics(clockRate: 8000)
        var packets: [Script.Packet] = []
        var expectedPrior = 0
        var receivedPrior = 0
        for (place, packet) in script.arrivals.enumerated() {
            _ = statistics.receive(ReceivedPacket(script.header(packet), arrivalNanoseconds: packet.arrival))
            packets.append(packet)
            guard place % 200 == 199 else { continue }
            // The appendix's arithmetic on the script's own numbers.
            let first = packets.map(\.index).min() ?? 0
            let last = packets.map(\.index).max() ?? 0
            let expected = last - first + 1
            let expectedInterval = expected - expectedPrior
            let lostInterval = expectedInterval - (packets.count - receivedPrior)
            let fraction = expectedInterval == 0 || lostInterval <= 0 ? 0 : (lostInterval << 8) / expectedInterval
            expectedPrior = expected
            receivedPrior = packets.count

            let taken = statistics.takeReportBlock(lastSenderReport: 0x1234_5678, delaySinceLastSenderReport: 99)
            let block = try #require(taken)
            #expect(block.ssrc == 0x1111_1111)
            #expect(Int(block.fractionLost) == fraction)
            #expect(Int(block.cumulativeLost) == expected - packets.count)
            #expect(Int(block.extendedHighestSequence) == last + 65_000)
            let jitter = try #require(statistics.jitterMilliseconds)
            #expect(block.jitter == UInt32(jitter * 8))
            #expect(block.lastSenderReport == 0x1234_5678)
            #expect(block.delaySinceLastSenderReport == 99)
        }
    }

    @Test("There is no report block where nothing has come since the last")
    func silent() {
        var statistics = Script(count: 10).played()
        let first = statistics.takeReportBlock()
        #expect(first != nil)
        let second = statistics.takeReportBlock()
        #expect(second == nil)
    }

    @Test("Duplicates can make the cumulative loss negative, and the fraction is then 0")
    func negative() throws {
        var script = Script(count: 100)
        script.duplicate { _ in 1 }
        var statistics = script.played()
        #expect(statistics.counts.lost == 0)
        #expect(statistics.counts.cumulativeLost == -100)
        let taken = statistics.takeReportBlock()
        let block = try #require(taken)
        #expect(block.cumulativeLost == -100)
        #expect(block.fractionLost == 0)
    }

    @Test("A new source's report blocks are about itself alone, the call's totals about both")
    func newSource() throws {
        var script = Script(count: 1000)
        script.changeSource(at: 500, to: 2, sequence: 30_000, timestamp: 99)
        script.drop { (100..<200).contains($0) || (600..<610).contains($0) }
        var statistics = script.played()
        let taken = statistics.takeReportBlock()
        let block = try #require(taken)
        #expect(block.ssrc == 2)
        #expect(block.cumulativeLost == 10)
        #expect(block.fractionLost == UInt8(10 * 256 / 500))
        #expect(statistics.counts.lost == 110)
    }

    @Test("A session's statistics hold no references and are small")
    func size() {
        func isTrivial(_: (some BitwiseCopyable).Type) -> Bool { true }
        #expect(isTrivial(ReceptionStatistics.self))
        #expect(isTrivial(JitterBufferModel.self))
        #expect(isTrivial(TelephoneEventReceiver.self))
        #expect(isTrivial(RTPHeader.self))
        #expect(MemoryLayout<ReceptionStatistics>.size <= 1280)
        #expect(MemoryLayout<JitterBufferModel>.size <= 320)
        #expect(MemoryLayout<RTPHeader>.size <= 24)
    }
}
