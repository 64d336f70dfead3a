import Media
import Networking
import RTP
import Testing

@Suite("Symmetric RTP: where media goes")
struct LatchingTests {
    @Test("Media follows the first packet, once; a stranger is counted and hears nothing")
    func follows() throws {
        let rig = try Rig()
        let signalled = try Peer()
        let peer = try Peer()
        let stranger = try Peer()
        stranger.ssrc = 666
        let session = try rig.open(.echo, to: signalled)
        for _ in 0..<5 {
            let payload = try peer.sendRTP(to: session.ports.rtp)
            #expect(peer.receive()?.payload == payload)
            try stranger.sendRTP(to: session.ports.rtp)
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.latch == .latched && report.latchings == 1)
        #expect(report.remote == peer.address)
        #expect(report.rejected.stray == 5)
        #expect(report.received.packets == 5 && report.received.sourceChanges == 0)
        #expect(stranger.drain().isEmpty && signalled.drain().isEmpty)
        let latched = rig.log.all.filter { if case .latched(_, peer.address) = $0 { true } else { false } }
        #expect(latched.count == 1)
    }

    @Test("Who is confirmed by its first packet cannot be robbed, not even with its SSRC and next sequence number")
    func cannotBeRobbed() throws {
        let rig = try Rig()
        let peer = try Peer()
        let thief = try Peer()
        let session = try rig.open(.echo, to: peer)
        for _ in 0..<10 {
            try peer.sendRTP(to: session.ports.rtp)
            #expect(peer.receive() != nil)
            thief.sequence = peer.sequence
            thief.timestamp = peer.timestamp
            try thief.sendRTP(to: session.ports.rtp)
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.latch == .confirmed && report.latchings == 0)
        #expect(report.rejected.stray == 10)
        #expect(report.received.packets == 10)
        #expect(thief.drain().isEmpty)
    }

    @Test("Noise and other payload types from elsewhere move nothing")
    func noiseMovesNothing() throws {
        let rig = try Rig()
        let peer = try Peer()
        let stranger = try Peer()
        let session = try rig.open(.echo, to: peer)
        try stranger.send([UInt8](repeating: 0x16, count: 200), to: session.ports.rtp)
        try stranger.sendRTP(to: session.ports.rtp, payloadType: 34)
        let payload = try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive()?.payload == payload)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.latch == .confirmed)
        #expect(report.rejected.notRTP == 1 && report.rejected.stray == 1)
        #expect(stranger.drain().isEmpty)
    }

    @Test("A tone goes to the address of the SDP, and follows the peer's first packet")
    func toneFollows() throws {
        let rig = try Rig()
        let signalled = try Peer()
        let peer = try Peer()
        let session = try rig.open(.tone(try Rig.tone()), to: signalled)
        #expect(signalled.receive() != nil)
        try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive() != nil)
        _ = signalled.drain()
        for _ in 0..<5 { #expect(peer.receive() != nil) }
        #expect(signalled.drain().isEmpty)
    }

    @Test("Another offer and answer moves media to its address at once, as the same stream")
    func retarget() throws {
        let rig = try Rig()
        let first = try Peer()
        let second = try Peer()
        second.ssrc = 0x2222_2222
        let session = try rig.open(.echo, to: first)
        try first.sendRTP(to: session.ports.rtp)
        let before = try #require(first.receive()?.header)
        rig.engine.update(session.id, Rig.parameters(.echo, remote: second.address))
        rig.engine.requestReport(session.id)
        #expect(rig.log.report(session.id)?.remote == second.address)
        try second.sendRTP(to: session.ports.rtp)
        let after = try #require(second.receive()?.header)
        #expect(after.ssrc == before.ssrc)
        #expect(after.sequenceNumber == before.sequenceNumber.next)
        #expect(after.timestamp.isNewer(than: before.timestamp))
        try first.sendRTP(to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.rejected.stray == 1)
        #expect(report.latch == .confirmed && report.remote == second.address)
        #expect(first.drain().isEmpty)
    }

    @Test("A refresh of the session leaves media where it has latched")
    func refresh() throws {
        let rig = try Rig()
        let signalled = try Peer()
        let peer = try Peer()
        let session = try rig.open(.tone(try Rig.tone()), to: signalled)
        try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive() != nil)
        _ = signalled.drain()
        let again = try Rig.parameters(.tone(Rig.tone()), remote: signalled.address)
        rig.engine.update(session.id, again)
        rig.engine.requestReport(session.id)
        #expect(rig.log.report(session.id)?.remote == peer.address)
        #expect(peer.receive() != nil)
        #expect(signalled.drain().isEmpty)
    }
}
