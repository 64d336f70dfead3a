import Audio
import Media
import Networking
import RTP
import Testing

@Suite("Digits (RFC 4733, ITU-T Q.24)")
struct DigitTests {
    private func digits(_ rig: Rig, _ id: MediaSessionID) -> [MediaDigit] {
        rig.log.all.compactMap { if case .digit(id, let digit) = $0 { digit } else { nil } }
    }

    @Test("Telephone events are told once each, whatever is repeated, and do not disturb loss or jitter")
    func events() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer) {
            $0.telephoneEvent = TelephoneEventFormat(sendPayloadType: 101, receivePayloadType: 101)
        }
        for code in [1, 1, 10, 11, 15] as [UInt8] {
            let start = peer.timestamp
            for packet in 0..<8 {
                let duration = UInt16(160 * min(packet + 1, 6))
                peer.timestamp = start
                let payload = [code, packet >= 5 ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(duration & 0xFF)]
                try peer.sendRTP(payload, to: session.ports.rtp, marker: packet == 0, payloadType: 101)
            }
            peer.timestamp = start &+ 3200
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(digits(rig, session.id).map(\.character) == ["1", "1", "*", "#", "D"])
        #expect(digits(rig, session.id).allSatisfy { $0.origin == .telephoneEvent })
        #expect(report.received.telephoneEvents == 5)
        #expect(report.received.packets == 40 && report.received.lost == 0)
        #expect(report.received.jitterMilliseconds == nil)
    }

    /// The digit 5 twice, 100 ms each, with 100 ms of silence behind each.
    private func fives() throws -> [UInt8] {
        let five = zip(
            try Tone(frequency: 770, level: -9).octets(800), try Tone(frequency: 1336, level: -9).octets(800)
        ).map { low, high in
            let sum = Int32(Codec.pcmu.decode(low)) + Int32(Codec.pcmu.decode(high))
            return Codec.pcmu.encode(Int16(clamping: sum))
        }
        return five + [UInt8](repeating: 0xFF, count: 800) + five + [UInt8](repeating: 0xFF, count: 800)
    }

    @Test("Tones in the audio are heard where that is asked for, and only there", arguments: [true, false])
    func inBand(asked: Bool) throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer) { $0.detectsInBandDigits = asked }
        let audio = try fives()
        for start in stride(from: 0, to: audio.count, by: 160) {
            try peer.sendRTP(Array(audio[start..<start + 160]), to: session.ports.rtp)
        }
        rig.engine.close(session.id)
        #expect(rig.log.closed(session.id) != nil)
        let heard = digits(rig, session.id)
        #expect(heard.map(\.character) == (asked ? ["5", "5"] : []))
        #expect(heard.allSatisfy { $0.origin == .inBand })
    }

    @Test("After a while in which nobody listened, digits are heard again, wherever the sequence numbers are")
    func heardAgain() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer) { $0.detectsInBandDigits = true }
        let audio = try fives()
        func say() throws {
            for start in stride(from: 0, to: audio.count, by: 160) {
                try peer.sendRTP(Array(audio[start..<start + 160]), to: session.ports.rtp)
            }
        }
        var reports = 0
        func hasTaken(_ packets: Int) -> Bool {
            for _ in 0..<2000 {
                reports += 1
                rig.engine.requestReport(session.id)
                if rig.log.report(session.id, count: reports)?.received.packets == packets { return true }
            }
            return false
        }
        func listen(_ listens: Bool) {
            rig.engine.update(
                session.id, Rig.parameters(.nothing, remote: peer.address) { $0.detectsInBandDigits = listens })
        }
        try say()
        #expect(hasTaken(20))
        listen(false)
        // More than half of the numbers' range, in steps that are no restart.
        for _ in 0..<20 {
            peer.sequence &+= 2000
            try peer.sendRTP(to: session.ports.rtp)
        }
        #expect(hasTaken(40))
        listen(true)
        #expect(hasTaken(40))
        try say()
        rig.engine.close(session.id)
        #expect(rig.log.closed(session.id)?.received.sequenceRestarts == 0)
        #expect(digits(rig, session.id).map(\.character) == ["5", "5", "5", "5"])
    }

    @Test("Tones in the audio are heard once each although every packet but the first has been overtaken by another")
    func overtaken() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer) { $0.detectsInBandDigits = true }
        let audio = try fives()
        let packets = stride(from: 0, to: audio.count, by: 160).map { start in
            defer {
                peer.sequence &+= 1
                peer.timestamp &+= 160
            }
            return peer.packet(Array(audio[start..<start + 160]))
        }
        // The first, and then in threes from the last to the first; what is left over at the end in its order.
        var order = [0]
        for start in stride(from: 1, to: packets.count, by: 3) {
            order += (start..<min(start + 3, packets.count)).reversed()
        }
        for number in order { try peer.send(packets[number], to: session.ports.rtp) }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.reordered > packets.count / 3 && report.received.lost == 0)
        #expect(digits(rig, session.id).map(\.character) == ["5", "5"])
    }
}

extension Tone {
    fileprivate func octets(_ count: Int) -> [UInt8] {
        let signal = ToneSignal(self, codec: .pcmu)
        return (0..<count).map { signal.octets(at: $0 % signal.period, count: 1)[0] }
    }
}
