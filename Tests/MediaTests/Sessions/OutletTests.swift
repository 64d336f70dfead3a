import Glibc
import Media
import Networking
import RTP
import Testing

@Suite("The outlet: a second socket, connected to where media goes")
struct OutletTests {
    /// Lets a peer send so many packets, one after the other, and gives what comes back.
    private func exchange(_ count: Int, _ peer: Peer, _ ports: MediaPorts) throws -> [Peer.Packet] {
        try (0..<count).map { _ in
            try peer.sendRTP(to: ports.rtp)
            return try #require(peer.receive())
        }
    }

    /// What is wrong with packets that should be those of one stream, each once and in order.
    private func flaws(_ packets: [Peer.Packet]) -> [String] {
        zip(packets, packets.dropFirst()).compactMap { one, next in
            guard let one = one.header, let next = next.header else { return "not RTP" }
            let isNext = next.ssrc == one.ssrc && next.sequenceNumber == one.sequenceNumber.next
            return isNext ? nil : "\(one.sequenceNumber), then \(next.sequenceNumber)"
        }
    }

    @Test(
        "It is opened with the first packet that is sent, and closed with the session",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func life(family: SocketAddress.Family) throws {
        let rig = try Rig()
        let peer = try Peer(family)
        let session = try rig.open(.echo, to: peer)
        rig.engine.requestReport(session.id)
        _ = try #require(rig.log.report(session.id))
        #expect(BoundSocket.all(at: session.ports.rtp).map(\.peer) == [nil])
        #expect(try flaws(exchange(20, peer, session.ports)).isEmpty)
        #expect(Set(BoundSocket.all(at: session.ports.rtp).map(\.peer)) == [nil, peer.address])
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 20 && report.sent.packets == 20 && report.rejected.total == 0)
        // Like the first, though somebody still holds the ports.
        #expect(BoundSocket.all(at: session.ports.rtp).isEmpty)
    }

