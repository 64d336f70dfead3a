import Testing

@testable import Media
@testable import Operations

@Suite("MediaReport: its fields in the line of a call's end")
struct MediaReportLogTests {
    private func fields(_ change: (inout MediaReport) -> Void) -> [String: LogValue] {
        var report = MediaReport(sent: SentMedia(ssrc: 1))
        change(&report)
        return Dictionary(uniqueKeysWithValues: report.logFields.elements.map { ($0.field.journalName, $0.value) })
    }

    @Test("what was not measured is absent")
    func nothing() {
        #expect(fields { _ in } == ["PACKETS_SENT": 0, "PACKETS_RECEIVED": 0])
    }

    @Test("a stream without loss has no bursts, and without a round trip no MOS-CQ")
    func clean() {
        let fields = fields { report in
            report.audio = .receivedOnly
            report.received.packets = 500
            report.received.lossRatio = 0
            report.playout.missedRatio = 0
            report.playout.meanDelayMilliseconds = 25.04
            report.playout.periods = LossPeriods(bursts: 0, gapDensity: 0, gapMilliseconds: 10_000)
            report.score.listeningR = 93.2062
            report.score.listeningMOS = 4.4094
            report.listeningMOS = MOSSeries(intervals: 2, minimum: 4.4, mean: 4.405, last: 4.41)
        }
        #expect(
            fields == [
                "AUDIO": "received-only", "PACKETS_SENT": 0, "PACKETS_RECEIVED": 500, "PACKETS_LOST": 0,
                "LOSS_PERCENT": .decimal(0, decimals: 2), "PACKETS_DISCARDED": 0,
                "PLAYOUT_DELAY_MS": .decimal(25.04, decimals: 1), "R_LQ": .decimal(93.2062, decimals: 2),
                "MOS_LQ": .decimal(4.4094, decimals: 3), "MOS_LQ_MIN": .decimal(4.4, decimals: 3),
                "MOS_LQ_MEAN": .decimal(4.405, decimals: 3), "MOS_LQ_LAST": .decimal(4.41, decimals: 3),
            ])
    }

    @Test("what is out of order is counted, and what did not happen is left out")
    func irregular() {
        let fields = fields { report in
            report.received.duplicates = 1
            report.received.sourceChanges = 2
            report.latchings = 3
            report.rejected.stray = 4
            report.rejected.malformed = 5
            report.rejected.notRTP = 6
            report.rejected.tooLong = 7
            report.sent.unreachable = 8
        }
        #expect(
            fields == [
                "PACKETS_SENT": 0, "PACKETS_RECEIVED": 0, "PACKETS_DUPLICATED": 1, "SOURCE_CHANGES": 2, "LATCHINGS": 3,
                "PACKETS_STRAY": 4, "PACKETS_MALFORMED": 18, "PACKETS_UNREACHABLE": 8,
            ])
    }

    @Test("a lossy one has its discards by reason, its bursts and gaps, and its delay once that is rated")
    func lossy() {
        let fields = fields { report in
            report.playout.missedRatio = 0.1
            report.playout.discardedLate = 3
            report.playout.discardedEarly = 1
            report.playout.burstRatio = 1.5
            report.playout.periods = LossPeriods(
                bursts: 1, burstDensity: 0.5, gapDensity: 0.01, burstMilliseconds: 120, gapMilliseconds: 4000)
            report.score.delayMilliseconds = 99.5
            report.score.conversationalR = 70
            report.score.conversationalMOS = 3.6
            report.conversationalMOS = MOSSeries(intervals: 1, minimum: 3.5, mean: 3.5, last: 3.5)
        }
        #expect(fields["PACKETS_DISCARDED"] == 4 && fields["PACKETS_LATE"] == 3 && fields["PACKETS_EARLY"] == 1)
        #expect(fields["BURST_RATIO"] == .decimal(1.5, decimals: 3))
        #expect(fields["BURST_PERCENT"] == .decimal(50, decimals: 2))
        #expect(fields["BURST_MS"] == .decimal(120, decimals: 0))
        #expect(fields["GAP_PERCENT"] == .decimal(1, decimals: 2))
        #expect(fields["GAP_MS"] == .decimal(4000, decimals: 0))
        #expect(fields["DELAY_MS"] == .decimal(99.5, decimals: 1))
        #expect(fields["R_CQ"] == .decimal(70, decimals: 2) && fields["MOS_CQ"] == .decimal(3.6, decimals: 3))
        #expect(fields["MOS_CQ_MIN"] == .decimal(3.5, decimals: 3))
        #expect(fields["MOS_LQ"] == nil)
    }
}
