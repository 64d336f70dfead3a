import Fuzzing
import Glibc
import RTP

/// What the engine has sent, checked as it goes.
struct SentPackets {
    private(set) var packets = 0
    private(set) var octets = 0
    private(set) var reports = 0
    private(set) var ssrc: UInt32?
    private var sequence: SequenceNumber?

    /// - Parameter isTaken: whether the kernel takes it.
    mutating func add(rtp packet: UnsafeRawBufferPointer, isTaken: Bool) -> UInt32 {
        guard let header = try? RTPHeader(parsing: packet) else { fatalError("what is sent is not RTP") }
        expect(ssrc == nil || ssrc == header.ssrc, "another source")
        ssrc = header.ssrc
        if let sequence {
            // The kernel is asked twice for the same.
            let step = header.sequenceNumber.distance(from: sequence)
            expect(step == 1 || step == 0 && lastFailed, "sequence numbers that do not follow")
        }
        sequence = header.sequenceNumber
        lastFailed = !isTaken
        if isTaken {
            packets += 1
            octets += header.payloadLength
        }
        return header.ssrc
    }

    private var lastFailed = false

    /// - Returns: who reports, and the middle of the time of a sender report.
    mutating func add(rtcp datagram: UnsafeRawBufferPointer, isTaken: Bool) -> (UInt32, UInt32?) {
        guard let compound = try? RTCPCompound(parsing: datagram, reducedSize: false),
            let first = compound.packets.first
        else { fatalError("what is sent is not RTCP") }
        if isTaken { reports += 1 }
        for case .extendedReport(let report) in compound.packets { report.blocks.forEach(check) }
        switch first {
        case .senderReport(let report):
            report.reports.forEach(check)
            return (report.ssrc, report.ntpTimestamp.middle)
        case .receiverReport(let report):
            report.reports.forEach(check)
            return (report.ssrc, nil)
        case .sourceDescription, .goodbye, .extendedReport, .other: fatalError("no report comes first")
        }
    }

    private func check(_ block: ReportBlock) {
        expect(abs(block.cumulativeLost) <= 0x80_0000)
    }

    private func check(_ block: ExtendedReport.Block) {
        switch block {
        case .voIPMetrics(let metrics):
            for mos in [metrics.listeningMOSTenths, metrics.conversationalMOSTenths] {
                expect(mos.map { (10...45).contains($0) } ?? true, "a MOS of \(mos ?? 0)")
            }
            expect(metrics.rFactor ?? 0 <= 100)
        case .statisticsSummary(let summary):
            let length = summary.end.distance(from: summary.begin)
            expect(summary.lostPackets ?? 0 <= length, "\(summary)")
            if let jitter = summary.jitter {
                expect(jitter.minimum <= jitter.mean && jitter.mean <= jitter.maximum, "\(jitter)")
            }
        case .receiverReferenceTime, .delaySinceLastReceiverReport, .other: break
        }
    }
}

extension Kernel {
    /// What becomes of a packet of ours: an error, or nil where it is taken.
    func send(_ packet: UnsafeRawBufferPointer, _ socket: Int32, _ words: UnsafePointer<UInt64>?) -> Int32? {
        guard let target = words.map({ Words($0) }) ?? sockets[socket]?.peer else {
            fatalError("sent to nobody")
        }
        expect(target.hasPort, "sent to port 0")
        let error = failures.popLast()
        switch MultiplexedPacketKind(of: packet) {
        case .rtp: note(sender: sent.add(rtp: packet, isTaken: error == nil), report: nil)
        case .rtcp:
            let (sender, report) = sent.add(rtcp: packet, isTaken: error == nil)
            note(sender: sender, report: report)
        case .other: fatalError("neither RTP nor RTCP is sent")
        }
        return error
    }
}
