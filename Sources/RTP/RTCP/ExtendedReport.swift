/// Reports beyond the report block: the XR packet of RFC 3611 section 2.
public struct ExtendedReport: Hashable, Sendable {
    static let packetType: UInt8 = 207

    /// Who reports.
    public var ssrc: UInt32
    /// The report blocks.
    public var blocks: [Block]

    /// A report block of RFC 3611 section 4.
    public enum Block: Hashable, Sendable {
        /// The receiver's clock (section 4.4), so that one who does not send can measure the round trip.
        case receiverReferenceTime(NTPTimestamp)
        /// The answer to it (section 4.5).
        case delaySinceLastReceiverReport([DelaySinceLastReceiverReport])
        /// Loss, duplicates, jitter and time to live of a range of packets (section 4.6).
        case statisticsSummary(StatisticsSummary)
        /// Loss, bursts, delay, levels and scores of a voice stream (section 4.7).
        case voIPMetrics(VoIPMetrics)
        /// What is not read here, by its block type. Nothing of it is kept: it is not encoded.
        case other(type: UInt8)
    }

    /// A packet of these blocks.
    public init(ssrc: UInt32, blocks: [Block]) {
        self.ssrc = ssrc
        self.blocks = blocks
    }

    init(parsing body: inout OctetReader) throws(RTCPError) {
        ssrc = try body.uint32()
        blocks = []
        while body.remaining > 0 {
            guard blocks.count < RTCPCompound.maximumPackets else { throw body.failure(.tooManyPackets) }
            blocks.append(try Block(parsing: &body))
        }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendPacket(type: Self.packetType, count: 0) { bytes in
            bytes.append(uint32: ssrc)
            for block in blocks { block.encode(into: &bytes) }
        }
    }
}

/// When the last Receiver Reference Time of one receiver came: a sub-block of RFC 3611 section 4.5.
public struct DelaySinceLastReceiverReport: Hashable, Sendable {
    /// The receiver whose reference time it was.
    public var ssrc: UInt32
    /// The middle 32 bits of that reference time (LRR); 0 for none.
    public var lastReceiverReport: UInt32
    /// From its arrival to the sending of this block (DLRR), in units of 1/65536 s; 0 for none.
    public var delay: UInt32

    /// A sub-block with these values.
    public init(ssrc: UInt32, lastReceiverReport: UInt32, delay: UInt32) {
        self.ssrc = ssrc
        self.lastReceiverReport = lastReceiverReport
        self.delay = delay
    }
}

extension ExtendedReport.Block {
    private static let receiverReferenceTimeType: UInt8 = 4
    private static let delayType: UInt8 = 5
    private static let statisticsSummaryType: UInt8 = 6
    private static let voIPMetricsType: UInt8 = 7

    init(parsing body: inout OctetReader) throws(RTCPError) {
        let start = body
        let type = try body.octet()
        let specific = try body.octet()
        let words = try Int(body.uint16())
        var block = try body.part(4 * words)
        switch type {
        case Self.receiverReferenceTimeType:
            guard words == 2 else { throw start.failure(.wrongBlockLength) }
            self = .receiverReferenceTime(try NTPTimestamp(rawValue: block.uint64()))
        case Self.delayType:
            guard words % 3 == 0 else { throw start.failure(.wrongBlockLength) }
            var delays: [DelaySinceLastReceiverReport] = []
            while block.remaining > 0 {
                delays.append(
                    try DelaySinceLastReceiverReport(
                        ssrc: block.uint32(), lastReceiverReport: block.uint32(), delay: block.uint32()))
            }
            self = .delaySinceLastReceiverReport(delays)
        case Self.statisticsSummaryType:
            guard words == StatisticsSummary.words else { throw start.failure(.wrongBlockLength) }
            self = .statisticsSummary(try StatisticsSummary(parsing: &block, flags: specific))
        case Self.voIPMetricsType:
            guard words == VoIPMetrics.words else { throw start.failure(.wrongBlockLength) }
            self = .voIPMetrics(try VoIPMetrics(parsing: &block))
        default:
            self = .other(type: type)
        }
    }

    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .receiverReferenceTime(let time):
            bytes.appendBlock(type: Self.receiverReferenceTimeType, words: 2)
            bytes.append(uint64: time.rawValue)
        case .delaySinceLastReceiverReport(let delays):
            precondition(delays.count <= 0xFFFF / 3)
            bytes.appendBlock(type: Self.delayType, words: 3 * delays.count)
            for delay in delays {
                bytes.append(uint32: delay.ssrc)
                bytes.append(uint32: delay.lastReceiverReport)
                bytes.append(uint32: delay.delay)
            }
        case .statisticsSummary(let summary):
            bytes.appendBlock(
                type: Self.statisticsSummaryType, specific: summary.flags, words: StatisticsSummary.words)
            summary.encode(into: &bytes)
        case .voIPMetrics(let metrics):
            bytes.appendBlock(type: Self.voIPMetricsType, words: VoIPMetrics.words)
            metrics.encode(into: &bytes)
        case .other:
            break
        }
    }
}

extension [UInt8] {
    fileprivate mutating func appendBlock(type: UInt8, specific: UInt8 = 0, words: Int) {
        append(type)
        append(specific)
        append(uint16: UInt16(words))
    }
}
