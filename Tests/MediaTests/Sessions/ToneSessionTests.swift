import Audio
import Media
import Networking
import RTP
import Synchronization
import Testing

@Suite("Tone sessions", .serialized)
struct ToneSessionTests {
    @Test("Frames follow each other in sequence, and each is what its timestamp says", arguments: [10, 20, 30, 40, 60])
    func continuous(packetTime: Int) throws {
        let rig = try Rig()
        let peer = try Peer()
        let signal = try Rig.tone()
        let session = try rig.open(.tone(signal), to: peer) { $0.packetTime = packetTime }
        let count = packetTime * 8
        var first: RTPHeader?
        var last: RTPHeader?
        for _ in 0..<15 {
            let packet = try #require(peer.receive())
            let header = try #require(packet.header)
            let start = first ?? header
            first = start
            #expect(header.marker == (last == nil))
            #expect(header.ssrc == start.ssrc && header.payloadType == 0)
            #expect(packet.payload.count == count)
            let elapsed = Int(header.timestamp.offset(from: start.timestamp))
            #expect(elapsed % count == 0)
            #expect(packet.payload == Array(signal.octets(at: elapsed % signal.period, count: count)))
            if let last { #expect(header.sequenceNumber == last.sequenceNumber.next) }
            last = header
        }
        rig.engine.close(session.id)
        let sent = try #require(rig.log.closed(session.id)).sent
        #expect(sent.packets >= 15)
        #expect(sent.octets == sent.packets * count)
    }

    @Test("Packets leave by the clock, without drift")
    func pacing() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.tone(try Rig.tone()), to: peer)
        var early = Int64.max
        var lateEarly = Int64.max
        var origin: (arrival: Int64, timestamp: RTPTimestamp)?
        for number in 0..<100 {
            let packet = try #require(peer.receive())
            let header = try #require(packet.header)
            let start = origin ?? (packet.arrivalNanoseconds, header.timestamp)
            origin = start
            // How late the packet is against the first one, by the timestamps.
            let ticks = Int64(header.timestamp.offset(from: start.timestamp))
            let late = packet.arrivalNanoseconds - start.arrival - ticks * 125_000
            if number < 30 { early = min(early, late) } else if number >= 70 { lateEarly = min(lateEarly, late) }
        }
        // The least late packets of either end of the run are those that nothing held up.
        #expect(abs(lateEarly - early) < 2_000_000)
        rig.engine.close(session.id)
        #expect(rig.log.closed(session.id) != nil)
        let lateness = rig.engine.statistics().lateness
        #expect(lateness.total >= 100)
    }

    @Test("After a stall of some frames every frame comes, in order and with the timestamp that it would have had")
    func shortStall() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.tone(try Rig.tone()), to: peer)
        let before = try #require(peer.receive()?.header)
        let stalled = try EventDescriptor()
        let goOn = try EventDescriptor()
        rig.engine.ping { _ in
            stalled.signal()
            wait(for: goOn)
        }
        wait(for: stalled)
        var headers = peer.drain().compactMap(\.header)
        #expect(peer.receive(within: 0.05) == nil)
        goOn.signal()
        for _ in 0..<12 { headers.append(try #require(peer.receive()?.header)) }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        // A machine that stood still for twice as long has left frames out, and said so.
        try #require(report.sent.skippedFrames == 0)
        for (index, header) in headers.enumerated() {
            #expect(header.sequenceNumber == before.sequenceNumber.advanced(by: index + 1))
            #expect(header.timestamp.offset(from: before.timestamp) == (index + 1) * 160)
        }
    }

    @Test("After a stall the frames that were missed are left out, counted, and gone from the timestamps")
    func stall() throws {
        let rig = try Rig()
        let peer = try Peer()
        let signal = try Rig.tone()
        let session = try rig.open(.tone(signal), to: peer)
        let before = try #require(peer.receive()?.header)
        let stalled = try EventDescriptor()
        let goOn = try EventDescriptor()
        rig.engine.ping { _ in
            stalled.signal()
            wait(for: goOn)
        }
        wait(for: stalled)
        let waiting = peer.drain()
        #expect(peer.receive(within: 0.3) == nil)
        goOn.signal()
        // The first one after the stall, and what is due by its own right while we look.
        let packet = try #require(peer.receive())
        let after = try #require(packet.header)
        let skipped = Int(after.timestamp.offset(from: before.timestamp)) / 160 - waiting.count - 1
        #expect(skipped >= 13)
        #expect(after.sequenceNumber == before.sequenceNumber.advanced(by: waiting.count + 1))
        #expect(!after.marker)
        let elapsed = Int(after.timestamp.offset(from: before.timestamp))
        #expect(packet.payload == Array(signal.octets(at: elapsed % signal.period, count: 160)))
        let next = try #require(peer.receive())
        #expect(try #require(next.header).sequenceNumber == after.sequenceNumber.next)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.sent.skippedFrames >= skipped)
        #expect(rig.engine.statistics().totals.skippedFrames == UInt64(report.sent.skippedFrames))
    }

    @Test("Silence is frames of the codec's quietest octet", arguments: [Codec.pcmu, .pcma])
    func silence(codec: Codec) throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.silence, to: peer) { $0.format = MediaFormat(codec) }
        for _ in 0..<3 {
            let packet = try #require(peer.receive())
            #expect(packet.header?.payloadType == codec.payloadType)
            #expect(packet.payload == [UInt8](repeating: codec.silence, count: 160))
        }
        rig.engine.close(session.id)
        #expect(rig.log.closed(session.id) != nil)
    }

    @Test("A source of nothing sends one frame to open the path, where that is asked for", arguments: [true, false])
    func nothing(opensPath: Bool) throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer) { $0.opensPath = opensPath }
        let packet = peer.receive(within: opensPath ? 5 : 0.7)
        #expect((packet != nil) == opensPath)
        if let packet {
            #expect(packet.header?.marker == true)
            #expect(packet.payload == [UInt8](repeating: 0xFF, count: 160))
        }
        rig.engine.close(session.id)
        #expect(try #require(rig.log.closed(session.id)).sent.packets == (opensPath ? 1 : 0))
        #expect(peer.drain().isEmpty)
    }
}
