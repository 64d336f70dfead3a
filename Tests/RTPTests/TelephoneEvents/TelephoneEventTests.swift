import RTP
import Testing

@Suite("TelephoneEvent (RFC 4733 section 2.3)")
struct TelephoneEventTests {
    @Test("The payload of an end packet is read and written")
    func payload() throws {
        let bytes: [UInt8] = [11, 0x8A, 0x03, 0x20]
        let event = try #require(bytes.withUnsafeBytes { TelephoneEvent(parsing: $0) })
        #expect(event == TelephoneEvent(code: 11, isEnd: true, volume: 10, duration: 800))
        var written: [UInt8] = []
        event.encode(into: &written)
        #expect(written == bytes)
    }

    @Test("The reserved bit is ignored, and so is what follows the first report")
    func lenient() {
        let bytes: [UInt8] = [0, 0x7F, 0, 160, 1, 2, 3, 4]
        let event = bytes.withUnsafeBytes { TelephoneEvent(parsing: $0) }
        #expect(event == TelephoneEvent(code: 0, isEnd: false, volume: 63, duration: 160))
    }

    @Test("Fewer than four octets are no event", arguments: 0..<4)
    func short(length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        let event = bytes.withUnsafeBytes { TelephoneEvent(parsing: $0) }
        #expect(event == nil)
    }

    @Test("Event codes 0 to 15 are keys")
    func digits() {
        #expect(String((0...15).compactMap { TelephoneEvent.digit(of: $0) }) == "0123456789*#ABCD")
        #expect((16...255).allSatisfy { TelephoneEvent.digit(of: $0) == nil })
    }
}

/// Packets of key presses as a phone sends them: 50 a second, the end three times.
private struct Phone {
    struct Packet {
        var header: RTPHeader
        var event: TelephoneEvent
    }

    var sequence: UInt16 = 65_530
    var timestamp: UInt32 = 0xFFFF_FF00
    var packets: [Packet] = []

    /// Presses a key for `count` packets of 20 ms and pauses for 100 ms.
    mutating func press(_ code: UInt8, count: Int = 5) {
        for place in 1...count + 2 {
            let duration = UInt16(min(place, count) * 160)
            append(code, duration: duration, isEnd: place >= count, marker: place == 1)
        }
        timestamp &+= UInt32(count * 160 + 800)
    }

    mutating func append(_ code: UInt8, duration: UInt16, isEnd: Bool = false, marker: Bool = false, ssrc: UInt32 = 1) {
        packets.append(
            Packet(
                header: RTPHeader(
                    payloadType: 101, marker: marker, sequenceNumber: SequenceNumber(sequence),
                    timestamp: RTPTimestamp(timestamp), ssrc: ssrc),
                event: TelephoneEvent(code: code, isEnd: isEnd, duration: duration)))
        sequence &+= 1
    }

    /// What a receiver hears of the packets, 20 ms apart.
    func heard() -> (began: String, completed: [TelephoneEventReceiver.Completed]) {
        var receiver = TelephoneEventReceiver()
        var began = ""
        var completed: [TelephoneEventReceiver.Completed] = []
        for (place, packet) in packets.enumerated() {
            let change = receiver.receive(
                packet.event, header: packet.header, arrivalNanoseconds: Int64(place) * 20_000_000)
            if let interrupted = change.interrupted { completed.append(interrupted) }
            if let code = change.began, let digit = TelephoneEvent.digit(of: code) { began.append(digit) }
            if let ended = change.ended { completed.append(ended) }
        }
        if let last = receiver.advance(to: .max) { completed.append(last) }
        return (began, completed)
    }
}

@Suite("TelephoneEventReceiver (RFC 4733 section 2.5.2)")
struct TelephoneEventReceiverTests {
    private static func dialled(_ digits: [UInt8]) -> Phone {
        var phone = Phone()
        for digit in digits { phone.press(digit) }
        return phone
    }

    @Test("Each key pressed is one digit with its duration")
    func dial() {
        let phone = Self.dialled([1, 2, 2, 10, 11, 0])
        let heard = phone.heard()
        #expect(heard.began == "122*#0")
        #expect(heard.completed.map(\.code) == [1, 2, 2, 10, 11, 0])
        #expect(heard.completed.map(\.duration) == Array(repeating: 800, count: 6))
    }

    @Test("The digit begins with the first packet and ends with the first end packet")
    func changes() {
        var phone = Phone()
        phone.press(7, count: 3)
        var receiver = TelephoneEventReceiver()
        var changes: [TelephoneEventReceiver.Change] = []
        for packet in phone.packets {
            changes.append(receiver.receive(packet.event, header: packet.header, arrivalNanoseconds: 0))
        }
        #expect(changes.map(\.began) == [7, nil, nil, nil, nil])
        #expect(changes.map { $0.ended?.duration } == [nil, nil, 480, nil, nil])
        #expect(changes.compactMap(\.interrupted) == [])
    }

