import Glibc

/// Listening quality of G.711 with concealment, written down once more: G.107's R of its default parameters, less Ie-eff
/// (7-29) with G.113's Ie = 0 and Bpl = 25.1, and annex B's mapping.
enum IndependentEModel {
    /// R of the defaults without delay and echo: Ro − Is − Idle (G.107 gives it rounded, 93.2).
    static let defaultR = 93.2062

    static func listeningR(loss percent: Double, burstRatio: Double) -> Double {
        percent == 0 ? defaultR : defaultR - 95 * percent / (percent / max(1, burstRatio) + 25.1)
    }

    static func mos(_ r: Double) -> Double {
        1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6
    }

    /// The burst ratio of a stream, true where a packet was missed: the mean run over that of random loss.
    static func burstRatio(_ missed: [Bool]) -> Double? {
        let count = missed.count { $0 }
        guard count > 0 else { return nil }
        let runs = missed.indices.count { missed[$0] && ($0 == 0 || !missed[$0 - 1]) }
        return Double(count) / Double(runs) * (1 - Double(count) / Double(missed.count))
    }
}

func isClose(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
    value.map { abs($0 - expected) <= tolerance } ?? false
}
