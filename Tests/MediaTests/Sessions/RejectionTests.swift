import Media
import Networking
import Testing

@Suite("What a session does not take (RFC 3550 A.1)")
struct RejectionTests {
    @Test("Everything is counted by its reason, and the good packets between as ever")
    func byReason() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        let good = try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive()?.payload == good)

        var extensionBeyondEnd = peer.packet([1, 2, 3, 4])
        extensionBeyondEnd[0] |= 0x10
        extensionBeyondEnd += [0, 0, 0, 1]
        extensionBeyondEnd.replaceSubrange(12..<16, with: [0xBE, 0xDE, 0xFF, 0xFF])
        var padding = peer.packet([0, 0, 0, 99])
        padding[0] |= 0x20
        var sources = peer.packet([])
        sources[0] |= 0x0F
        for malformed in [extensionBeyondEnd, padding, sources] { try peer.send(malformed, to: session.ports.rtp) }

        var version = peer.packet(Peer.payload(1))
        version[0] = 0x40
        let stun: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 7, count: 12)
        for noise in [version, stun, [0x80], [], [0, 0, 0, 0]] { try peer.send(noise, to: session.ports.rtp) }

        for payloadType in [8, 13, 34, 96, 127] as [UInt8] {
            try peer.send(peer.packet(Peer.payload(2), payloadType: payloadType), to: session.ports.rtp)
        }
        try peer.send(peer.packet([UInt8](repeating: 1, count: 4000)), to: session.ports.rtp)
        try peer.send([0x80, 200, 0, 9, 1, 2, 3, 4], to: session.ports.rtp)
        try peer.send([0x80, 203, 0xFF, 0xFF, 1, 2, 3, 4], to: session.ports.rtcp)

        let after = try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive()?.payload == after)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.rejected.malformed == 3)
        #expect(report.rejected.notRTP == 5)
        #expect(report.rejected.wrongPayloadType == 5)
        #expect(report.rejected.tooLong == 1)
        #expect(report.rejected.malformedRTCP == 2)
        #expect(report.rejected.total == 16)
        #expect(report.received.packets == 2 && report.received.lost == 0)
        #expect(report.sent.packets == 2)
        let totals = rig.engine.statistics().totals
        #expect(totals.malformed == 11 && totals.wrongPayloadType == 5)
    }

    @Test("An empty payload and one of a single octet are valid")
    func shortPayloads() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        for payload in [[], [1]] as [[UInt8]] {
            try peer.sendRTP(payload, to: session.ports.rtp)
            #expect(peer.receive()?.payload == payload)
        }
    }

    @Test("What the kernel has no room for is counted, by whichever socket", arguments: [false, true])
    func dropped(hasOutlet: Bool) throws {
        let rig = try Rig { $0.receiveBuffer = 4096 }
        let peer = try Peer()
        let session = try rig.open(hasOutlet ? .silence : .nothing, to: peer)
        if hasOutlet { #expect(peer.receive() != nil) }
        try rig.whileStalled {
            for _ in 0..<50 { try peer.sendRTP(to: session.ports.rtp) }
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.rejected.dropped > 0)
        #expect(report.received.packets + report.rejected.dropped == 50)
    }

    @Test(
        "Where nobody listens, ICMP's answers are counted and the tone goes on",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func unreachable(family: SocketAddress.Family) throws {
        let rig = try Rig()
        let address: SocketAddress
        do {
            let gone = try Peer(family)
            address = gone.address
        }
        let ports = try rig.ports(family)
        let id = rig.engine.open(ports, Rig.parameters(.tone(try Rig.tone()), remote: address))
        var report: MediaReport?
        for count in 1...500 where (report?.sent.unreachable ?? 0) < 3 {
            rig.engine.requestReport(id)
            report = rig.log.report(id, count: count)
            _ = try? Peer().receive(within: 0.01)
        }
        #expect(try #require(report).sent.unreachable >= 3)
        #expect(try #require(report).sent.packets >= 3)
        rig.engine.close(id)
        let final = try #require(rig.log.closed(id))
        #expect(final.sent.failed == 0)
        #expect(rig.engine.statistics().totals.unreachable == UInt64(final.sent.unreachable))
    }
}