    @Test("Any loss that leaves one packet of each press leaves each digit once", arguments: 0..<200)
    func loss(seed: Int) {
        var dice = Dice(UInt64(seed) + 1)
        var phone = Self.dialled([1, 1, 1, 2, 2, 3, 15, 15])
        let presses = Dictionary(grouping: phone.packets, by: \.header.timestamp)
        let kept = presses.mapValues { $0[Int.random(in: 0..<$0.count, using: &dice)].header.sequenceNumber }
        let rate = dice.fraction()
        phone.packets.removeAll {
            kept[$0.header.timestamp] != $0.header.sequenceNumber && dice.fraction() < rate
        }
        let heard = phone.heard()
        #expect(heard.began == "111223DD")
        #expect(heard.completed.map(\.code) == [1, 1, 1, 2, 2, 3, 15, 15])
        #expect(heard.completed.allSatisfy { (160...800).contains($0.duration) })
    }

    @Test("Duplicates and packets overtaken within a press change nothing", arguments: 0..<100)
    func disorder(seed: Int) {
        var dice = Dice(UInt64(seed) + 1)
        var phone = Self.dialled([4, 4, 5, 5, 5])
        phone.packets = phone.packets.flatMap { dice.fraction() < 0.4 ? [$0, $0] : [$0] }
        for place in phone.packets.indices.dropLast() where dice.fraction() < 0.3 {
            let next = phone.packets[place + 1]
            if next.header.timestamp == phone.packets[place].header.timestamp { phone.packets.swapAt(place, place + 1) }
        }
        #expect(phone.heard().began == "44555")
        #expect(phone.heard().completed.map(\.code) == [4, 4, 5, 5, 5])
    }

    @Test("A late packet of the digit before does not come between")
    func lateOfBefore() {
        var phone = Self.dialled([8, 9])
        let last = phone.packets.remove(at: 6)
        phone.packets.insert(last, at: 8)
        #expect(phone.heard().began == "89")
    }

    @Test("An end that is never heard: the next digit, or silence, ends the event")
    func lostEnd() {
        var phone = Self.dialled([1, 1])
        phone.packets.removeAll { $0.event.isEnd }
        #expect(phone.heard().began == "11")
        #expect(phone.heard().completed.map(\.duration) == [640, 640])

        var receiver = TelephoneEventReceiver()
        #expect(receiver.deadlineNanoseconds == nil)
        _ = receiver.receive(phone.packets[0].event, header: phone.packets[0].header, arrivalNanoseconds: 5)
        #expect(receiver.deadlineNanoseconds == 5 + TelephoneEventReceiver.silenceNanoseconds)
        let early = receiver.advance(to: 4 + TelephoneEventReceiver.silenceNanoseconds)
        #expect(early == nil)
        let ended = receiver.advance(to: 5 + TelephoneEventReceiver.silenceNanoseconds)
        #expect(ended?.code == 1)
        #expect(receiver.deadlineNanoseconds == nil)
        let again = receiver.advance(to: .max)
        #expect(again == nil)
        // What still comes of it is not another digit.
        let change = receiver.receive(
            phone.packets[1].event, header: phone.packets[1].header, arrivalNanoseconds: .max)
        #expect(change == TelephoneEventReceiver.Change())
    }

    @Test("The segments of a long event are one digit with the sum of their durations", arguments: [false, true])
    func longEvent(losesBoundaries: Bool) {
        var phone = Phone()
        for segment in 0..<3 {
            for step in 1...8 {
                phone.append(5, duration: UInt16(step == 8 ? 0xFFFF : step * 8000), marker: segment == 0 && step == 1)
            }
            phone.timestamp &+= 0xFFFF
        }
        phone.append(5, duration: 4000)
        for _ in 0..<3 { phone.append(5, duration: 8000, isEnd: true) }
        if losesBoundaries {
            phone.packets.removeAll { !$0.event.isEnd && [8000, 0xFFFF].contains($0.event.duration) }
        }
        let heard = phone.heard()
        #expect(heard.began == "5")
        #expect(heard.completed.map(\.duration) == [3 * 0xFFFF + 8000])
    }

    @Test("A sender that moves the timestamp within an event still presses one key")
    func movingTimestamp() {
        var phone = Phone()
        for place in 1...6 {
            phone.append(3, duration: UInt16(place * 160), isEnd: place == 6, marker: place == 1)
            phone.timestamp &+= 160
        }
        phone.timestamp &+= 1600
        phone.press(3)
        #expect(phone.heard().began == "33")
    }

    @Test("Another source's digit counts whatever its sequence number and timestamp")
    func anotherSource() {
        var phone = Self.dialled([1])
        phone.sequence &-= 3
        phone.timestamp &-= 100_000
        phone.append(1, duration: 160, marker: true, ssrc: 2)
        #expect(phone.heard().began == "11")
    }

    @Test("A restart of sequence number and timestamp does not deafen the receiver")
    func restart() {
        var phone = Self.dialled([1])
        phone.sequence = 20_000
        phone.timestamp = 7
        phone.press(1)
        #expect(phone.heard().began == "11")
    }
}
