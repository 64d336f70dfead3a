/// How a codec impairs speech: its Ie and Bpl, and where they come from.
public struct CodecImpairment: Hashable, Sendable {
    /// Where a pair of values comes from.
    public enum Source: Hashable, Sendable {
        /// A table of ITU-T G.113. All its values are called provisional planning values by G.113 itself.
        case g113(table: String)
        /// Ie from a table of G.113; Bpl is the default of G.107 (4.3), because G.113 publishes none.
        case g113WithDefaultRobustness(table: String)
        /// Set by the operator.
        case settings
    }

    /// The RTP encoding name.
    public var name: String
    /// The scale that the values are on.
    public var bandwidth: EModel.Bandwidth
    /// Equipment impairment factor without loss.
    public var ie: Double
    /// Packet-loss robustness factor; nil where none is published: then a stream with loss has no score.
    public var bpl: Double?
    /// Whether the values hold with packet loss concealment: codecs with their own always do.
    public var concealment: Bool
    /// Where the values come from.
    public var source: Source

    /// Values of one's own.
    public init(
        name: String, bandwidth: EModel.Bandwidth, ie: Double, bpl: Double?, concealment: Bool = true,
        source: Source = .settings
    ) {
        self.name = name
        self.bandwidth = bandwidth
        self.ie = ie
        self.bpl = bpl
        self.concealment = concealment
        self.source = source
    }

    /// The entry of the table for an RTP encoding name (in any case); nil where nothing is published, as for Opus.
    /// `concealment` matters to codecs that have none of their own.
    public static func named(_ name: String, concealment: Bool) -> CodecImpairment? {
        var candidate: CodecImpairment?
        for entry in table where entry.name.lowercased() == name.lowercased() {
            if entry.concealment == concealment { return entry }
            candidate = candidate ?? entry
        }
        return candidate
    }

    /// All entries. G.113 (09/2024) appendix I, tables I.1 (Ie) and I.4 (Bpl), and appendix IV, table IV.1 (Ie on the
    /// wideband scale, monotic listening).
    ///
    /// Missing on purpose: AMR, iLBC, Speex and Opus, for which G.113 has nothing; AMR-WB, whose Ie depends on the
    /// mode of each frame, and whose Bpl is published for diotic listening only.
    public static let table: [CodecImpairment] = [
        entry("PCMU", 0, 25.1, table: "I.4"),
        entry("PCMU", 0, 4.3, concealment: false, table: "I.4"),
        entry("PCMA", 0, 25.1, table: "I.4"),
        entry("PCMA", 0, 4.3, concealment: false, table: "I.4"),
        entry("G729", 11, 19, table: "I.4"),  // G.729A with VAD: RFC 4856 has annexb=yes by default
        entry("G723", 15, 16.1, table: "I.4"),  // 6.3 kbit/s with VAD
        entry("GSM-EFR", 5, 10, table: "I.4"),
        entry("GSM", 20, nil, table: "I.1"),
        entry("GSM-HR-08", 23, nil, table: "I.1"),
        entry("G728", 7, nil, table: "I.1"),
        entry("G726-40", 2, nil, table: "I.1"),
        entry("G726-32", 7, nil, table: "I.1"),
        entry("G726-24", 25, nil, table: "I.1"),
        entry("G726-16", 50, nil, table: "I.1"),
        CodecImpairment(
            name: "G722", bandwidth: .wideband, ie: 13, bpl: 4.3, concealment: false,
            source: .g113WithDefaultRobustness(table: "IV.1")),  // 64 kbit/s
    ]

    private static func entry(
        _ name: String, _ ie: Double, _ bpl: Double?, concealment: Bool = true, table: String
    ) -> CodecImpairment {
        CodecImpairment(
            name: name, bandwidth: .narrowband, ie: ie, bpl: bpl, concealment: concealment, source: .g113(table: table))
    }
}
