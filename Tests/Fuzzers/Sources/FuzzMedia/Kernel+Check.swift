import Fuzzing
import Media

extension Kernel {
    /// What the engine tells.
    func take(_ events: [MediaEvent]) {
        for event in events {
            switch event {
            case .report(_, let report): check(report)
            case .closed(_, let report):
                expect(lastReport == nil, "closed twice")
                check(report)
                checkEnd(report)
                lastReport = report
            case .interval(_, let interval):
                expect(interval.durationMilliseconds >= 0 && interval.packetsReceived >= 0)
                checkRatio(interval.lossRatio, "loss of an interval")
                checkRatio(interval.missedRatio, "missed of an interval")
                check(interval.score)
                check([interval.jitterMilliseconds, interval.meanJitterMilliseconds, interval.longestGapMilliseconds])
            case .digit(_, let digit): expect("0123456789*#ABCD".contains(digit.character))
            case .firstPacket, .latched, .timedOut, .resumed: break
            }
        }
    }

    /// Whether the engine is as it was before the session.
    func check(_ statistics: MediaStatistics) {
        guard let report = lastReport else { fatalError("the session has not ended") }
        expect(statistics.sessions == 0, "a session is left")
        expect(statistics.ports.inUse == 0, "ports are left")
        let totals = statistics.totals
        expect(totals.packetsSent == report.sent.packets && totals.rtcpSent == report.sent.rtcpPackets)
        expect(totals.rtcpReceived == report.received.rtcpPackets)
    }

    private func check(_ report: MediaReport) {
        let media = report.received
        expect(media.lost >= 0 && media.lost <= media.expected, "lost \(media.lost) of \(media.expected)")
        let different = media.expected - media.lost
        expect(
            different + media.duplicates + media.unvalidated == media.packets,
            "\(different) + \(media.duplicates) + \(media.unvalidated) are not \(media.packets)")
        expect(media.reordered <= different, "\(media.reordered) of \(different) out of order")
        checkRatio(media.lossRatio, "loss")
        check([
            media.jitterMilliseconds, media.meanJitterMilliseconds, media.maximumJitterMilliseconds,
            media.longestGapMilliseconds, media.packetTimeMilliseconds,
        ])
        expect(media.clockSkewPartsPerMillion?.isFinite ?? true)
        let times = media.interarrival?.buckets.reduce(0) { $0 + Int($1.count) } ?? 0
        expect(times < max(1, media.packets), "\(times) times between \(media.packets) packets")
        check(report.playout)
        check(report.score)
        for series in [report.listeningMOS, report.conversationalMOS] {
            for mos in [series?.minimum, series?.mean, series?.last] { checkMOS(mos) }
        }
        expect(report.intervals.count <= IntervalSeries.limit)
        check([report.roundTrip?.meanMilliseconds, report.peer?.jitterMilliseconds])
        if let level = report.level {
            expect(level.heardMilliseconds >= 0 && level.peakDBov.isFinite)
            expect(level.meanDBov?.isFinite ?? true && level.backgroundDBov?.isFinite ?? true)
        }
    }

    private func check(_ playout: PlayedMedia) {
        expect(playout.discardedLate >= 0 && playout.discardedEarly >= 0)
        checkRatio(playout.missedRatio, "missed")
        checkRatio(playout.periods?.burstDensity, "density of bursts")
        checkRatio(playout.periods?.gapDensity, "density of gaps")
        check([
            playout.burstRatio, playout.periods?.burstMilliseconds, playout.periods?.gapMilliseconds,
            playout.delayMilliseconds, playout.meanDelayMilliseconds,
        ])
    }

    /// What adds up only at the end: the counts of the intervals to those of the call, the packets sent and received to
    /// what the kernel has of them.
    private func checkEnd(_ report: MediaReport) {
        let media = report.received
        expect(report.intervals.reduce(0) { $0 + $1.expected } == media.expected, "expected in intervals")
        expect(report.intervals.reduce(0) { $0 + $1.received } == media.packets, "received in intervals")
        expect(report.intervals.reduce(0) { $0 + $1.lost } == media.lost, "lost in intervals")
        expect(report.sent.packets == sent.packets && report.sent.octets == sent.octets, "sent")
        expect(report.sent.rtcpPackets == sent.reports, "reports sent")
        let counted = media.packets + media.rtcpPackets + report.rejected.total
        expect(counted == received, "\(counted) datagrams of \(received)")
    }

    private func check(_ score: MediaScore) {
        checkMOS(score.listeningMOS)
        checkMOS(score.conversationalMOS)
        expect(score.listeningR?.isFinite ?? true && score.conversationalR?.isFinite ?? true)
        check([score.delayMilliseconds])
    }

    private func checkMOS(_ mos: Double?) {
        // Between R = 0 and 6.5 the polynomial of G.107 is a little below 1.
        expect(mos.map { (0.98...4.5).contains($0) } ?? true, "a MOS of \(mos ?? 0)")
    }

    private func checkRatio(_ ratio: Double?, _ name: String) {
        expect(ratio.map { (0...1).contains($0) } ?? true, "\(name): \(ratio ?? 0)")
    }

    /// Durations, and the like, that cannot be less than none.
    private func check(_ figures: [Double?]) {
        for case let figure? in figures { expect(figure >= 0 && figure.isFinite, "\(figure)") }
    }
}
