import Audio
import Media
import Networking
import RTP
import Testing

@Suite("Direction, hold and the media timeout")
struct DirectionTests {
    @Test("A held tone falls silent and comes back as the same stream, with a marker and the time that went by")
    func hold() throws {
        let rig = try Rig()
        let peer = try Peer()
        let signal = try Rig.tone()
        let session = try rig.open(.tone(signal), to: peer)
        #expect(peer.receive() != nil)
        rig.engine.update(
            session.id,
            Rig.parameters(.tone(signal), remote: peer.address) {
                $0.direction = .inactive
                $0.isHeld = true
            })
        rig.engine.requestReport(session.id)
        let held = try #require(rig.log.report(session.id))
        let before = peer.drain()
        #expect(peer.receive(within: 0.1) == nil)
        rig.engine.update(session.id, Rig.parameters(.tone(signal), remote: peer.address))
        let after = try #require(peer.receive()?.header)
        #expect(after.ssrc == held.sent.ssrc)
        #expect(after.marker)
        if let last = before.last?.header {
            #expect(after.sequenceNumber == last.sequenceNumber.next)
            #expect(after.timestamp.offset(from: last.timestamp) >= 800)
        }
    }

    @Test(
        "Who only receives sends nothing, and who only sends echoes nothing",
        arguments: [MediaDirection.receiveOnly, .sendOnly, .inactive])
    func oneWay(direction: MediaDirection) throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.direction = direction }
        for _ in 0..<3 { try peer.sendRTP(to: session.ports.rtp) }
        #expect(rig.log.first { if case .firstPacket(session.id, _) = $0 { true } else { nil } } == true)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 3)
        #expect(report.sent.packets == 0)
        #expect(peer.drain().isEmpty)
    }

    @Test("A peer without an address gets nothing until it names one")
    func nullAddress() throws {
        let rig = try Rig()
        let peer = try Peer()
        let ports = try rig.ports()
        let tone = try Rig.tone()
        let id = rig.engine.open(ports, Rig.parameters(.tone(tone), remote: nil))
        try peer.sendRTP(to: ports.rtp)
        #expect(rig.log.first { if case .firstPacket(id, _) = $0 { true } else { nil } } == true)
        #expect(peer.receive(within: 0.1) == nil)
        rig.engine.update(id, Rig.parameters(.tone(tone), remote: peer.address))
        #expect(peer.receive() != nil)
    }

    @Test("Silence of the peer is reported once, ends what is sent, and its media ends that")
    func timeout() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.tone(try Rig.tone()), to: peer) { $0.mediaTimeout = .milliseconds(100) }
        #expect(rig.log.first { if case .timedOut(session.id) = $0 { true } else { nil } } == true)
        _ = peer.drain()
        #expect(peer.receive(within: 0.1) == nil)
        try peer.sendRTP(to: session.ports.rtp)
        #expect(rig.log.first { if case .resumed(session.id) = $0 { true } else { nil } } == true)
        #expect(peer.receive() != nil)
        rig.engine.close(session.id)
        #expect(rig.log.closed(session.id) != nil)
        #expect(rig.engine.statistics().totals.timeouts >= 1)
    }

    @Test("Packets put the timeout off")
    func keptAlive() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.mediaTimeout = .seconds(1) }
        var last: Int64 = 0
        for _ in 0..<60 {
            try peer.sendRTP(to: session.ports.rtp)
            last = try #require(peer.receive()).arrivalNanoseconds
            #expect(peer.receive(within: 0.02) == nil)
        }
        #expect(rig.log.first { if case .timedOut(session.id) = $0 { true } else { nil } } == true)
        #expect(SystemClock.realtimeNanoseconds - last >= 990_000_000)
    }

    @Test("No timeout while nothing is expected", arguments: [0, 1, 2])
    func noTimeout(reason: Int) throws {
        let rig = try Rig()
        let peer = try Peer()
        let quiet = try rig.open(.nothing, to: peer) {
            $0.mediaTimeout = .milliseconds(20)
            switch reason {
            case 0: $0.isHeld = true
            case 1: $0.direction = .sendOnly
            default: $0.remote = nil
            }
        }
        let expecting = try rig.open(.nothing, to: peer) { $0.mediaTimeout = .milliseconds(60) }
        #expect(rig.log.first { if case .timedOut(expecting.id) = $0 { true } else { nil } } == true)
        #expect(!rig.log.all.contains { if case .timedOut(quiet.id) = $0 { true } else { false } })
    }

    @Test("Codec, packet time and telephone events change in the same stream")
    func renegotiated() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.silence, to: peer)
        let before = try #require(peer.receive()?.header)
        rig.engine.update(
            session.id,
            Rig.parameters(.silence, remote: peer.address) {
                $0.format = MediaFormat(.pcma)
                $0.packetTime = 30
            })
        rig.engine.requestReport(session.id)
        #expect(rig.log.report(session.id) != nil)
        _ = peer.drain()
        let after = try #require(peer.receive())
        let header = try #require(after.header)
        #expect(header.payloadType == 8 && after.payload == [UInt8](repeating: 0xD5, count: 240))
        #expect(header.ssrc == before.ssrc)
        #expect(header.sequenceNumber.isNewer(than: before.sequenceNumber))
    }
}
