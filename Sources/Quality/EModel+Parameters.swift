extension EModel {
    /// The parameters of G.107 table 2, under the Recommendation's symbols and with its default values.
    ///
    /// Wideband rating (G.107.1) reads `telr`, `wepl`, the delays, `ie`, `bpl`, `ppl`, `burstR` and `a`.
    public struct Parameters: Hashable, Sendable {
        /// Send loudness rating, dB.
        public var slr = 8.0
        /// Receive loudness rating, dB.
        public var rlr = 2.0
        /// Sidetone masking rating, dB.
        public var stmr = 15.0
        /// Listener sidetone rating, dB: by definition `stmr` + Dr with Dr = 3 dB.
        public var lstr = 18.0
        /// D-value of the telephone on the send side, dB.
        public var ds = 3.0
        /// Talker echo loudness rating, dB.
        public var telr = 65.0
        /// Weighted echo path loss, dB.
        public var wepl = 110.0
        /// Absolute one-way delay from mouth to ear (Ta), ms.
        public var ta = 0.0
        /// Mean one-way delay of the echo path (T), ms; nil for `ta`.
        public var t: Double?
        /// Round-trip delay in the four-wire loop (Tr), ms; nil for twice `ta`.
        public var tr: Double?
        /// Delay sensitivity of the conversation (sT): 1 for the default class.
        public var sT = 1.0
        /// Least delay that is perceived (mT), ms: 100 for the default class.
        public var mT = 100.0
        /// Quantizing distortion units.
        public var qdu = 1.0
        /// Equipment impairment factor of the codec, without loss (G.113).
        public var ie = 0.0
        /// Packet-loss robustness factor of the codec and its concealment (G.113).
        public var bpl = 4.3
        /// Packet loss behind the jitter buffer, so with its discards; percent.
        public var ppl = 0.0
        /// Burst ratio: mean length of loss bursts over that of random loss.
        public var burstR = 1.0
        /// Circuit noise at the 0 dBr point, dBm0p.
        public var nc = -70.0
        /// Noise floor on the receive side, dBmp.
        public var nfor = -64.0
        /// Room noise on the send side, dB(A).
        public var ps = 35.0
        /// Room noise on the receive side, dB(A).
        public var pr = 35.0
        /// Advantage factor: what users forgive for the access that they get.
        public var a = 0.0

        /// The defaults of G.107 table 2, which rate R = 93.2.
        public init() {}

        /// Overall loudness rating, OLR = SLR + RLR, dB.
        public var olr: Double { slr + rlr }
        /// T, or its default.
        public var echoDelay: Double { t ?? ta }
        /// Tr, or its default.
        public var roundTripDelay: Double { tr ?? 2 * ta }
    }
}

extension EModel.Parameters {
    /// A parameter outside the range that the Recommendation has verified.
    public struct Excess: Hashable, Sendable {
        /// The Recommendation's symbol.
        public var symbol: String
        /// The value.
        public var value: Double
        /// The verified range.
        public var range: ClosedRange<Double>
    }

    /// The parameters outside the ranges of G.107 table 2. The rating is an extrapolation then.
    public var outOfRange: [Excess] {
        let ranges: [(String, Double, ClosedRange<Double>)] = [
            ("SLR", slr, 0...18), ("RLR", rlr, -5...14), ("STMR", stmr, 10...20), ("LSTR", lstr, 13...23),
            ("Ds", ds, -3...3), ("TELR", telr, 5...65), ("WEPL", wepl, 5...110), ("T", echoDelay, 0...500),
            ("Tr", roundTripDelay, 0...1000), ("Ta", ta, 0...500), ("sT", sT, 0.4...1), ("mT", mT, 20...500),
            ("qdu", qdu, 1...14), ("Ie", ie, 0...40), ("Bpl", bpl, 4.3...40), ("Ppl", ppl, 0...20),
            // Above 2 the burst ratio is only verified for losses below 2 % (table 2, note).
            ("BurstR", burstR, 1...(ppl < 2 ? 8 : 2)), ("Nc", nc, -80...(-40)), ("Ps", ps, 35...85),
            ("Pr", pr, 35...85), ("A", a, 0...20),
        ]
        return ranges.compactMap { symbol, value, range in
            range.contains(value) ? nil : Excess(symbol: symbol, value: value, range: range)
        }
    }
}
