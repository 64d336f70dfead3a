import Audio
import Media
import Network
import RTP
import Testing

@Suite("Tone sessions", .serialized)
struct ToneSessionTests {
    @Test("Frames follow each other in sequence, timestamp and phase", arguments: [10, 20, 30, 40, 60])
    func continuous(packetTime: Int) throws {
        let rig = try Rig()
        let peer = try Peer()
        let signal = try Rig.tone()
        let session = try rig.open(.tone(signal), to: peer) { $0.packetTime = packetTime }
        let count = packetTime * 8
        var offset = 0
        var last: RTPHeader?
        for _ in 0..<20 {
            let packet = try #require(peer.receive())
            let header = try #require(packet.header)
            #expect(header.marker == (last == nil))
            #expect(packet.payload == Array(signal.octets(at: offset, count: count)))
            if let last {
                #expect(header.sequenceNumber == last.sequenceNumber.next)
                #expect(header.timestamp.offset(from: last.timestamp) == Int32(count))
            }
            offset = signal.offset(after: offset, count: count)
            last = header
        }
        rig.engine.close(session.id)
        #expect(try #require(rig.log.closed(session.id)).sent.packets >= 20)
    }
}
