import Media
import Networking
import RTP
import Testing

@Suite("RTCP of a session (RFC 3550 section 6)")
struct RTCPSessionTests {
    private func compound(_ packet: Peer.Packet?) throws -> RTCPCompound {
        let bytes = try #require(packet).bytes
        return try bytes.withUnsafeBytes { try RTCPCompound(parsing: $0, reducedSize: false) }
    }

    private func octets(_ compound: RTCPCompound) -> [UInt8] {
        var bytes: [UInt8] = []
        compound.encode(into: &bytes)
        return bytes
    }

    @Test("At its end a session that sent says what it sent, who it is, and BYE", arguments: [false, true])
    func goodbye(multiplexed: Bool) throws {
        let rig = try Rig { $0.canonicalName = "test@milliwatt" }
        let peer = try Peer()
        let reports = try Peer()
        let session = try rig.open(.echo, to: peer) {
            $0.sendsRTCP = true
            $0.multiplexesRTCP = multiplexed
            $0.remoteRTCP = reports.address
        }
        for _ in 0..<5 {
            try peer.sendRTP(to: session.ports.rtp)
            #expect(peer.receive() != nil)
        }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        let packet = multiplexed ? peer.receive() : reports.receive()
        #expect(packet?.source == (multiplexed ? session.ports.rtp : session.ports.rtcp))
        let packets = try compound(packet).packets
        guard case .senderReport(let sender) = packets[0] else { throw Unexpected() }
        #expect(sender.ssrc == report.sent.ssrc)
        #expect(sender.packetCount == 5 && sender.octetCount == 800)
        #expect(sender.reports.first?.ssrc == peer.ssrc)
        #expect(sender.reports.first?.fractionLost == 0)
        #expect(sender.reports.first?.extendedHighestSequence == 104)
        #expect(packets[1] == .sourceDescription(SourceDescription(ssrc: sender.ssrc, canonicalName: "test@milliwatt")))
        #expect(packets[2] == .goodbye(Goodbye(sources: [sender.ssrc])))
        #expect(report.sent.rtcpPackets == 1)
    }

