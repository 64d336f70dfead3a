import RTP
import Testing

@Suite("RTCPCompound (RFC 3550 section 6, RFC 3611 section 4, RFC 5506)")
struct RTCPPacketTests {
    typealias Fixture = RTCPFixture

    static let packets: [(String, [UInt8], RTCPPacket)] = [
        ("SR", Fixture.senderReport, .senderReport(Fixture.senderReportValue)),
        ("RR", Fixture.emptyReceiverReport, .receiverReport(ReceiverReport(ssrc: 0x1122_3344))),
        (
            "SDES", Fixture.sourceDescription,
            .sourceDescription(SourceDescription(ssrc: 0x1122_3344, canonicalName: "a@b.cd"))
        ),
        ("BYE", Fixture.goodbye, .goodbye(Goodbye(sources: [0x1122_3344, 0x5566_7788], reason: "later"))),
        ("APP", Fixture.application, .other(type: 204)),
        ("XR", Fixture.extendedReport, .extendedReport(Fixture.extendedReportValue)),
    ]

    @Test("Each packet is read", arguments: packets)
    func read(name: String, bytes: [UInt8], packet: RTCPPacket) throws {
        #expect(try Fixture.parse(bytes) == [packet])
    }

    @Test("All packets are read from one datagram")
    func compound() throws {
        #expect(try Fixture.parse(Self.packets.flatMap(\.1), reducedSize: false) == Self.packets.map(\.2))
    }

    @Test("What is read is written as it was", arguments: packets.filter { $0.0 != "APP" && $0.0 != "SDES" })
    func write(name: String, bytes: [UInt8], packet: RTCPPacket) throws {
        // The block that nobody knows is dropped.
        let expected =
            name == "XR" ? [0x80, 0xCF, 0x00, 0x1B] + bytes[4..<bytes.count - 8] : bytes
        #expect(Fixture.encode([packet]) == expected)
    }

    @Test("Names and reasons of every length survive", arguments: [0, 1, 2, 3, 4, 5, 31, 254, 255])
    func texts(length: Int) throws {
        let text = String(repeating: "n", count: length)
        let packets: [RTCPPacket] = [
            .receiverReport(ReceiverReport(ssrc: 1)),
            .sourceDescription(
                SourceDescription(chunks: [
                    SourceDescription.Chunk(ssrc: 1, canonicalName: text),
                    SourceDescription.Chunk(ssrc: 2, canonicalName: nil),
                    SourceDescription.Chunk(ssrc: 3, canonicalName: text),
                ])),
            .goodbye(Goodbye(sources: [1], reason: text)),
        ]
        let bytes = Fixture.encode(packets)
        #expect(bytes.count % 4 == 0)
        #expect(try Fixture.parse(bytes) == packets)
    }

    @Test(
        "Cumulative losses beyond 24 bits are clamped", arguments: [(9_000_000, 0x7F_FFFF), (-9_000_000, -0x80_0000)])
    func clamped(lost: Int32, written: Int32) throws {
        var report = Fixture.senderReportValue
        report.reports[0].cumulativeLost = lost
        let read = try Fixture.parse(Fixture.encode([.senderReport(report)]))
        report.reports[0].cumulativeLost = written
        #expect(read == [.senderReport(report)])
    }

    @Test("31 report blocks are the most and are read")
    func manyReports() throws {
        let report = ReceiverReport(
            ssrc: 1, reports: Array(repeating: Fixture.senderReportValue.reports[0], count: 31))
        #expect(try Fixture.parse(Fixture.encode([.receiverReport(report)])) == [.receiverReport(report)])
    }

    @Test("What was not measured is absent from VoIP metrics and a summary, on the wire as well")
    func unmeasured() throws {
        let blocks: [ExtendedReport.Block] = [
            .voIPMetrics(VoIPMetrics(ssrc: 5)),
            .statisticsSummary(StatisticsSummary(ssrc: 5, begin: SequenceNumber(1), end: SequenceNumber(2))),
            .statisticsSummary(
                StatisticsSummary(
                    ssrc: 5, begin: SequenceNumber(1), end: SequenceNumber(2),
                    timeToLive: StatisticsSummary.TimeToLive(
                        isHopLimit: true, minimum: 1, maximum: 2, mean: 3, deviation: 4))),
        ]
        let packet = RTCPPacket.extendedReport(ExtendedReport(ssrc: 1, blocks: blocks))
        let bytes = Fixture.encode([packet])
        #expect(try Fixture.parse(bytes) == [packet])
        #expect(bytes[28..<36] == [127, 127, 127, 16, 127, 127, 127, 127])
    }

