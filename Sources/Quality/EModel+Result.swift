extension EModel {
    /// R with every term that it is made of: R = Ro − Is − Id − Ie-eff + A (G.107 7-1).
    public struct Result: Hashable, Sendable {
        /// Which Recommendation and which scale.
        public var bandwidth: Bandwidth
        /// No, the sum of all noise at the 0 dBr point, dBm0p; nil for wideband, which has none.
        public var no: Double?
        /// Ro, the basic signal-to-noise ratio.
        public var ro: Double
        /// Iolr, the impairment by loudness.
        public var iolr: Double
        /// Ist, the impairment by sidetone.
        public var ist: Double
        /// Iq, the impairment by quantizing distortion.
        public var iq: Double
        /// Idte, the impairment by talker echo.
        public var idte: Double
        /// Idle, the impairment by listener echo.
        public var idle: Double
        /// Idd, the impairment by delay.
        public var idd: Double
        /// Ie, the impairment by the codec without loss.
        public var ie: Double
        /// Ie-eff, the impairment by the codec and the loss.
        public var ieEff: Double
        /// A, the advantage factor.
        public var a: Double

        /// Is, the impairments that come with the speech.
        public var `is`: Double { iolr + ist + iq }
        /// Id, the impairments by delay and echo.
        public var id: Double { idte + idle + idd }
        /// The transmission rating. It is not bounded.
        public var r: Double { ro - `is` - id - ieEff + a }
        /// The mean opinion score that R stands for.
        public var mos: Double { EModel.mos(r: r, bandwidth: bandwidth) }

        /// All terms by their symbols, in the order of the calculation, for tables and JSON.
        public var terms: [(symbol: String, value: Double)] {
            let noise = no.map { [("No", $0)] } ?? []
            return noise + [
                ("Ro", ro), ("Iolr", iolr), ("Ist", ist), ("Iq", iq), ("Is", `is`), ("Idte", idte), ("Idle", idle),
                ("Idd", idd), ("Id", id), ("Ie", ie), ("Ie-eff", ieEff), ("A", a), ("R", r), ("MOS", mos),
            ]
        }
    }

    /// The estimated mean opinion score (MOS-CQE, 1 to 4.5) of R: G.107 annex B, and for wideband G.107.1 annex A,
    /// which divides R by 1.29 first.
    ///
    /// The polynomial is used as it stands: between R = 0 and 6.5 it is up to 0.012 below 1.
    public static func mos(r: Double, bandwidth: Bandwidth = .narrowband) -> Double {
        let rating =
            switch bandwidth {
            case .narrowband: r
            case .wideband: r / 1.29
            }
        guard rating > 0 else { return 1 }
        guard rating < 100 else { return 4.5 }
        return 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
    }
}

extension EModel.Result: Encodable {
    private enum CodingKeys: String, CodingKey {
        case bandwidth, no = "No", ro = "Ro", iolr = "Iolr", ist = "Ist", iq = "Iq", simultaneous = "Is"
        case idte = "Idte", idle = "Idle", idd = "Idd", delay = "Id", ie = "Ie", ieEff = "Ie-eff", a = "A", r = "R"
        case mos = "MOS"
    }

    /// Writes the bandwidth, each term under its symbol, R and MOS.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(bandwidth, forKey: .bandwidth)
        try container.encode(no, forKey: .no)
        try container.encode(ro, forKey: .ro)
        try container.encode(iolr, forKey: .iolr)
        try container.encode(ist, forKey: .ist)
        try container.encode(iq, forKey: .iq)
        try container.encode(`is`, forKey: .simultaneous)
        try container.encode(idte, forKey: .idte)
        try container.encode(idle, forKey: .idle)
        try container.encode(idd, forKey: .idd)
        try container.encode(id, forKey: .delay)
        try container.encode(ie, forKey: .ie)
        try container.encode(ieEff, forKey: .ieEff)
        try container.encode(a, forKey: .a)
        try container.encode(r, forKey: .r)
        try container.encode(mos, forKey: .mos)
    }
}
