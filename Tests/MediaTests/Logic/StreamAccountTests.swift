import RTP
import Testing

@testable import Media

@Suite("StreamAccount: packets are noted, and accounted for some at a time")
struct StreamAccountTests {
    /// A stream with losses, late and repeated packets, restarts, leaps of the timestamp, events and other sources.
    private func packets(_ dice: inout SeededRandom) -> [ReceivedPacket] {
        var header = RTPHeader(
            payloadType: 0, marker: false, sequenceNumber: SequenceNumber(65_400), timestamp: RTPTimestamp(7), ssrc: 1)
        var arrival: Int64 = 1_790_000_000_000_000_000
        return (0..<600).map { _ in
            arrival += Int64.random(in: 0...40_000_000, using: &dice)
            let step: Int =
                switch Int.random(in: 0..<40, using: &dice) {
                case 0: 5
                case 1: -3
                case 2: 0
                case 3: 4000
                default: 1
                }
            header.sequenceNumber = header.sequenceNumber.advanced(by: step)
            header.timestamp = header.timestamp.advanced(by: step * 160)
            if Int.random(in: 0..<100, using: &dice) == 0 { header.timestamp = header.timestamp.advanced(by: 90_000) }
            if Int.random(in: 0..<60, using: &dice) == 0 { header.ssrc = .random(in: 1...2, using: &dice) }
            var packet = ReceivedPacket(header, arrivalNanoseconds: arrival)
            packet.isTimed = Int.random(in: 0..<20, using: &dice) != 0
            packet.payloadOctets = .random(in: 0...320, using: &dice)
            return packet
        }
    }

    /// Whenever it is settled, and whether or not a packet in between is accounted for at once.
    @Test("the account is that of packets accounted for one by one", arguments: 0..<20 as Range<UInt64>)
    func same(seed: UInt64) {
        var dice = SeededRandom(seed)
        let configuration = JitterBufferModel.Configuration(isAdaptive: seed.isMultiple(of: 2))
        var noted = StreamAccount(configuration, clockRate: 8000)
        var atOnce = noted
        for packet in packets(&dice) {
            let classification = atOnce.receive(packet)
            switch Int.random(in: 0..<30, using: &dice) {
            case 0: #expect(noted.receive(packet) == classification)
            case 1:
                noted.note(packet)
                noted.settle()
                #expect(describe(&noted) == describe(&atOnce))
            default: noted.note(packet)
            }
        }
        noted.settle()
        #expect(describe(&noted) == describe(&atOnce))
    }

    /// All figures of an account, with those of an interval, which ends.
    private func describe(_ account: inout StreamAccount) -> String {
        let interval = account.reception.takeInterval()
        let block = account.reception.takeReportBlock(lastSenderReport: 0, delaySinceLastSenderReport: 0)
        let buffer = account.playout.takeBufferInterval()
        return """
            \(account.reception.call) \(interval) \(String(describing: block)) \(buffer)
            \(account.playout.metrics) \(account.playout.buffer.totals) \(account.playout.buffer.waitNanoseconds)
            """
    }

    @Test("packets before another clock rate are accounted for by the one they had")
    func clockRate() {
        var account = StreamAccount(.init(isAdaptive: false), clockRate: 8000)
        var arrival: Int64 = 0
        func packet(_ number: Int, ticks: Int) -> ReceivedPacket {
            arrival += 20_000_000
            let header = RTPHeader(
                payloadType: 0, marker: false, sequenceNumber: SequenceNumber(UInt16(number)),
                timestamp: RTPTimestamp(UInt32(ticks)), ssrc: 1)
            return ReceivedPacket(header, arrivalNanoseconds: arrival)
        }
        for number in 0..<5 { account.note(packet(number, ticks: number * 160)) }
        account.changeClockRate(to: 16_000)
        for number in 5..<10 { account.note(packet(number, ticks: number * 320)) }
        account.settle()
        #expect(account.reception.call.counts.packets == 10)
        #expect(account.reception.call.maximumJitterMilliseconds == 0)
        #expect(account.playout.buffer.totals.discarded == 0)
    }

    @Test("what every packet touches, and the memory of a call, stay small")
    func size() {
        let room = UnsafeMutablePointer<Session>.allocate(capacity: 1)
        defer { room.deallocate() }
        let hot = HotOctets(of: room)
        #expect((200...384).contains(hot.own.count), "\(hot)")
        #expect((700...1152).contains(hot.settlingCount), "\(hot)")
        #expect(MemoryLayout<ReceivedPacket>.stride == 24)
        #expect(MemoryLayout<Session>.size <= 3088, "\(MemoryLayout<Session>.size)")
    }
}
