import Testing

@testable import Quality

@Suite("CodecImpairment: the table (G.113)")
struct CodecImpairmentTests {
    @Test(
        "table I.4",
        arguments: [
            ("PCMU", true, 0, 25.1), ("pcmu", false, 0, 4.3), ("PCMA", true, 0, 25.1), ("PCMA", false, 0, 4.3),
            ("G729", true, 11, 19), ("G729", false, 11, 19), ("G723", true, 15, 16.1), ("GSM-EFR", true, 5, 10),
        ])
    func narrowband(_ name: String, _ concealment: Bool, _ ie: Double, _ bpl: Double) throws {
        let entry = try #require(CodecImpairment.named(name, concealment: concealment))
        #expect(entry.ie == ie)
        #expect(entry.bpl == bpl)
        #expect(entry.bandwidth == .narrowband)
        #expect(entry.source == .g113(table: "I.4"))
    }

    @Test func whatIsNotPublishedIsAbsent() throws {
        for name in ["opus", "AMR", "AMR-WB", "iLBC", "speex", "L16", ""] {
            #expect(CodecImpairment.named(name, concealment: true) == nil)
        }
        #expect(try #require(CodecImpairment.named("G728", concealment: true)).bpl == nil)
    }

    @Test func g722IsWideband() throws {
        let entry = try #require(CodecImpairment.named("G722", concealment: true))
        #expect(entry.bandwidth == .wideband)
        #expect(entry.source == .g113WithDefaultRobustness(table: "IV.1"))
    }
}

@Suite("QualityScore: what was measured")
struct QualityScoreTests {
    private let pcmu = CodecImpairment.named("PCMU", concealment: true)

    @Test func aPerfectStreamHasTheDefaultRating() throws {
        let score = QualityScore(.init(codec: pcmu, expectedPackets: 250, impairedPackets: 0))
        #expect(isClose(try #require(score.listening).r, 93.2062, within: 0.0001))
        #expect(isClose(try #require(score.mosLQ), 4.4094, within: 0.0001))
        #expect(score.mosCQ == nil)
    }

    @Test func listeningQualityIgnoresDelayAndConversationalQualityDoesNot() throws {
        let near = QualityScore(.init(codec: pcmu, expectedPackets: 250, impairedPackets: 5, delay: 0))
        let far = QualityScore(.init(codec: pcmu, expectedPackets: 250, impairedPackets: 5, delay: 400))
        #expect(near.listening == far.listening)
        #expect(near.mosCQ == near.mosLQ)
        #expect(try #require(far.mosCQ) < (try #require(far.mosLQ)) - 1)
        #expect(try #require(far.conversational).idd > 20)
        // Nor do echo delays that the settings give enter listening quality.
        var parameters = EModel.Parameters()
        parameters.t = 100
        parameters.tr = 100
        let echo = QualityScore(
            .init(codec: pcmu, expectedPackets: 250, impairedPackets: 5, delay: 400), parameters: parameters)
        #expect(echo.listening == near.listening)
        #expect(echo.conversational?.idte != far.conversational?.idte)
    }

    @Test func lossAndBurstsEnterTheScore() throws {
        func ieEff(_ impaired: Int, _ burstRatio: Double?) throws -> Double {
            let measurement = StreamMeasurement(
                codec: pcmu, expectedPackets: 1000, impairedPackets: impaired, burstRatio: burstRatio)
            return try #require(QualityScore(measurement).listening).ieEff
        }
        #expect(isClose(try ieEff(50, nil), 95 * 5 / 30.1, within: 1e-9))
        #expect(isClose(try ieEff(50, 2), 95 * 5 / 27.6, within: 1e-9))
        // Loss that is more regular than random counts as random.
        #expect(try ieEff(50, 0.8) == ieEff(50, 1))
        #expect(isClose(try ieEff(1000, nil), 95 * 100 / 125.1, within: 1e-9))
    }

    @Test func whatWasNotMeasuredIsNil() {
        #expect(QualityScore(.init(codec: pcmu, expectedPackets: 49, impairedPackets: 0, delay: 1)).listening == nil)
        #expect(QualityScore(.init(codec: pcmu, expectedPackets: 49, impairedPackets: 0, delay: 1)).mosCQ == nil)
        #expect(
            QualityScore(.init(codec: pcmu, expectedPackets: 0, impairedPackets: 0), minimumPackets: 0).mosLQ == nil)
        #expect(QualityScore(.init(codec: nil, expectedPackets: 500, impairedPackets: 0)).mosLQ == nil)
        let gsm = CodecImpairment.named("GSM", concealment: true)
        #expect(QualityScore(.init(codec: gsm, expectedPackets: 500, impairedPackets: 0)).mosLQ != nil)
        #expect(QualityScore(.init(codec: gsm, expectedPackets: 500, impairedPackets: 1)).mosLQ == nil)
    }

    @Test func aWidebandCodecIsRatedOnItsOwnScale() throws {
        let g722 = CodecImpairment.named("G722", concealment: true)
        let score = QualityScore(.init(codec: g722, expectedPackets: 500, impairedPackets: 0, delay: 0))
        #expect(isClose(try #require(score.listening).r, 115.8463, within: 0.0001))
        #expect(isClose(try #require(score.mosCQ), 4.3342, within: 0.0001))
    }

    @Test func takesThePacketsThemselves() throws {
        var packets = BurstMetrics()
        for _ in 0..<98 { packets.recordReceived() }
        packets.recordLost()
        packets.recordDiscarded()
        let measurement = StreamMeasurement(
            codec: pcmu, packets: packets.counts,
            delay: StreamMeasurement.delay(roundTrip: 80, jitterBuffer: 40, packetTime: 20))
        #expect(measurement.delay == 100)
        #expect(measurement.expectedPackets == 100)
        #expect(measurement.impairedPackets == 2)
        #expect(isClose(try #require(measurement.burstRatio), 1.96, within: 1e-9))
    }

    @Test func aSeriesKnowsItsLeastMeanAndLast() {
        var series = ScoreSeries()
        #expect(series.mean == nil)
        for score in [4.0, nil, 3.0, 3.5] { series.add(score) }
        #expect(series.count == 3)
        #expect(series.minimum == 3)
        #expect(series.mean == 3.5)
        #expect(series.last == 3.5)
    }
}
