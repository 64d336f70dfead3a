import Media
import Network
import RTP
import Testing

@Suite("Echo sessions")
struct EchoSessionTests {
    @Test("Every payload comes back bit for bit, in order, under our own stream", arguments: [false, true])
    func echoesBitForBit(ipv6: Bool) throws {
        let rig = try Rig()
        let peer = try Peer(ipv6 ? .ipv6 : .ipv4)
        let session = try rig.open(.echo, to: peer)
        var ours: RTPHeader?
        for number in 0..<50 {
            let sent = try peer.sendRTP(to: session.ports.rtp, marker: number == 0)
            let packet = try #require(peer.receive())
            #expect(packet.payload == sent)
            let header = try #require(packet.header)
            #expect(header.payloadType == 0)
            #expect(header.marker == (number == 0))
            #expect(header.ssrc != peer.ssrc)
            if let ours {
                #expect(header.ssrc == ours.ssrc)
                #expect(header.sequenceNumber == ours.sequenceNumber.next)
                #expect(header.timestamp.offset(from: ours.timestamp) == 160)
            }
            ours = header
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.sent.packets == 50)
        #expect(report.sent.octets == 8000)
        #expect(report.sent.ssrc == ours?.ssrc)
        #expect(report.received.packets == 50)
        #expect(report.received.octets == 8000)
        #expect(report.received.lost == 0)
        #expect(report.received.ssrc == peer.ssrc)
        #expect(report.rejected.total == 0)
        #expect(report.latch == .confirmed)
        #expect(report.remote == peer.address)
        #expect(peer.drain().isEmpty)
    }
}
