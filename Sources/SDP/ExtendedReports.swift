/// The report blocks that an `a=rtcp-xr` attribute names (RFC 3611 5.1).
public struct ExtendedReports: OptionSet, Hashable, Sendable {
    /// One bit a format.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `pkt-loss-rle`: Loss RLE Report Block (RFC 3611 4.1).
    public static let lossRLE = ExtendedReports(rawValue: 1)
    /// `pkt-dup-rle`: Duplicate RLE Report Block (RFC 3611 4.2).
    public static let duplicateRLE = ExtendedReports(rawValue: 2)
    /// `pkt-rcpt-times`: Packet Receipt Times Report Block (RFC 3611 4.3).
    public static let receiptTimes = ExtendedReports(rawValue: 4)
    /// `rcvr-rtt`: Receiver Reference Time and DLRR Report Blocks (RFC 3611 4.4, 4.5).
    public static let receiverRoundTrip = ExtendedReports(rawValue: 8)
    /// `stat-summary=loss`: Statistics Summary Report Block (RFC 3611 4.6) with the packets lost.
    public static let summaryOfLosses = ExtendedReports(rawValue: 16)
    /// `voip-metrics`: VoIP Metrics Report Block (RFC 3611 4.7).
    public static let voipMetrics = ExtendedReports(rawValue: 32)
    /// `stat-summary=dup`: the same block with the packets that came again.
    public static let summaryOfDuplicates = ExtendedReports(rawValue: 64)
    /// `stat-summary=jitt`: the same block with jitter.
    public static let summaryOfJitter = ExtendedReports(rawValue: 128)
    /// `stat-summary` with all of these. Its other flags, `TTL` and `HL`, are ignored.
    public static let statisticsSummary: ExtendedReports = [.summaryOfLosses, .summaryOfDuplicates, .summaryOfJitter]
}

extension ExtendedReports {
    /// The formats in the value of an `a=rtcp-xr` attribute; unknown ones are ignored, as are parameters
    /// such as the largest block size.
    init(parsing bytes: Span<UInt8>, _ value: ByteRange) {
        self = []
        var rest = value
        while let format = bytes.nextToken(of: &rest) {
            var (name, parameters) = bytes.split(format, at: UInt8(ascii: "="))
            name = bytes.split(name, at: UInt8(ascii: ":")).head
            if bytes.matches(name, "pkt-loss-rle") {
                insert(.lossRLE)
            } else if bytes.matches(name, "pkt-dup-rle") {
                insert(.duplicateRLE)
            } else if bytes.matches(name, "pkt-rcpt-times") {
                insert(.receiptTimes)
            } else if bytes.matches(name, "rcvr-rtt") {
                insert(.receiverRoundTrip)
            } else if bytes.matches(name, "stat-summary") {
                formUnion(parameters.map { Self.summary(bytes, $0) } ?? .statisticsSummary)
            } else if bytes.matches(name, "voip-metrics") {
                insert(.voipMetrics)
            }
        }
    }

    /// The flags of `stat-summary`, after its `=`.
    private static func summary(_ bytes: Span<UInt8>, _ flags: ByteRange) -> ExtendedReports {
        var groups: ExtendedReports = []
        var rest: ByteRange? = flags
        while let flags = rest {
            let (flag, tail) = bytes.split(flags, at: UInt8(ascii: ","))
            if bytes.matches(flag, "loss") {
                groups.insert(.summaryOfLosses)
            } else if bytes.matches(flag, "dup") {
                groups.insert(.summaryOfDuplicates)
            } else if bytes.matches(flag, "jitt") {
                groups.insert(.summaryOfJitter)
            }
            rest = tail
        }
        return groups
    }

    /// Writes `format format…`, in the order of the RFC.
    func encode(into writer: inout DescriptionWriter) {
        var rest = self
        rest.encode(.lossRLE, "pkt-loss-rle", into: &writer)
        rest.encode(.duplicateRLE, "pkt-dup-rle", into: &writer)
        rest.encode(.receiptTimes, "pkt-rcpt-times", into: &writer)
        rest.encode(.receiverRoundTrip, "rcvr-rtt=all", into: &writer)
        rest.encodeSummary(into: &writer)
        rest.encode(.voipMetrics, "voip-metrics", into: &writer)
    }

    /// Writes `stat-summary` with its flags if there are any, and takes them out.
    private mutating func encodeSummary(into writer: inout DescriptionWriter) {
        var groups = intersection(.statisticsSummary)
        guard !groups.isEmpty else { return }
        subtract(groups)
        writer.append("stat-summary=")
        groups.encode(.summaryOfLosses, "loss", separator: ",", into: &writer)
        groups.encode(.summaryOfDuplicates, "dup", separator: ",", into: &writer)
        groups.encode(.summaryOfJitter, "jitt", separator: ",", into: &writer)
        if !isEmpty { writer.append(" ") }
    }

    /// Writes one format if it is in the set, takes it out, and writes what separates it from the next one.
    private mutating func encode(
        _ format: ExtendedReports, _ text: StaticString, separator: StaticString = " ",
        into writer: inout DescriptionWriter
    ) {
        guard contains(format) else { return }
        subtract(format)
        writer.append(text)
        if !isEmpty { writer.append(separator) }
    }
}