    @Test("Who asks for extended reports gets VoIP metrics, our time and the age of its own (RFC 3611)")
    func extendedReports() throws {
        let rig = try Rig {
            $0.quality.jitterBuffer = .init(isAdaptive: false, nominalMilliseconds: 40_000, maximumMilliseconds: 60_000)
        }
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) {
            $0.sendsRTCP = true
            $0.multiplexesRTCP = true
            $0.sendsVoIPMetrics = true
            $0.sendsReceiverTimes = true
        }
        for number in 0..<100 {
            if number == 40 { peer.sequence &+= 5 }
            try peer.sendRTP(to: session.ports.rtp)
            try #require(peer.receive() != nil)
        }
        rig.engine.requestReport(session.id)
        let ours = try #require(rig.log.report(session.id)).sent.ssrc
        var metrics = VoIPMetrics(ssrc: ours)
        metrics.rFactor = 80
        metrics.listeningMOSTenths = 41
        let reference = NTPTimestamp(rawValue: 0x0123_4567_89AB_CDEF)
        let blocks: [ExtendedReport.Block] = [.receiverReferenceTime(reference), .voIPMetrics(metrics)]
        try peer.send(
            octets(
                RTCPCompound([
                    .receiverReport(ReceiverReport(ssrc: peer.ssrc)),
                    .extendedReport(ExtendedReport(ssrc: peer.ssrc, blocks: blocks)),
                ])), to: session.ports.rtp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.peerMetrics?.r == 80 && report.peerMetrics?.listeningMOS == 4.1)
        #expect(report.peerMetrics?.conversationalMOS == nil && report.peerMetrics?.lossRatio == 0)
        let packets = try compound(peer.receive()).packets
        guard packets.count == 4, case .extendedReport(let extended) = packets[2] else { throw Unexpected() }
        guard extended.blocks.count == 3, case .receiverReferenceTime = extended.blocks[0],
            case .delaySinceLastReceiverReport(let delays) = extended.blocks[1],
            case .voIPMetrics(let sent) = extended.blocks[2]
        else { throw Unexpected() }
        #expect(delays.map(\.ssrc) == [peer.ssrc] && delays[0].lastReceiverReport == reference.middle)
        #expect(delays[0].delay < 10 * 65_536)
        // 5 of 105 are 12.19 of 256; a burst of 5 packets of 20 ms, and 50 and 50 in the gaps around it.
        #expect(sent.ssrc == peer.ssrc && sent.lossRate == 12 && sent.discardRate == 0)
        #expect(sent.burstDensity == 255 && sent.burstDuration == 100)
        #expect(sent.gapDensity == 0 && sent.gapDuration == 1000)
        let mos = IndependentEModel.mos(IndependentEModel.listeningR(loss: 500.0 / 105, burstRatio: 5.0 * 100 / 105))
        #expect(sent.listeningMOSTenths == UInt8((mos * 10).rounded()))
        // No round trip is known, so neither is R of the conversation.
        #expect(sent.rFactor == nil && sent.conversationalMOSTenths == nil && sent.roundTripDelay == nil)
        #expect(sent.jitterBufferKind == .nonAdaptive && sent.concealment == .standard)
        #expect(sent.jitterBufferNominal == 40_000 && sent.jitterBufferAbsoluteMaximum == 60_000)
        #expect(sent.gMin == 16 && sent.noiseLevel == nil)
        // 0 dBov of PCMU is 6.18 dBm0 (RFC 3389 section 3).
        let level = try #require(report.level?.meanDBov)
        #expect(sent.signalLevel == Int8((level + 6.18).rounded()))
    }

    @Test("Of a Statistics Summary the peer gets what it asked for and no more (RFC 3611 section 4.6)")
    func statisticsSummary() throws {
        for groups: StatisticsSummaryGroups in [[.losses, .duplicates, .jitter], [.duplicates], []] {
            let rig = try Rig()
            let peer = try Peer()
            let session = try rig.open(.echo, to: peer) {
                $0.sendsRTCP = true
                $0.multiplexesRTCP = true
                $0.statisticsSummary = groups
            }
            let first = peer.sequence
            for number in 0..<20 {
                if number == 10 { peer.sequence &+= 2 }
                if number == 15 { peer.sequence &-= 1 }
                try peer.sendRTP(to: session.ports.rtp)
                try #require(peer.receive() != nil)
            }
            rig.engine.close(session.id)
            _ = try #require(rig.log.closed(session.id))
            let blocks = try compound(peer.receive()).packets.flatMap { packet -> [ExtendedReport.Block] in
                guard case .extendedReport(let report) = packet else { return [] }
                return report.blocks
            }
            guard !groups.isEmpty else {
                #expect(blocks.isEmpty)
                continue
            }
            guard blocks.count == 1, case .statisticsSummary(let summary) = blocks[0] else { throw Unexpected() }
            #expect(summary.ssrc == peer.ssrc && summary.begin.rawValue == UInt16(truncatingIfNeeded: first))
            #expect(summary.end.distance(from: summary.begin) == 21)
            #expect(summary.lostPackets == (groups.contains(.losses) ? 2 : nil) && summary.duplicatePackets == 1)
            #expect((summary.jitter != nil) == groups.contains(.jitter) && summary.timeToLive == nil)
        }
    }

    @Test("Who has sent nothing leaves without a word")
    func silentGoodbye() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer) {
            $0.sendsRTCP = true
            $0.multiplexesRTCP = true
        }
        rig.engine.close(session.id)
        #expect(try #require(rig.log.closed(session.id)).sent.rtcpPackets == 0)
        #expect(peer.drain().isEmpty)
    }

    @Test("Reports come by the interval; the peer's answer gives the round trip and how it hears us")
    func roundTrip() throws {
        let rig = try Rig()
        let peer = try Peer()
        let reports = try Peer()
        let session = try rig.open(.tone(try Rig.tone()), to: peer) {
            $0.sendsRTCP = true
            $0.remoteRTCP = reports.address
        }
        try peer.sendRTP(to: session.ports.rtp)
        // The first interval is half the least: 1 to 3.1 s.
        let packets = try compound(reports.receive(within: 6)).packets
        guard case .senderReport(let sender) = packets[0] else { throw Unexpected() }
        #expect(sender.packetCount >= 30)
        // The report says what the media clock says at its moment.
        let heard = try #require(peer.drain().last)
        let header = try #require(heard.header)
        let ahead = Int(header.timestamp.offset(from: sender.rtpTimestamp))
        #expect(abs(ahead) < 4000)
        let block = ReportBlock(
            ssrc: sender.ssrc, fractionLost: 64, cumulativeLost: 7, extendedHighestSequence: 1000, jitter: 80,
            lastSenderReport: sender.ntpTimestamp.middle, delaySinceLastSenderReport: 0)
        let answer = RTCPCompound([
            .receiverReport(ReceiverReport(ssrc: peer.ssrc, reports: [block])),
            .sourceDescription(SourceDescription(ssrc: peer.ssrc, canonicalName: "peer@example")),
            .goodbye(Goodbye(sources: [peer.ssrc])),
        ])
        try reports.send(octets(answer), to: session.ports.rtcp)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        let roundTrip = try #require(report.roundTrip)
        #expect(roundTrip.samples == 1)
        #expect((0..<5000).contains(roundTrip.latestMilliseconds))
        #expect(report.peer == PeerReport(fractionLost: 0.25, cumulativeLost: 7, jitterMilliseconds: 10))
        #expect(report.peerName == "peer@example" && report.peerHasLeft)
        #expect(report.received.rtcpPackets == 1)
    }

    @Test("On one port RTP and RTCP are told apart; RTCP from a strange host is none of ours")
    func multiplexed() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer) { $0.multiplexesRTCP = true }
        let name = RTCPCompound([
            .receiverReport(ReceiverReport(ssrc: peer.ssrc)),
            .sourceDescription(SourceDescription(ssrc: peer.ssrc, canonicalName: "someone")),
        ])
        try peer.sendRTP(to: session.ports.rtp)
        try peer.send(octets(name), to: session.ports.rtp)
        try peer.sendRTP(to: session.ports.rtp)
        for _ in 0..<2 { #expect(peer.receive()?.payload.count == 160) }
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.received.packets == 2 && report.received.lost == 0)
        #expect(report.received.rtcpPackets == 1 && report.peerName == "someone")
        #expect(report.rejected.total == 0)
    }

    @Test("A session without RTP of the peer's reports nothing that was not measured")
    func unmeasured() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.nothing, to: peer)
        rig.engine.close(session.id)
        let report = try #require(rig.log.closed(session.id))
        #expect(report.roundTrip == nil && report.peer == nil && report.peerName == nil)
        #expect(report.received.jitterMilliseconds == nil && report.received.lossRatio == nil)
        #expect(report.received.ssrc == nil && report.received.firstNanoseconds == nil)
        #expect(report.sent.firstNanoseconds == nil && report.sent.lastNanoseconds == nil)
        #expect(report.latch == .waiting)
    }

    private struct Unexpected: Error {}
}