    @Test("Padding of the last packet is taken off")
    func padding() throws {
        let padded = [0xA0, 0xC9, 0x00, 0x02] + Fixture.emptyReceiverReport[4...] + [0, 0, 0, 4]
        #expect(
            try Fixture.parse(Fixture.emptyReceiverReport + padded)
                == Array(repeating: .receiverReport(ReceiverReport(ssrc: 0x1122_3344)), count: 2))
    }

    @Test("A packet of reduced size is read only where that was agreed")
    func reducedSize() throws {
        #expect(try Fixture.parse(Fixture.goodbye).count == 1)
        #expect(throws: RTCPError(reason: .notCompound, offset: 0)) {
            try Fixture.parse(Fixture.goodbye, reducedSize: false)
        }
        #expect(throws: Never.self) {
            try Fixture.parse(Fixture.emptyReceiverReport + Fixture.goodbye, reducedSize: false)
        }
    }

    static let report = Fixture.emptyReceiverReport
    static let malformed: [(String, [UInt8], RTCPError.Reason, Int)] = [
        ("nothing", [], .empty, 0),
        ("one octet", [0x80], .truncated, 1),
        ("three octets", [0x80, 0xC9, 0], .truncated, 2),
        ("version 1", [0x40] + report.dropFirst(), .wrongVersion, 0),
        ("an RTP packet", [0x80, 0x00] + report.dropFirst(2), .wrongVersion, 0),
        ("zeros", [UInt8](repeating: 0, count: 32), .wrongVersion, 0),
        ("version 0 in the second packet", report + [0] + report.dropFirst(), .wrongVersion, 8),
        ("longer than the datagram", [0x80, 0xC9, 0x00, 0x02] + report[4...], .truncated, 4),
        ("an octet after the packet", report + [0x80], .truncated, 9),
        ("a report block too few", [0x82, 0xC8] + Fixture.senderReport.dropFirst(2), .truncated, 52),
        ("a report block cut off", [0x81, 0xC9, 0x00, 0x01] + report[4...], .truncated, 8),
        ("a report without SSRC", [0x80, 0xC9, 0x00, 0x00], .truncated, 4),
        ("padding before the last packet", [0xA0, 0xC9, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4] + report, .misplacedPadding, 0),
        ("padding of 0", [0xA0, 0xC9, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0], .invalidPadding, 0),
        ("padding of 3", [0xA0, 0xC9, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3], .invalidPadding, 0),
        ("padding of more than there is", [0xA0, 0xC9, 0, 2, 0, 0, 0, 1, 0, 0, 0, 12], .invalidPadding, 0),
        ("padding of nothing", [0xA0, 0xC9, 0, 0], .invalidPadding, 0),
        ("items without end", [0x81, 0xCA, 0, 2, 0, 0, 0, 1, 1, 2, 65, 66], .unterminatedItems, 12),
        ("an item longer than its packet", [0x81, 0xCA, 0, 2, 0, 0, 0, 1, 1, 9, 65, 66], .truncated, 10),
        ("an unknown item longer than its packet", [0x81, 0xCA, 0, 2, 0, 0, 0, 1, 2, 9, 65, 66], .truncated, 10),
        ("a chunk too few", [0x82, 0xCA, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0], .truncated, 12),
        ("a BYE with a source too few", [0x82, 0xCB, 0, 1, 0, 0, 0, 1], .truncated, 8),
        ("a BYE with a reason too long", [0x81, 0xCB, 0, 2, 0, 0, 0, 1, 4, 65, 66, 67], .truncated, 9),
        ("an XR block that goes on", [0x80, 0xCF, 0, 2, 0, 0, 0, 1, 99, 0, 0, 1], .truncated, 12),
        ("a reference time of one word", [0x80, 0xCF, 0, 3, 0, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0, 0], .wrongBlockLength, 8),
        ("a DLRR of one word", [0x80, 0xCF, 0, 3, 0, 0, 0, 1, 5, 0, 0, 1, 0, 0, 0, 0], .wrongBlockLength, 8),
        ("a summary of one word", [0x80, 0xCF, 0, 3, 0, 0, 0, 1, 6, 0, 0, 1, 0, 0, 0, 0], .wrongBlockLength, 8),
        (
            "a summary of eight words",
            [0x80, 0xCF, 0, 10, 0, 0, 0, 1, 6, 0xE0, 0, 8] + [UInt8](repeating: 0, count: 32),
            .wrongBlockLength, 8
        ),
        (
            "a summary of ten words",
            [0x80, 0xCF, 0, 12, 0, 0, 0, 1, 6, 0xE0, 0, 10] + [UInt8](repeating: 0, count: 40),
            .wrongBlockLength, 8
        ),
        ("a summary cut off", [0x80, 0xCF, 0, 3, 0, 0, 0, 1, 6, 0xE0, 0, 9, 0, 0, 0, 2], .truncated, 12),
        ("VoIP metrics of one word", [0x80, 0xCF, 0, 3, 0, 0, 0, 1, 7, 0, 0, 1, 0, 0, 0, 0], .wrongBlockLength, 8),
        ("65 packets", (0..<65).flatMap { _ in report }, .tooManyPackets, 512),
        (
            "65 blocks", [0x80, 0xCF, 0, 66, 0, 0, 0, 1] + (0..<65).flatMap { _ in [99, 0, 0, 0] as [UInt8] },
            .tooManyPackets, 264
        ),
    ]

    @Test("A malformed datagram is refused with reason and place", arguments: malformed)
    func malformedDatagram(name: String, bytes: [UInt8], reason: RTCPError.Reason, offset: Int) {
        #expect(throws: RTCPError(reason: reason, offset: offset)) { try Fixture.parse(bytes) }
        #expect(!RTCPError(reason: reason, offset: offset).clause.isEmpty)
    }

    @Test("A datagram cut anywhere but between two packets is refused")
    func truncated() {
        let whole = Self.packets.flatMap(\.1)
        var boundaries: Set<Int> = []
        for (place, _) in Self.packets.enumerated() {
            boundaries.insert(Self.packets.prefix(place + 1).reduce(0) { $0 + $1.1.count })
        }
        for length in 0..<whole.count {
            let isRead = (try? Fixture.parse(Array(whole.prefix(length)))) != nil
            #expect(isRead == boundaries.contains(length), "\(length) octets")
        }
    }

    @Test("A report of ours is SR or RR, then SDES, XR and BYE as needed")
    func reports() throws {
        let block = Fixture.senderReportValue.reports[0]
        let silent = RTCPCompound.report(ssrc: 1, sender: nil, report: nil, canonicalName: "a@b")
        #expect(
            silent.packets == [
                .receiverReport(ReceiverReport(ssrc: 1)),
                .sourceDescription(SourceDescription(ssrc: 1, canonicalName: "a@b")),
            ])
        let information = RTCPCompound.SenderInformation(
            ntpTimestamp: NTPTimestamp(rawValue: 7), rtpTimestamp: RTPTimestamp(8), packetCount: 9, octetCount: 10)
        let last = RTCPCompound.report(
            ssrc: 1, sender: information, report: block, canonicalName: "a@b",
            extended: [.voIPMetrics(VoIPMetrics(ssrc: 2))], leaves: true)
        #expect(
            last.packets == [
                .senderReport(
                    SenderReport(
                        ssrc: 1, ntpTimestamp: NTPTimestamp(rawValue: 7), rtpTimestamp: RTPTimestamp(8),
                        packetCount: 9, octetCount: 10, reports: [block])),
                .sourceDescription(SourceDescription(ssrc: 1, canonicalName: "a@b")),
                .extendedReport(ExtendedReport(ssrc: 1, blocks: [.voIPMetrics(VoIPMetrics(ssrc: 2))])),
                .goodbye(Goodbye(sources: [1])),
            ])
        #expect(try Fixture.parse(Fixture.encode(last.packets), reducedSize: false) == last.packets)
    }
}
