import RTP
import Testing

@testable import Media

@Suite("OutgoingStream (RFC 3550 section 5.1)")
struct OutgoingStreamTests {
    private static let millisecond: Int64 = 1_000_000
    private var stream = OutgoingStream(ssrc: 7, sequence: 65_534, timestamp: 0xFFFF_FF00, clockRate: 8000)
    private var now: Int64 = 5_000_000_000

    private func peer(_ sequence: UInt16, _ timestamp: UInt32, ssrc: UInt32 = 1, marker: Bool = false) -> RTPHeader {
        RTPHeader(
            payloadType: 0, marker: marker, sequenceNumber: SequenceNumber(sequence),
            timestamp: RTPTimestamp(timestamp), ssrc: ssrc)
    }

    private mutating func echo(
        _ header: RTPHeader, after milliseconds: Int64 = 20, ticks: UInt32 = 160, payloadType: UInt8 = 0
    ) -> RTPHeader {
        now += milliseconds * Self.millisecond
        return stream.echo(header, payloadType: payloadType, ticks: ticks, nowNanoseconds: now)
    }

    @Test("Frames: sequence numbers and timestamps go on over their wrap, the marker only at first")
    mutating func frames() {
        var headers: [RTPHeader] = []
        for index in 0..<4 {
            headers.append(
                stream.frame(
                    payloadType: 8, ticks: 160, dueNanoseconds: now + Int64(index) * 20 * Self.millisecond,
                    beginsTalk: index == 0))
        }
        #expect(headers.map(\.sequenceNumber.rawValue) == [65_534, 65_535, 0, 1])
        #expect(headers.map(\.timestamp.rawValue) == [0xFFFF_FF00, 0xFFFF_FFA0, 0x40, 0xE0])
        #expect(headers.map(\.marker) == [true, false, false, false])
        #expect(headers.allSatisfy { $0.ssrc == 7 && $0.payloadType == 8 })
    }

    @Test("Skipped frames leave their time in the timestamps and nothing in the sequence")
    mutating func skipped() {
        let first = stream.frame(payloadType: 0, ticks: 160, dueNanoseconds: now, beginsTalk: true)
        let later = stream.frame(
            payloadType: 0, ticks: 160, dueNanoseconds: now + 500 * Self.millisecond, beginsTalk: false)
        #expect(later.sequenceNumber == first.sequenceNumber.next)
        #expect(later.timestamp.offset(from: first.timestamp) == 4000)
    }

    @Test("Echo: the peer's gap stays in the timestamps, and our sequence has none")
    mutating func gap() {
        let first = echo(peer(10, 1000))
        let second = echo(peer(15, 1800), after: 100)
        #expect(second.sequenceNumber == first.sequenceNumber.next)
        #expect(second.timestamp.offset(from: first.timestamp) == 800)
        #expect(first.marker && !second.marker)
    }

    @Test("Echo: a packet that was overtaken keeps its own timestamp")
    mutating func reordered() {
        let first = echo(peer(10, 1000))
        let third = echo(peer(12, 1320))
        let second = echo(peer(11, 1160), after: 1)
        let fourth = echo(peer(13, 1480))
        #expect(third.timestamp.offset(from: first.timestamp) == 320)
        #expect(second.timestamp.offset(from: first.timestamp) == 160)
        #expect(fourth.timestamp.offset(from: first.timestamp) == 480)
        #expect(fourth.sequenceNumber == first.sequenceNumber.advanced(by: 3))
    }

    @Test("Echo: another SSRC goes on by the clock, under our SSRC, with a marker")
    mutating func anotherSource() {
        let first = echo(peer(10, 1000))
        let second = echo(peer(4000, 90_000, ssrc: 2), after: 50)
        let third = echo(peer(4001, 90_160, ssrc: 2))
        #expect(second.ssrc == 7 && second.marker)
        #expect(second.sequenceNumber == first.sequenceNumber.next)
        #expect(second.timestamp.offset(from: first.timestamp) == 400)
        #expect(third.timestamp.offset(from: second.timestamp) == 160)
        #expect(!third.marker)
    }

    @Test(
        "Echo: a leap of the timestamp goes on by the clock",
        arguments: [0, 1_000_000, 0x8000_0000, 0xFFFF_0000] as [UInt32])
    mutating func leap(to timestamp: UInt32) {
        _ = echo(peer(10, 500_000))
        let second = echo(peer(11, 500_160))
        let third = echo(peer(12, timestamp))
        #expect(third.timestamp.offset(from: second.timestamp) == 160)
        #expect(third.marker)
        #expect(echo(peer(13, timestamp &+ 160)).timestamp.offset(from: third.timestamp) == 160)
    }

    @Test("Echo: timestamps that stood still through a pause go on by the clock")
    mutating func pause() {
        let first = echo(peer(10, 1000))
        let second = echo(peer(11, 1160, marker: true), after: 5000)
        #expect(second.timestamp.offset(from: first.timestamp) == 40_000)
    }

    @Test("Echo: the timestamp never goes on by less than the frame before it lasted")
    mutating func atOnce() {
        let first = echo(peer(10, 1000))
        let second = echo(peer(900, 77_000, ssrc: 2), after: 0)
        #expect(second.timestamp.offset(from: first.timestamp) == 160)
    }

    @Test("Echo: the packets of a telephone event share the timestamp of its beginning")
    mutating func event() {
        let first = echo(peer(10, 1000))
        var events: [RTPHeader] = []
        for index in 0..<100 {
            events.append(
                echo(peer(11 + UInt16(index), 1160, marker: index == 0), ticks: 0, payloadType: 96))
        }
        #expect(Set(events.map(\.timestamp)).count == 1)
        #expect(events[0].timestamp.offset(from: first.timestamp) == 160)
        #expect(events[0].marker && !events[1].marker && events[0].payloadType == 96)
        let audio = echo(peer(111, 1160 + 100 * 160))
        #expect(audio.timestamp.offset(from: first.timestamp) == 160 + 100 * 160)
        #expect(audio.sequenceNumber == first.sequenceNumber.advanced(by: 101))
        #expect(!audio.marker)
    }

    @Test("Echo after frames of our own, and frames after an echo, go on by the clock")
    mutating func mixed() {
        let frame = stream.frame(payloadType: 0, ticks: 160, dueNanoseconds: now, beginsTalk: true)
        let echoed = echo(peer(10, 1000), after: 60)
        #expect(echoed.timestamp.offset(from: frame.timestamp) == 480)
        now += 1000 * Self.millisecond
        let next = stream.frame(payloadType: 0, ticks: 160, dueNanoseconds: now, beginsTalk: true)
        #expect(next.timestamp.offset(from: echoed.timestamp) == 8000)
        #expect(next.sequenceNumber == frame.sequenceNumber.advanced(by: 2))
    }

    @Test("Sender reports get the timestamp of their moment")
    mutating func reportTime() {
        #expect(stream.timestamp(at: now) == nil)
        let frame = stream.frame(payloadType: 0, ticks: 160, dueNanoseconds: now, beginsTalk: true)
        #expect(stream.timestamp(at: now + 15 * Self.millisecond)?.offset(from: frame.timestamp) == 120)
    }
}
