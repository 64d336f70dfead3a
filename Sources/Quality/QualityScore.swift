/// What was measured of a received stream, over an interval or a call, to score it by.
public struct StreamMeasurement: Hashable, Sendable {
    /// How the codec impairs speech; nil where that is not published: then there is no score.
    public var codec: CodecImpairment?
    /// Packets that should have been played.
    public var expectedPackets: Int
    /// Packets that were not: lost or discarded.
    public var impairedPackets: Int
    /// The burst ratio (`FateCounts.burstRatio`); nil counts as random loss.
    public var burstRatio: Double?
    /// The one-way delay from mouth to ear in milliseconds; nil before a round trip is known.
    public var delay: Double?

    /// A measurement.
    public init(
        codec: CodecImpairment?, expectedPackets: Int, impairedPackets: Int, burstRatio: Double? = nil,
        delay: Double? = nil
    ) {
        self.codec = codec
        self.expectedPackets = expectedPackets
        self.impairedPackets = impairedPackets
        self.burstRatio = burstRatio
        self.delay = delay
    }

    /// The same from the packets themselves.
    public init(codec: CodecImpairment?, packets: FateCounts, delay: Double? = nil) {
        self.init(
            codec: codec, expectedPackets: packets.expected, impairedPackets: packets.impaired,
            burstRatio: packets.burstRatio, delay: delay)
    }

    /// The one-way delay of a stream, in milliseconds: half of RTCP's round trip, what the jitter buffer adds, and the
    /// time that the sender takes to fill a packet.
    public static func delay(roundTrip: Double, jitterBuffer: Double, packetTime: Double = 0) -> Double {
        roundTrip / 2 + jitterBuffer + packetTime
    }
}

/// The scores of a received stream. What was not measured is nil.
///
/// Listening quality is the rating with all delays 0 (Ta = T = Tr = 0): Idd and Idte vanish, and Idle keeps the 0.15
/// that belongs to the default R of 93.2. Conversational quality is the rating with the measured Ta, and T and Tr
/// from the parameters, by default T = Ta and Tr = 2 Ta.
public struct QualityScore: Hashable, Sendable {
    /// The terms of listening quality.
    public var listening: EModel.Result?
    /// The terms of conversational quality; nil without a delay.
    public var conversational: EModel.Result?

    /// MOS-LQ, 1 to 4.5.
    public var mosLQ: Double? { listening?.mos }
    /// MOS-CQ, 1 to 4.5.
    public var mosCQ: Double? { conversational?.mos }

    /// Scores a measurement. There is no score of fewer than `minimumPackets`, of a codec without published values, and
    /// of a lossy stream whose codec has no published Bpl. `parameters` holds what is not measured.
    public init(
        _ measurement: StreamMeasurement, parameters: EModel.Parameters = EModel.Parameters(), minimumPackets: Int = 50
    ) {
        guard let codec = measurement.codec, measurement.expectedPackets >= max(1, minimumPackets) else { return }
        var inputs = parameters
        inputs.ie = codec.ie
        inputs.ppl = 100 * Double(measurement.impairedPackets) / Double(measurement.expectedPackets)
        // Loss that is more regular than random is rated as random: G.107 has no ratio below 1.
        inputs.burstR = max(1, measurement.burstRatio ?? 1)
        if let bpl = codec.bpl {
            inputs.bpl = bpl
        } else if measurement.impairedPackets > 0 {
            return
        }
        var silent = inputs
        silent.ta = 0
        silent.t = 0
        silent.tr = 0
        listening = EModel.rate(silent, bandwidth: codec.bandwidth)
        if let delay = measurement.delay {
            inputs.ta = delay
            conversational = EModel.rate(inputs, bandwidth: codec.bandwidth)
        }
    }
}

/// The least, mean and last of a series of scores, such as the MOS of the intervals of a call.
public struct ScoreSeries: Hashable, Sendable, BitwiseCopyable {
    /// Scores so far; those that were nil do not count.
    public private(set) var count = 0
    /// The least score.
    public private(set) var minimum: Double?
    /// The last score.
    public private(set) var last: Double?
    private var sum = 0.0

    /// No scores.
    public init() {}

    /// The mean of the scores.
    public var mean: Double? { count == 0 ? nil : sum / Double(count) }

    /// Adds a score; nil is passed over.
    public mutating func add(_ score: Double?) {
        guard let score else { return }
        count += 1
        sum += score
        last = score
        minimum = min(minimum ?? score, score)
    }
}
