import RTP

/// RTCP packets as octets, field by field after the figures of RFC 3550 section 6 and RFC 3611 section 4.
enum RTCPFixture {
    static let senderReport: [UInt8] = [
        0x81, 0xC8, 0x00, 0x0C,  // version 2, one report, SR, 13 words
        0x11, 0x22, 0x33, 0x44,  // SSRC
        0xE1, 0x02, 0x03, 0x04, 0x80, 0x00, 0x00, 0x00,  // NTP timestamp, half a second
        0x00, 0x00, 0x3E, 0x80,  // RTP timestamp 16,000
        0x00, 0x00, 0x00, 0x64, 0x00, 0x00, 0x3E, 0x80,  // 100 packets, 16,000 octets
        0xAA, 0xBB, 0xCC, 0xDD,  // about this source
        0x40, 0xFF, 0xFF, 0xFE,  // a quarter lost; cumulative -2
        0x00, 0x01, 0x00, 0x05,  // one cycle, sequence number 5
        0x00, 0x00, 0x00, 0x18,  // jitter of 24 ticks
        0x03, 0x04, 0x80, 0x00, 0x00, 0x00, 0x80, 0x00,  // LSR, DLSR of half a second
    ]

    static let senderReportValue = SenderReport(
        ssrc: 0x1122_3344, ntpTimestamp: NTPTimestamp(rawValue: 0xE102_0304_8000_0000),
        rtpTimestamp: RTPTimestamp(16_000), packetCount: 100, octetCount: 16_000,
        reports: [
            ReportBlock(
                ssrc: 0xAABB_CCDD, fractionLost: 64, cumulativeLost: -2, extendedHighestSequence: 0x1_0005, jitter: 24,
                lastSenderReport: 0x0304_8000, delaySinceLastSenderReport: 0x8000)
        ])

    static let emptyReceiverReport: [UInt8] = [0x80, 0xC9, 0x00, 0x01, 0x11, 0x22, 0x33, 0x44]

    static let sourceDescription: [UInt8] = [
        0x81, 0xCA, 0x00, 0x05,
        0x11, 0x22, 0x33, 0x44,
        0x01, 0x06, 0x61, 0x40, 0x62, 0x2E, 0x63, 0x64,  // CNAME a@b.cd
        0x06, 0x02, 0x6D, 0x77,  // TOOL mw
        0x00, 0x00, 0x00, 0x00,  // the end, to a whole word
    ]

    static let goodbye: [UInt8] = [
        0x82, 0xCB, 0x00, 0x04,
        0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
        0x05, 0x6C, 0x61, 0x74, 0x65, 0x72, 0x00, 0x00,  // "later"
    ]

    static let application: [UInt8] = [
        0x85, 0xCC, 0x00, 0x03, 0x11, 0x22, 0x33, 0x44, 0x4D, 0x57, 0x4D, 0x57, 1, 2, 3, 4,
    ]

    static let voIPMetrics: [UInt8] = [
        0x07, 0x00, 0x00, 0x08,
        0xAA, 0xBB, 0xCC, 0xDD,
        0x0C, 0x03, 0x80, 0x02,  // loss, discard rate, burst density, gap density
        0x00, 0x78, 0x27, 0x10,  // bursts of 120 ms, gaps of 10 s
        0x00, 0x50, 0x00, 0x3C,  // round trip 80 ms, end system 60 ms
        0xE7, 0xC4, 0x7F, 0x10,  // -25 and -60 dBm0, no RERL, Gmin 16
        0x5D, 0x7F, 0x2C, 0x29,  // R 93, no external R, MOS 4.4 and 4.1
        0xF3, 0x00, 0x00, 0x3C,  // standard concealment, adaptive, rate 3; nominal 60 ms
        0x00, 0xC8, 0x01, 0x2C,  // maximum 200 ms, absolute 300 ms
    ]

    static var voIPMetricsValue: VoIPMetrics {
        var metrics = VoIPMetrics(ssrc: 0xAABB_CCDD)
        metrics.lossRate = 12
        metrics.discardRate = 3
        metrics.burstDensity = 128
        metrics.gapDensity = 2
        metrics.burstDuration = 120
        metrics.gapDuration = 10_000
        metrics.roundTripDelay = 80
        metrics.endSystemDelay = 60
        metrics.signalLevel = -25
        metrics.noiseLevel = -60
        metrics.rFactor = 93
        metrics.listeningMOSTenths = 44
        metrics.conversationalMOSTenths = 41
        metrics.concealment = .standard
        metrics.jitterBufferKind = .adaptive
        metrics.jitterBufferRate = 3
        metrics.jitterBufferNominal = 60
        metrics.jitterBufferMaximum = 200
        metrics.jitterBufferAbsoluteMaximum = 300
        return metrics
    }

    static let extendedReport: [UInt8] =
        [0x80, 0xCF, 0x00, 0x1D, 0x11, 0x22, 0x33, 0x44]
        + [0x04, 0x00, 0x00, 0x02, 0xE1, 0x02, 0x03, 0x04, 0x40, 0x00, 0x00, 0x00]  // receiver reference time
        + [0x05, 0x00, 0x00, 0x03, 0xAA, 0xBB, 0xCC, 0xDD, 0x03, 0x04, 0x40, 0x00, 0x00, 0x01, 0x00, 0x00]  // DLRR
        + [
            0x06, 0xE8, 0x00, 0x09,  // statistics summary: losses, duplicates, jitter, TTL
            0xAA, 0xBB, 0xCC, 0xDD, 0xFF, 0xF0, 0x00, 0x10,
            0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01,
            0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x50, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x08,
            0x3E, 0x40, 0x3F, 0x01,
        ] + voIPMetrics
        + [0x63, 0x00, 0x00, 0x01, 9, 9, 9, 9]  // a block of nobody's type

    static let extendedReportValue = ExtendedReport(
        ssrc: 0x1122_3344,
        blocks: [
            .receiverReferenceTime(NTPTimestamp(rawValue: 0xE102_0304_4000_0000)),
            .delaySinceLastReceiverReport([
                DelaySinceLastReceiverReport(ssrc: 0xAABB_CCDD, lastReceiverReport: 0x0304_4000, delay: 0x1_0000)
            ]),
            .statisticsSummary(
                StatisticsSummary(
                    ssrc: 0xAABB_CCDD, begin: SequenceNumber(0xFFF0), end: SequenceNumber(0x10), lostPackets: 3,
                    duplicatePackets: 1,
                    jitter: StatisticsSummary.Jitter(minimum: 2, maximum: 80, mean: 20, deviation: 8),
                    timeToLive: StatisticsSummary.TimeToLive(
                        isHopLimit: false, minimum: 62, maximum: 64, mean: 63, deviation: 1))),
            .voIPMetrics(voIPMetricsValue),
            .other(type: 0x63),
        ])

    static func parse(_ bytes: [UInt8], reducedSize: Bool = true) throws(RTCPError) -> [RTCPPacket] {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(RTCPError) in try RTCPCompound(parsing: buffer, reducedSize: reducedSize) }
        }
        return try result.get().packets
    }

    static func encode(_ packets: [RTCPPacket]) -> [UInt8] {
        var bytes: [UInt8] = []
        RTCPCompound(packets).encode(into: &bytes)
        return bytes
    }
}
