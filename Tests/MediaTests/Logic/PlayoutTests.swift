import Quality
import RTP
import Testing

@testable import Media

@Suite("Playout: what a listener would have heard of a stream")
struct PlayoutTests {
    /// A packet on its way: nil arrival is loss.
    private struct Packet {
        var number: Int
        var ticks: Int
        var ssrc: UInt32 = 1
        var arrival: Int64
        var isEvent = false
    }

    private struct Listener {
        private var account: StreamAccount

        init(_ configuration: JitterBufferModel.Configuration = .init(isAdaptive: false)) {
            account = StreamAccount(configuration, clockRate: 8000)
        }

        var playout: Playout { account.playout }
        var reception: ReceptionStatistics { account.reception }

        mutating func receive(_ packets: [Packet]) {
            for packet in packets.sorted(by: { ($0.arrival, $0.number) < ($1.arrival, $1.number) }) {
                let header = RTPHeader(
                    payloadType: packet.isEvent ? 101 : 0, marker: false,
                    sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: packet.number)),
                    timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: packet.ticks)), ssrc: packet.ssrc)
                account.note(
                    ReceivedPacket(header, arrivalNanoseconds: packet.arrival, isTimed: !packet.isEvent))
            }
            account.settle()
        }
    }

    private static let ms: Int64 = 1_000_000
    private static let start: Int64 = 1_790_000_000_000_000_000

    private func stream(_ count: Int, from first: Int = 65_400, ssrc: UInt32 = 1) -> [Packet] {
        (0..<count).map { index in
            Packet(
                number: first + index, ticks: index * 160, ssrc: ssrc,
                arrival: Self.start + Int64(index) * 20 * Self.ms)
        }
    }

    @Test("a clean stream is played whole, over the wrap of the sequence numbers")
    func clean() {
        var listener = Listener()
        listener.receive(stream(500))
        let counts = listener.playout.metrics.counts
        #expect(counts.received == 500 && counts.impaired == 0)
        #expect(counts.burstRatio == nil)
        #expect(listener.playout.buffer.playoutDelayMilliseconds == 60)
    }

    @Test("losses, discards and what came in the wrong order but in time are told apart")
    func fates() {
        var packets = stream(500)
        // Swapped by the network, 45 ms late, which a buffer of 60 ms bears.
        packets[100].arrival += 45 * Self.ms
        // Later than it bears.
        for index in 200..<204 { packets[index].arrival += 150 * Self.ms }
        packets.removeAll { (65_400 + 300..<65_400 + 306).contains($0.number) || $0.number == 65_400 + 400 }
        var listener = Listener()
        listener.receive(packets)
        var missed = [Bool](repeating: false, count: 500)
        for index in Array(200..<204) + Array(300..<306) + [400] { missed[index] = true }
        let counts = listener.playout.metrics.counts
        #expect(counts.lost == 7 && counts.discarded == 4 && counts.received == 489)
        #expect(listener.playout.buffer.totals.late == 4)
        #expect(isClose(counts.burstRatio, IndependentEModel.burstRatio(missed) ?? 0, within: 1e-12))
        #expect(listener.playout.metrics.periods.bursts == 2)
        #expect(listener.playout.metrics.periods.burstLength == 5)
    }

    @Test("duplicates are played once, and strays of another source not at all")
    func duplicates() {
        var packets = stream(200)
        packets += packets.filter { $0.number % 3 == 0 }.map { packet in
            var copy = packet
            copy.arrival += 5 * Self.ms
            return copy
        }
        packets.append(Packet(number: 7, ticks: 99, ssrc: 2, arrival: Self.start + 100 * Self.ms + 1))
        var listener = Listener()
        listener.receive(packets)
        #expect(listener.playout.metrics.counts.received == 200)
        #expect(listener.playout.metrics.counts.expected == 200)
    }

    @Test("telephone events, which repeat their timestamp, are neither lost nor late (RFC 4733 2.5.1)")
    func events() {
        var packets = stream(300)
        for index in 100..<150 {
            packets[index].isEvent = true
            packets[index].ticks = 100 * 160
        }
        var listener = Listener()
        listener.receive(packets)
        #expect(listener.playout.metrics.counts.received == 300)
        #expect(listener.playout.metrics.counts.impaired == 0)
        #expect(listener.playout.buffer.totals.packets == 250)
    }

    @Test("suppressed silence is neither loss nor delay")
    func silence() {
        var packets = stream(300)
        for index in 150..<300 {
            packets[index].ticks += 3000 * 8
            packets[index].arrival += 3000 * Self.ms
        }
        var listener = Listener()
        listener.receive(packets)
        #expect(listener.playout.metrics.counts.received == 300)
        #expect(listener.playout.metrics.counts.impaired == 0)
    }

    @Test("a restart of the sequence and another source count as the statistics count them")
    func restarts() {
        var packets = stream(100)
        for index in 50..<100 { packets[index].number += 20_000 }
        packets += stream(100, from: 10, ssrc: 2).map { packet in
            var later = packet
            later.arrival += 2000 * Self.ms
            return later
        }
        var listener = Listener()
        listener.receive(packets)
        #expect(listener.reception.counts.sequenceRestarts == 1)
        #expect(listener.reception.counts.sourceChanges == 1)
        let counts = listener.playout.metrics.counts
        #expect(counts.expected == listener.reception.counts.expected)
        #expect(counts.lost == 0 && counts.expected == 200)
    }

    @Test("whatever is lost, late and swapped, expected and lost packets are the statistics'", arguments: 1...40)
    func agreesWithReception(seed: UInt64) {
        var random = SeededRandom(seed)
        let losses = Double.random(in: 0...0.2, using: &random)
        let jitter = Int64.random(in: 0...200, using: &random)
        var packets = stream(800)
        for index in packets.indices {
            packets[index].arrival += Int64.random(in: 0...jitter, using: &random) * Self.ms
        }
        var isLosing = false
        packets.removeAll { packet in
            isLosing = Double.random(in: 0..<1, using: &random) < (isLosing ? 0.6 : losses)
            return isLosing
        }
        var listener = Listener(.init(isAdaptive: seed.isMultiple(of: 2)))
        listener.receive(packets)
        let counts = listener.playout.metrics.counts
        #expect(counts.expected == listener.reception.counts.expected)
        #expect(counts.lost == listener.reception.counts.lost)
        #expect(counts.discarded == listener.playout.buffer.totals.discarded)
    }

}
