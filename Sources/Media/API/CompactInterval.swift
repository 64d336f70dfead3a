/// An interval in 36 octets.
struct CompactInterval: Hashable, Sendable, BitwiseCopyable {
    /// When it ends, in units of 10 ms since the session was opened: enough for a year.
    private(set) var end: UInt32
    private(set) var expected: UInt32
    private(set) var received: UInt32
    private(set) var lost: Int32
    private(set) var discarded: UInt32
    private(set) var jitter: CompactFigure
    private(set) var roundTrip: CompactFigure
    private(set) var listeningR: CompactScore
    private(set) var listeningMOS: CompactScore
    private(set) var conversationalR: CompactScore
    private(set) var conversationalMOS: CompactScore

    init(_ interval: IntervalSummary, after begin: UInt32) {
        end = max(begin, UInt32(clamping: (interval.offsetMilliseconds + interval.durationMilliseconds + 5) / 10))
        expected = UInt32(clamping: interval.expected)
        received = UInt32(clamping: interval.received)
        lost = Int32(clamping: interval.lost)
        discarded = UInt32(clamping: interval.discarded)
        jitter = CompactFigure(interval.meanJitterMilliseconds)
        roundTrip = CompactFigure(interval.roundTripMilliseconds)
        listeningR = CompactScore(interval.listeningR, scale: CompactScore.Scale.r)
        listeningMOS = CompactScore(interval.listeningMOS, scale: CompactScore.Scale.mos)
        conversationalR = CompactScore(interval.conversationalR, scale: CompactScore.Scale.r)
        conversationalMOS = CompactScore(interval.conversationalMOS, scale: CompactScore.Scale.mos)
    }

    /// Takes the interval that follows into this one.
    mutating func merge(_ next: CompactInterval) {
        jitter = CompactFigure(mean(jitter.value, received, next.jitter.value, next.received))
        listeningR.merge(next.listeningR, weights: (expected, next.expected))
        listeningMOS.merge(next.listeningMOS, weights: (expected, next.expected))
        conversationalR.merge(next.conversationalR, weights: (expected, next.expected))
        conversationalMOS.merge(next.conversationalMOS, weights: (expected, next.expected))
        if next.roundTrip.value != nil { roundTrip = next.roundTrip }
        end = next.end
        expected = UInt32(clamping: Int(expected) + Int(next.expected))
        received = UInt32(clamping: Int(received) + Int(next.received))
        lost = Int32(clamping: Int(lost) + Int(next.lost))
        discarded = UInt32(clamping: Int(discarded) + Int(next.discarded))
    }
}

/// The mean of two figures by their weights; the one that is there where the other is not.
private func mean(_ first: Double?, _ firstWeight: UInt32, _ second: Double?, _ secondWeight: UInt32) -> Double? {
    guard let first, let second else { return first ?? second }
    let sum = Double(firstWeight) + Double(secondWeight)
    return sum > 0 ? (first * Double(firstWeight) + second * Double(secondWeight)) / sum : second
}

/// A figure, or none.
struct CompactFigure: Hashable, Sendable, BitwiseCopyable {
    private let raw: Float

    init(_ value: Double?) { raw = value.map { Float($0) } ?? -1 }

    var value: Double? { raw < 0 ? nil : Double(raw) }
}

/// An R to 1/500, which is at most 129 (G.107.1), or a MOS to 1/10000; or none.
struct CompactScore: Hashable, Sendable, BitwiseCopyable {
    enum Scale {
        static let r = 500.0
        static let mos = 10_000.0
    }

    private var raw: UInt16

    init(_ value: Double?, scale: Double) {
        raw = value.map { UInt16(min(max(0, ($0 * scale).rounded()), Double(UInt16.max - 1))) } ?? .max
    }

    func value(scale: Double) -> Double? { raw == .max ? nil : Double(raw) / scale }

    mutating func merge(_ next: CompactScore, weights: (UInt32, UInt32)) {
        self = CompactScore(mean(value(scale: 1), weights.0, next.value(scale: 1), weights.1), scale: 1)
    }
}

extension IntervalSummary {
    init(_ compact: CompactInterval, beginsAt begin: UInt32) {
        self.init(offsetMilliseconds: Int(begin) * 10, durationMilliseconds: Int(compact.end - begin) * 10)
        expected = Int(compact.expected)
        received = Int(compact.received)
        lost = Int(compact.lost)
        discarded = Int(compact.discarded)
        meanJitterMilliseconds = compact.jitter.value
        roundTripMilliseconds = compact.roundTrip.value
        listeningR = compact.listeningR.value(scale: CompactScore.Scale.r)
        listeningMOS = compact.listeningMOS.value(scale: CompactScore.Scale.mos)
        conversationalR = compact.conversationalR.value(scale: CompactScore.Scale.r)
        conversationalMOS = compact.conversationalMOS.value(scale: CompactScore.Scale.mos)
    }
}
