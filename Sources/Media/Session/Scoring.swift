import Audio
import Networking
import Quality
import RTP

/// How the sessions of an engine are scored.
struct Scoring: Sendable {
    let intervalNanoseconds: Int64
    let jitterBuffer: JitterBufferModel.Configuration
    let conceals: Bool
    let measuresLevel: Bool
    private let parameters: EModel.Parameters
    private let impairments: [Codec: CodecImpairment]

    init(_ configuration: MediaQualityConfiguration) {
        intervalNanoseconds = max(configuration.interval.nanoseconds, 1_000_000)
        jitterBuffer = configuration.jitterBuffer
        conceals = configuration.conceals
        measuresLevel = configuration.measuresLevel
        parameters = configuration.parameters
        var impairments: [Codec: CodecImpairment] = [:]
        for codec in Codec.allCases {
            impairments[codec] = CodecImpairment.named(codec.encodingName, concealment: configuration.conceals)
        }
        self.impairments = impairments
    }

    /// - Parameters:
    ///   - roundTripNanoseconds: by RTCP; nil where none is known.
    ///   - playoutDelay: in ms; nil where nothing was played.
    ///   - packetTime: of the peer's packets, in ms.
    func score(
        _ packets: FateCounts, codec: Codec, roundTripNanoseconds: Int64?, playoutDelay: Double?, packetTime: Double
    ) -> MediaScore {
        var delay: Double?
        if let roundTripNanoseconds, let playoutDelay {
            delay = StreamMeasurement.delay(
                roundTrip: Double(roundTripNanoseconds) / 1e6, jitterBuffer: playoutDelay, packetTime: packetTime)
        }
        guard packets.expected > 0 else {
            var result = MediaScore()
            result.delayMilliseconds = delay
            return result
        }
        let measurement = StreamMeasurement(codec: impairments[codec], packets: packets, delay: delay)
        let score = QualityScore(measurement, parameters: parameters)
        var result = MediaScore()
        result.listeningR = score.listening?.r
        result.listeningMOS = score.mosLQ
        result.conversationalR = score.conversational?.r
        result.conversationalMOS = score.mosCQ
        result.delayMilliseconds = delay
        return result
    }
}

extension Session {
    /// The score of the call so far.
    func score(_ scoring: Scoring, _ packets: FateCounts) -> MediaScore {
        scoring.score(
            packets, codec: parameters.format.codec, roundTripNanoseconds: rtcp.peer.roundTrip.mean,
            playoutDelay: account.playout.buffer.totals.meanPlayoutDelayMilliseconds, packetTime: peerPacketTime)
    }

    /// What the peer sends in a packet, in ms: by its timestamps, or as agreed before they tell.
    var peerPacketTime: Double {
        account.reception.call.packetTimeMilliseconds ?? Double(parameters.packetTime)
    }

    /// Scores the interval that ends now, into the series too, and begins the next.
    mutating func takeIntervalQuality(_ scoring: Scoring) -> IntervalQuality {
        let fates = account.playout.metrics.counts
        let packets = fates - history.fatesBefore
        let buffered = account.playout.takeBufferInterval()
        history.fatesBefore = fates
        let score = scoring.score(
            packets, codec: parameters.format.codec, roundTripNanoseconds: rtcp.peer.roundTrip.latest,
            playoutDelay: buffered.meanPlayoutDelayMilliseconds, packetTime: peerPacketTime)
        history.listening.add(score.listeningMOS)
        history.conversational.add(score.conversationalMOS)
        return IntervalQuality(packets: packets, buffered: buffered, score: score)
    }

    /// What RTP and the level of the audio tell of the flow at `now` (CLOCK_MONOTONIC); nil where no audio came and none was to come.
    func audioFlow(_ now: Int64) -> AudioFlow? {
        guard hasReceived else {
            if counters.wrongPayloadType > 0 { return .wrongFormat }
            if counters.stray > 0 { return .wrongSource }
            return expectsMedia ? .nothing : nil
        }
        if isTimedOut || expectsMedia && now &- lastTaken > Self.stoppedNanoseconds { return .stopped }
        if meter.level?.isSilence == true { return .silence }
        return sent.packets > 0 ? .twoWay : .receivedOnly
    }

    /// How long before the end media must have come last to count as having stopped, unless the media timeout says so
    /// before. A sender that suppresses silence is quiet for seconds as well, but says so more often than this by its
    /// comfort noise (RFC 3389).
    private static var stoppedNanoseconds: Int64 { 5_000_000_000 }
}

/// What a listener had of an interval.
struct IntervalQuality {
    var packets: FateCounts
    var buffered: JitterBufferCounts
    var score: MediaScore
}

extension MOSSeries {
    /// Nil where no interval has a score.
    init?(_ series: ScoreSeries) {
        guard let minimum = series.minimum, let mean = series.mean, let last = series.last else { return nil }
        self.init(intervals: series.count, minimum: minimum, mean: mean, last: last)
    }
}

extension LossPeriods {
    /// - Parameter packetTime: in ms; nil where not known.
    init(_ periods: BurstMetrics.Periods, packetTime: Double?) {
        func milliseconds(_ packets: Double?) -> Double? {
            packets.flatMap { packets in packetTime.map { packets * $0 } }
        }
        self.init(
            bursts: periods.bursts, burstDensity: periods.burstDensity, gapDensity: periods.gapDensity,
            burstMilliseconds: milliseconds(periods.burstLength), gapMilliseconds: milliseconds(periods.gapLength))
    }
}
