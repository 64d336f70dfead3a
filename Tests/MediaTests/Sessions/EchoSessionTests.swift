import Audio
import Networking
import RTP
import Testing

@testable import Media

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

    @Test("What has waited is echoed in order, for every session")
    func waited() throws {
        let rig = try Rig()
        let peers = try (0..<5).map { _ in try Peer() }
        let sessions = try peers.map { try rig.open(.echo, to: $0) }
        let sent = try rig.whileStalled {
            try zip(peers, sessions).map { peer, session in
                try (0..<30).map { _ in try peer.sendRTP(to: session.ports.rtp) }
            }
        }
        for ((peer, session), payloads) in zip(zip(peers, sessions), sent) {
            for payload in payloads { #expect(peer.receive()?.payload == payload) }
            rig.engine.close(session.id)
            let report = try #require(rig.log.closed(session.id))
            #expect(report.received.packets == 30 && report.sent.packets == 30)
            #expect(report.sent.skippedEchoes == 0)
            #expect(peer.drain().isEmpty)
        }
    }

    @Test("What has waited for too long, which is a second, is not echoed")
    func waitedTooLong() throws {
        #expect(MediaEngineConfiguration().oldestEcho == .seconds(1))
        // Every packet has waited when it is read.
        let rig = try Rig { $0.oldestEcho = .zero }
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        try rig.whileStalled { _ = try peer.sendRTP(to: session.ports.rtp) }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 1 && report.sent.packets == 0 && report.sent.skippedEchoes == 1)
        #expect(peer.drain().isEmpty)
    }

    @Test("Where no media comes a first packet of ours opens the path, valid and soon, and the echo goes on from it")
    func opensPath() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.opensPath = true }
        let first = try #require(peer.receive())
        let opening = try #require(first.header)
        #expect(opening.marker && opening.payloadType == 0)
        #expect(first.payload == [UInt8](repeating: 0xFF, count: 160))
        #expect(first.source == session.ports.rtp)
        try peer.sendRTP(to: session.ports.rtp)
        let echoed = try #require(peer.receive()?.header)
        #expect(echoed.sequenceNumber == opening.sequenceNumber.next)
        #expect(echoed.timestamp.offset(from: opening.timestamp) >= 160)
    }

    @Test("Where media comes at once nothing but the echo is ever sent")
    func needsNoOpening() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.opensPath = true }
        let payload = try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive()?.payload == payload)
        #expect(peer.receive(within: 0.7) == nil)
    }

    @Test("Contributing sources, extension and padding of the peer do not come back, the payload does")
    func unusualHeader() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        let payload = Peer.payload(5)
        var packet = peer.packet([])
        packet[0] = 0x80 | 0x20 | 0x10 | 2
        packet += [0, 0, 0, 1, 0, 0, 0, 2] + [0xBE, 0xDE, 0, 1, 9, 9, 9, 9] + payload + [0, 0, 0, 4]
        try peer.send(packet, to: session.ports.rtp)
        let echoed = try #require(peer.receive())
        #expect(echoed.bytes.count == 12 + 160)
        #expect(echoed.bytes[0] == 0x80)
        #expect(echoed.payload == payload)
    }

    @Test("Payload types go back as the peer numbers them, audio, alternatives and telephone events")
    func payloadTypes() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) {
            $0.format = MediaFormat(.pcmu, sendPayloadType: 0, receivePayloadType: 97)
            $0.alternatives = [MediaFormat(.pcma)]
            $0.telephoneEvent = TelephoneEventFormat(sendPayloadType: 101, receivePayloadType: 96)
        }
        for (sent, echoed) in [(97, 0), (8, 8), (96, 101), (97, 0)] as [(UInt8, UInt8)] {
            let payload = sent == 96 ? [1, 10, 0, 160] : Peer.payload(UInt32(sent))
            try peer.sendRTP(payload, to: session.ports.rtp, marker: true, payloadType: sent)
            let packet = try #require(peer.receive())
            #expect(packet.header?.payloadType == echoed)
            #expect(packet.header?.marker == true)
            #expect(packet.payload == payload)
        }
    }

    @Test("The peer's losses, restarts and leaps do not break our stream, and all of it is counted")
    func survivesThePeer() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        var headers: [RTPHeader] = []
        func run(_ count: Int) throws {
            for _ in 0..<count {
                let payload = try peer.sendRTP(to: session.ports.rtp)
                let packet = try #require(peer.receive())
                #expect(packet.payload == payload)
                headers.append(try #require(packet.header))
            }
        }
        try run(10)
        // Three are lost.
        peer.sequence &+= 3
        peer.timestamp &+= 3 * 160
        try run(10)
        peer.ssrc = 0x0BAD_CAFE
        peer.sequence = 60_000
        peer.timestamp = 0xFFFF_FF00
        try run(10)
        peer.timestamp &+= 0x4000_0000
        try run(10)
        #expect(Set(headers.map(\.ssrc)).count == 1)
        for (one, next) in zip(headers, headers.dropFirst()) {
            #expect(next.sequenceNumber == one.sequenceNumber.next)
            #expect((1...8000).contains(next.timestamp.offset(from: one.timestamp)))
        }
        #expect(headers[10].timestamp.offset(from: headers[9].timestamp) == 640)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 40)
        #expect(report.received.lost == 3)
        #expect(report.received.expected == 43)
        #expect(report.received.sourceChanges == 1)
        #expect(report.received.timestampLeaps == 1)
        #expect(report.received.ssrc == 0x0BAD_CAFE)
        #expect(report.sent.packets == 40)
    }

    @Test("A packet that comes again goes back again: a recording that starts over is still heard")
    func replay() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        for _ in 0..<2 {
            peer.sequence = 1
            peer.timestamp = 0
            for _ in 0..<20 {
                let payload = try peer.sendRTP(to: session.ports.rtp)
                #expect(peer.receive()?.payload == payload)
            }
        }
        rig.engine.close(session.id)
        #expect(try #require(rig.log.closed(session.id)).received.duplicates == 20)
    }

    @Test("Our own packets come back from a mirror are not echoed again")
    func mirror() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        try peer.sendRTP(to: session.ports.rtp)
        let echoed = try #require(peer.receive())
        try peer.send(echoed.bytes, to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.sent.packets == 1 && report.sent.refusedEchoes == 1)
        #expect(report.received.packets == 2)
        #expect(peer.drain().isEmpty)
    }

    @Test("Two echoes that are made to answer each other do not do so as fast as they can")
    func echoOfEcho() throws {
        let rig = try Rig()
        let left = try rig.ports()
        let right = try rig.ports()
        let ids = [
            rig.engine.open(left, Rig.parameters(.echo, remote: right.rtp) { $0.opensPath = true }),
            rig.engine.open(right, Rig.parameters(.echo, remote: left.rtp)),
        ]
        #expect(rig.log.first { if case .firstPacket(ids[0], _) = $0 { true } else { nil } } == true)
        let refused = rig.log.first { _ in
            ids.forEach(rig.engine.requestReport)
            return rig.engine.statistics().totals.refusedEchoes > 0 ? true : nil
        }
        #expect(refused == true)
        ids.forEach(rig.engine.close)
        for id in ids { #expect(try #require(rig.log.closed(id)).sent.packets <= 12_000) }
    }

    @Test("Two hundred calls at once: every packet of every one comes back to where it came from")
    func manyAtOnce() throws {
        let rig = try Rig(workers: 2)
        var calls: [(peer: Peer, id: MediaSessionID, ports: MediaPorts)] = []
        for _ in 0..<200 {
            let peer = try Peer()
            let session = try rig.open(.echo, to: peer)
            calls.append((peer, session.id, session.ports))
        }
        for round in 0..<10 {
            for (number, call) in calls.enumerated() {
                try call.peer.sendRTP(Peer.payload(UInt32(number * 100 + round)), to: call.ports.rtp)
            }
            for (number, call) in calls.enumerated() {
                let packet = try #require(call.peer.receive())
                #expect(packet.payload == Peer.payload(UInt32(number * 100 + round)))
                #expect(packet.source == call.ports.rtp)
            }
        }
        for call in calls { rig.engine.close(call.id) }
        for call in calls {
            let report = try #require(rig.log.closed(call.id))
            #expect(report.received.packets == 10 && report.received.lost == 0)
            #expect(report.sent.packets == 10)
        }
        let statistics = rig.engine.statistics()
        #expect(statistics.totals.packetsReceived == 2000 && statistics.totals.packetsSent == 2000)
        #expect(statistics.sessions == 0)
        #expect(statistics.workers.allSatisfy { $0.totals.packetsSent == 1000 })
    }
}