    @Test("Who only listens has none")
    func receiveOnly() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.direction = .receiveOnly }
        try peer.sendRTP(to: session.ports.rtp)
        #expect(rig.log.first { if case .firstPacket(session.id, _) = $0 { true } else { nil } } == true)
        #expect(BoundSocket.all(at: session.ports.rtp).count == 1)
    }

    @Test(
        "What strangers send is still seen, and counted as what it is",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func strangers(family: SocketAddress.Family) throws {
        let rig = try Rig()
        let peer = try Peer(family)
        let stranger = try Peer(family)
        let session = try rig.open(.echo, to: peer)
        for _ in 0..<10 {
            #expect(try flaws(exchange(2, peer, session.ports)).isEmpty)
            try stranger.sendRTP(to: session.ports.rtp)
            try stranger.send([0x16, 1, 2, 3], to: session.ports.rtp)
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 20 && report.received.lost == 0 && report.received.reordered == 0)
        #expect(report.rejected.stray == 10 && report.rejected.notRTP == 10 && report.rejected.total == 20)
        #expect(stranger.drain().isEmpty)
    }

    @Test(
        "What waits when a session is opened is taken in order, nothing twice and nothing lost",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func burstBefore(family: SocketAddress.Family) throws {
        let rig = try Rig()
        let peer = try Peer(family)
        let ports = try rig.ports(family)
        var sent: [[UInt8]] = []
        for _ in 0..<50 { sent.append(try peer.sendRTP(to: ports.rtp)) }
        let id = rig.engine.open(ports, Rig.parameters(.echo, remote: peer.address))
        for _ in 0..<50 { sent.append(try peer.sendRTP(to: ports.rtp)) }
        let echoed = try sent.map { _ in try #require(peer.receive()) }
        #expect(echoed.map(\.payload) == sent)
        rig.engine.close(id)
        let report = try #require(rig.log.closed(id))
        #expect(report.received.packets == 100 && report.received.lost == 0 && report.received.reordered == 0)
        #expect(BoundSocket.all(at: ports.rtp).isEmpty)
    }

    @Test(
        "It is connected amid a stream as fast as the machine goes, and nothing changes its order",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func burstMeanwhile(family: SocketAddress.Family) throws {
        let rig = try Rig { $0.receiveBuffer = 1 << 20 }
        for _ in 0..<20 {
            let peer = try Peer(family)
            let ports = try rig.ports(family)
            // With the first of these it is opened, and connected and read while the rest comes.
            let id = rig.engine.open(ports, Rig.parameters(.echo, remote: peer.address))
            for _ in 0..<100 { try peer.sendRTP(to: ports.rtp) }
            rig.engine.close(id)
            let report = try #require(rig.log.closed(id))
            #expect(report.received.packets == 100 && report.received.lost == 0 && report.rejected.total == 0)
            #expect(report.received.reordered == 0 && report.sent.packets == 100)
        }
    }

    @Test("It follows the latch, which what the first socket holds has moved, in the order of that")
    func latched() throws {
        let rig = try Rig()
        let signalled = try Peer()
        let peer = try Peer()
        let tone = try Rig.tone()
        let session = try rig.open(.tone(tone), to: signalled)
        #expect(signalled.receive() != nil)
        try rig.whileStalled {
            for _ in 0..<40 { try peer.sendRTP(to: session.ports.rtp) }
        }
        #expect(peer.receive() != nil)
        for _ in 0..<40 { try peer.sendRTP(to: session.ports.rtp) }
        #expect(BoundSocket.peers(at: session.ports.rtp) == [peer.address])
        // Who was signalled is a stranger now.
        try signalled.sendRTP(to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.latch == .latched && report.remote == peer.address)
        #expect(report.received.packets == 80 && report.received.lost == 0 && report.received.reordered == 0)
        #expect(report.rejected.stray == 1 && report.rejected.total == 1)
    }

    @Test("It follows a further offer, and what had come from there before is taken first")
    func renegotiated() throws {
        let rig = try Rig()
        let first = try Peer()
        let second = try Peer()
        second.ssrc = 0x2222_2222
        let session = try rig.open(.echo, to: first)
        let before = try exchange(5, first, session.ports)
        try rig.whileStalled {
            rig.engine.update(session.id, Rig.parameters(.echo, remote: second.address))
            for _ in 0..<40 { try second.sendRTP(to: session.ports.rtp) }
        }
        // One may be looked at before the offer is, and is a stranger's then.
        let waiting = try (0..<39).map { _ in try #require(second.receive()) }
        let last = second.receive(within: 0.2).map { [$0] } ?? []
        let after = try exchange(20, second, session.ports)
        #expect(flaws(before + waiting + last + after).isEmpty)
        #expect(BoundSocket.peers(at: session.ports.rtp) == [second.address])
        try first.sendRTP(to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.reordered == 0 && report.received.lost == 0 && report.received.duplicates == 0)
        #expect(report.sent.packets == 5 + 39 + last.count + 20)
        #expect(report.rejected.stray == 2 - last.count && report.rejected.total == 2 - last.count)
        #expect(first.drain().isEmpty)
    }

    @Test("It follows a stream that is carried on from behind another address translator")
    func carriedOn() throws {
        let rig = try Rig()
        let peer = try Peer()
        let moved = try Peer()
        let session = try rig.open(.echo, to: peer)
        let before = try exchange(5, peer, session.ports)
        #expect(peer.receive(within: 0.6) == nil)
        (moved.sequence, moved.timestamp) = (peer.sequence &+ 25, peer.timestamp &+ 25 * 160)
        let after = try exchange(20, moved, session.ports)
        #expect(flaws(before + after).isEmpty)
        #expect(BoundSocket.peers(at: session.ports.rtp) == [moved.address])
        try peer.sendRTP(to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 25 && report.received.lost == 25 && report.received.reordered == 0)
        #expect(report.latchings == 1 && report.rejected.stray == 1)
    }

    @Test("A wildcard's outlet goes from one family, and so from one of our addresses, to another")
    func wildcard() throws {
        let rig = try Rig()
        let ports = try rig.engine.reservePorts(on: SocketAddress.any(.ipv6))
        let old = try Peer(.ipv4)
        let new = try Peer(.ipv6)
        new.ssrc = 0x2222_2222
        let id = rig.engine.open(ports, Rig.parameters(.echo, remote: old.address))
        for (peer, family) in [(old, SocketAddress.Family.ipv4), (new, .ipv6)] {
            rig.engine.update(id, Rig.parameters(.echo, remote: peer.address))
            rig.engine.requestReport(id)
            #expect(rig.log.report(id, count: family == .ipv4 ? 1 : 2)?.remote == peer.address)
            for _ in 0..<10 {
                let payload = try peer.sendRTP(to: .loopback(family, port: ports.rtp.port))
                let packet = try #require(peer.receive())
                #expect(packet.payload == payload && packet.source == .loopback(family, port: ports.rtp.port))
            }
            #expect(BoundSocket.peers(at: ports.rtp) == [peer.address])
        }
        rig.engine.close(id)
        let report = try #require(rig.log.closed(id))
        #expect(report.received.packets == 20 && report.sent.packets == 20 && report.rejected.total == 0)
    }

    @Test("RTCP on the port of RTP is read from it")
    func multiplexedRTCP() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.multiplexesRTCP = true }
        #expect(try flaws(exchange(3, peer, session.ports)).isEmpty)
        var bytes: [UInt8] = []
        RTCPCompound.report(
            ssrc: peer.ssrc, sender: nil, report: nil, canonicalName: "peer"
        ).encode(into: &bytes)
        try peer.send(bytes, to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.rtcpPackets == 1 && report.peerName == "peer" && report.rejected.total == 0)
    }
}
