/// What the other end has said in RTCP: how it hears us, how far away it is, who it is, whether it has left.
public struct RTCPPeer: Sendable {
    /// The source that we send as: report blocks about others are not about us.
    public var ourSSRC: UInt32
    /// The latest report block about us; its jitter is in ticks of what we send.
    public private(set) var report: ReportBlock?
    /// The latest VoIP Metrics block about us (RFC 3611 section 4.7).
    public private(set) var voIPMetrics: VoIPMetrics?
    /// The latest Statistics Summary block about us (RFC 3611 section 4.6).
    public private(set) var statisticsSummary: StatisticsSummary?
    /// The round trips measured, from report blocks and from DLRR blocks.
    public private(set) var roundTrip = RoundTripSummary()
    /// The other end's CNAME.
    public private(set) var canonicalName: String?
    /// The source of the latest report.
    public private(set) var ssrc: UInt32?
    /// Whether it has said BYE and nothing since.
    public private(set) var hasLeft = false
    /// The latest sender report.
    public private(set) var senderReport: SenderReport?

    /// No path takes longer than a minute: the report answers something that we did not send.
    private static let longestRoundTrip: Int64 = 60_000_000_000

    private var senderReportArrival = NTPTimestamp(rawValue: 0)
    private var referenceTime = NTPTimestamp(rawValue: 0)
    private var referenceTimeSource: UInt32?
    private var referenceTimeArrival = NTPTimestamp(rawValue: 0)

    /// A peer that has said nothing yet.
    public init(ourSSRC: UInt32) {
        self.ourSSRC = ourSSRC
    }

    /// Takes in the packets of one datagram that came at `arrival`, by the clock that stamps our own reports.
    public mutating func receive(_ compound: RTCPCompound, arrival: NTPTimestamp) {
        for packet in compound.packets {
            switch packet {
            case .senderReport(let report):
                // Our own report come back is nobody's.
                guard report.ssrc != ourSSRC else { continue }
                senderReport = report
                senderReportArrival = arrival
                heard(report.ssrc, reports: report.reports, arrival: arrival)
            case .receiverReport(let report):
                heard(report.ssrc, reports: report.reports, arrival: arrival)
            case .sourceDescription(let description):
                for chunk in description.chunks where ssrc == nil || chunk.ssrc == ssrc {
                    if let name = chunk.canonicalName { canonicalName = name }
                }
            case .goodbye(let goodbye):
                if let ssrc, goodbye.sources.contains(ssrc) { hasLeft = true }
            case .extendedReport(let report):
                for block in report.blocks { receive(block, from: report.ssrc, arrival: arrival) }
            case .other:
                break
            }
        }
    }

    /// LSR and DLSR for a report block about `source` that is sent at `now`; zeros without a sender report from it.
    public func lastSenderReport(of source: UInt32, now: NTPTimestamp) -> (lastReport: UInt32, delay: UInt32) {
        guard let senderReport, senderReport.ssrc == source else { return (0, 0) }
        return (senderReport.ntpTimestamp.middle, Self.delay(from: senderReportArrival, to: now))
    }

    /// The answer, sent at `now`, to the latest Receiver Reference Time block, or nil where none has come.
    public func delaySinceLastReceiverReport(now: NTPTimestamp) -> DelaySinceLastReceiverReport? {
        guard let referenceTimeSource else { return nil }
        return DelaySinceLastReceiverReport(
            ssrc: referenceTimeSource, lastReceiverReport: referenceTime.middle,
            delay: Self.delay(from: referenceTimeArrival, to: now))
    }

    private mutating func heard(_ source: UInt32, reports: [ReportBlock], arrival: NTPTimestamp) {
        guard source != ourSSRC else { return }
        ssrc = source
        hasLeft = false
        for block in reports where block.ssrc == ourSSRC {
            report = block
            measure(arrival, block.lastSenderReport, block.delaySinceLastSenderReport)
        }
    }

    private mutating func receive(_ block: ExtendedReport.Block, from source: UInt32, arrival: NTPTimestamp) {
        switch block {
        case .receiverReferenceTime(let time):
            referenceTime = time
            referenceTimeSource = source
            referenceTimeArrival = arrival
        case .delaySinceLastReceiverReport(let delays):
            for delay in delays where delay.ssrc == ourSSRC {
                measure(arrival, delay.lastReceiverReport, delay.delay)
            }
        case .voIPMetrics(let metrics):
            if metrics.ssrc == ourSSRC { voIPMetrics = metrics }
        case .statisticsSummary(let summary):
            if summary.ssrc == ourSSRC { statisticsSummary = summary }
        case .other:
            break
        }
    }

    private mutating func measure(_ arrival: NTPTimestamp, _ lastReport: UInt32, _ delay: UInt32) {
        let time = ShortNTP.roundTrip(arrival: arrival, lastReport: lastReport, delay: delay)
        if let time, time <= Self.longestRoundTrip {
            roundTrip.add(nanoseconds: time)
        }
    }

    /// Modulo 2^32 as on the wire; 0 where our clock went back.
    private static func delay(from arrival: NTPTimestamp, to now: NTPTimestamp) -> UInt32 {
        let delay = Int32(bitPattern: now.middle &- arrival.middle)
        return delay > 0 ? UInt32(delay) : 0
    }
}

/// Round trips measured so far, in nanoseconds; nil before the first.
public struct RoundTripSummary: Hashable, Sendable {
    /// How many.
    public private(set) var count = 0
    /// The latest.
    public private(set) var latest: Int64?
    /// The least.
    public private(set) var minimum: Int64?
    /// The longest.
    public private(set) var maximum: Int64?
    private var sum: Int64 = 0

    /// Nothing measured.
    public init() {}

    /// The mean.
    public var mean: Int64? { count > 0 ? sum / Int64(count) : nil }

    mutating func add(nanoseconds: Int64) {
        count += 1
        sum &+= nanoseconds
        latest = nanoseconds
        minimum = min(minimum ?? nanoseconds, nanoseconds)
        maximum = max(maximum ?? nanoseconds, nanoseconds)
    }
}
