/// What a sender says of itself and of whom it hears: the SR packet of RFC 3550 section 6.4.1.
public struct SenderReport: Hashable, Sendable {
    static let packetType: UInt8 = 200

    /// Who reports.
    public var ssrc: UInt32
    /// The moment of the report by the sender's clock; 0 where it has none.
    public var ntpTimestamp: NTPTimestamp
    /// The same moment by the media clock of the sender's packets.
    public var rtpTimestamp: RTPTimestamp
    /// Packets sent since the beginning, modulo 2^32.
    public var packetCount: UInt32
    /// Octets of payload sent since the beginning, modulo 2^32.
    public var octetCount: UInt32
    /// One for each source heard since the last report, at most 31.
    public var reports: [ReportBlock]

    /// A report with these values.
    public init(
        ssrc: UInt32, ntpTimestamp: NTPTimestamp, rtpTimestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32,
        reports: [ReportBlock] = []
    ) {
        self.ssrc = ssrc
        self.ntpTimestamp = ntpTimestamp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
        self.reports = reports
    }

    init(parsing body: inout OctetReader, count: Int) throws(RTCPError) {
        ssrc = try body.uint32()
        ntpTimestamp = try NTPTimestamp(rawValue: body.uint64())
        rtpTimestamp = try RTPTimestamp(body.uint32())
        packetCount = try body.uint32()
        octetCount = try body.uint32()
        reports = try ReportBlock.list(parsing: &body, count: count)
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendPacket(type: Self.packetType, count: reports.count) { bytes in
            bytes.append(uint32: ssrc)
            bytes.append(uint64: ntpTimestamp.rawValue)
            bytes.append(uint32: rtpTimestamp.rawValue)
            bytes.append(uint32: packetCount)
            bytes.append(uint32: octetCount)
            for report in reports { report.encode(into: &bytes) }
        }
    }
}

/// What one that does not send says of whom it hears: the RR packet of RFC 3550 section 6.4.2.
public struct ReceiverReport: Hashable, Sendable {
    static let packetType: UInt8 = 201

    /// Who reports.
    public var ssrc: UInt32
    /// One for each source heard since the last report, at most 31.
    public var reports: [ReportBlock]

    /// A report with these values.
    public init(ssrc: UInt32, reports: [ReportBlock] = []) {
        self.ssrc = ssrc
        self.reports = reports
    }

    init(parsing body: inout OctetReader, count: Int) throws(RTCPError) {
        ssrc = try body.uint32()
        reports = try ReportBlock.list(parsing: &body, count: count)
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendPacket(type: Self.packetType, count: reports.count) { bytes in
            bytes.append(uint32: ssrc)
            for report in reports { report.encode(into: &bytes) }
        }
    }
}

extension ReportBlock {
    static func list(parsing body: inout OctetReader, count: Int) throws(RTCPError) -> [ReportBlock] {
        var reports: [ReportBlock] = []
        reports.reserveCapacity(count)
        for _ in 0..<count { reports.append(try ReportBlock(parsing: &body)) }
        return reports
    }

    init(parsing body: inout OctetReader) throws(RTCPError) {
        ssrc = try body.uint32()
        let losses = try body.uint32()
        fractionLost = UInt8(losses >> 24)
        // The lower 24 bits are a signed number.
        cumulativeLost = Int32(bitPattern: losses << 8) >> 8
        extendedHighestSequence = try body.uint32()
        jitter = try body.uint32()
        lastSenderReport = try body.uint32()
        delaySinceLastSenderReport = try body.uint32()
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(uint32: ssrc)
        let lost = max(-0x80_0000, min(cumulativeLost, 0x7F_FFFF))
        bytes.append(uint32: UInt32(fractionLost) << 24 | UInt32(bitPattern: lost) & 0xFF_FFFF)
        bytes.append(uint32: extendedHighestSequence)
        bytes.append(uint32: jitter)
        bytes.append(uint32: lastSenderReport)
        bytes.append(uint32: delaySinceLastSenderReport)
    }
}
