import Testing

@testable import Media
@testable import UserAgent

@Suite("CallMeasures: what is measured counts, what is not does not")
struct CallMeasuresTests {
    private func ends(_ measures: CallMeasures) -> [CallEnd.Reason: UInt64] {
        Dictionary(uniqueKeysWithValues: measures.endReasons.filter { $0.count > 0 }.map { ($0.reason, $0.count) })
    }

    @Test("a value is in the first bucket whose bound is not below it, and what is none is in no bucket")
    func buckets() {
        var histogram = MeasureHistogram([1, 2.5])
        for value in [0.5, 1, 1.1, 2.5, 7] { histogram.observe(value) }
        histogram.observe(Double?.none)
        histogram.observe(.nan)
        histogram.observe(.infinity)
        #expect(histogram.counts == [2, 2, 1] && histogram.total == 5 && histogram.sum == 12.1)
    }

    @Test("an answered call has a set-up, a duration and, beyond the time to ring, no delay")
    func answered() {
        var bench = Bench { $0.autoAnswerDelay = .seconds(2) }
        var caller = Caller()
        bench.establish(&caller)
        #expect(bench.core.measures.setup.sum == 2 && bench.core.measures.setup.total == 1)
        #expect(bench.core.measures.answerDelay.sum == 0 && bench.core.measures.answerDelay.counts.first == 1)
        #expect(bench.core.measures.duration.total == 0)
        bench.wait(.seconds(3))
        bench.receive(caller.next("BYE"))
        #expect(bench.core.measures.duration.sum == 3 && ends(bench.core.measures) == [.callerHungUp: 1])
    }

    @Test("an answer that is sent late has a delay")
    func late() {
        var bench = Bench { $0.autoAnswerDelay = .seconds(1) }
        var caller = Caller()
        bench.receive(caller.invite())
        bench.oversleep(.milliseconds(1_750))
        #expect(bench.core.measures.setup.sum == 1.75 && bench.core.measures.answerDelay.sum == 0.75)
    }

    @Test("a call that is not answered has an end and no measure, and so has one without quality")
    func unmeasured() {
        var bench = Bench { $0.maximumCalls = 0 }
        var caller = Caller()
        bench.receive(caller.invite())
        #expect(ends(bench.core.measures) == [.overLimit: 1])
        #expect(bench.core.measures.setup.total == 0 && bench.core.measures.duration.total == 0)
        var measures = CallMeasures()
        measures.observe(end(MediaReport(sent: SentMedia(ssrc: 1))))
        for histogram in qualities(measures) { #expect(histogram.total == 0) }
    }

    @Test("what the media's report has is observed, times in seconds")
    func quality() {
        var report = MediaReport(sent: SentMedia(ssrc: 1))
        report.score.listeningMOS = 4.25
        report.score.conversationalMOS = 3.5
        report.received.lossRatio = 0.25
        report.received.jitterMilliseconds = 2
        report.roundTrip = RoundTrip(
            samples: 2, latestMilliseconds: 1, minimumMilliseconds: 1, meanMilliseconds: 50, maximumMilliseconds: 99)
        var measures = CallMeasures()
        measures.observe(end(report))
        #expect(qualities(measures).map(\.sum) == [4.25, 3.5, 0.25, 0.002, 0.05])
        #expect(qualities(measures).allSatisfy { $0.total == 1 })
    }

    @Test("every reason has a count of its own")
    func reasons() {
        var measures = CallMeasures()
        for (index, reason) in CallEnd.Reason.allCases.enumerated() {
            for _ in 0...index { measures.observe(end(nil, reason)) }
        }
        #expect(measures.endReasons.map(\.count) == (1...18).map(UInt64.init))
    }

    private func end(_ media: MediaReport?, _ reason: CallEnd.Reason = .callerHungUp) -> CallEnd {
        CallEnd(
            party: .caller, reason: reason, cause: nil, status: 200, answerDelay: nil, duration: nil, media: media)
    }

    private func qualities(_ measures: CallMeasures) -> [MeasureHistogram] {
        [measures.listeningMOS, measures.conversationalMOS, measures.lossRatio, measures.jitter, measures.roundTrip]
    }
}

extension MeasureHistogram {
    /// How often anything was observed.
    fileprivate var total: UInt64 { counts.reduce(0, +) }
}
