import RTP
import Testing

@Suite("RTPHeader (RFC 3550 section 5.1)")
struct RTPHeaderTests {
    /// A PCMU packet with marker, sequence number 0xFFFE, timestamp 160, SSRC 0xDEADBEEF and four octets of payload.
    static let plain: [UInt8] = [
        0x80, 0x80, 0xFF, 0xFE, 0, 0, 0, 0xA0, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4,
    ]

    static func parse(_ bytes: [UInt8]) throws(RTPHeaderError) -> RTPHeader {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(RTPHeaderError) in try RTPHeader(parsing: buffer) }
        }
        return try result.get()
    }

    @Test("A plain packet's fields and payload are read")
    func plainPacket() throws {
        let header = try Self.parse(Self.plain)
        #expect(header.payloadType == 0)
        #expect(header.marker)
        #expect(header.sequenceNumber == SequenceNumber(0xFFFE))
        #expect(header.timestamp == RTPTimestamp(160))
        #expect(header.ssrc == 0xDEAD_BEEF)
        #expect(header.payloadRange == 12..<16)
        #expect(header.extensionRange == nil)
    }

    @Test("Contributing sources, extension and padding do not belong to the payload")
    func everything() throws {
        let bytes: [UInt8] =
            [0xB2, 0x08, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]  // padding, extension, two contributing sources
            + [0, 0, 0, 4, 0, 0, 0, 5]
            + [0xBE, 0xDE, 0, 1, 0x10, 0xAA, 0, 0]
            + [7, 7, 7] + [0, 0, 3]
        let header = try Self.parse(bytes)
        #expect(header.contributingSourceCount == 2)
        #expect(header.extensionRange == 24..<28)
        #expect(header.payloadRange == 28..<31)
        bytes.withUnsafeBytes { buffer in
            #expect(header.contributingSource(at: 0, in: buffer) == 4)
            #expect(header.contributingSource(at: 1, in: buffer) == 5)
            #expect(header.contributingSource(at: 2, in: buffer) == nil)
            #expect(header.contributingSource(at: -1, in: buffer) == nil)
        }
    }

    static let malformed: [(String, [UInt8], RTPHeaderError)] = [
        ("empty", [], .tooShort),
        ("eleven octets", Array(plain.prefix(11)), .tooShort),
        ("version 1", [0x40] + plain.dropFirst(), .wrongVersion),
        ("zeros", [UInt8](repeating: 0, count: 64), .wrongVersion),
        ("two contributing sources in four octets", [0x82] + plain.dropFirst(), .contributingSourcesBeyondEnd),
        ("no room for the extension's length", [0x90] + plain[1..<14], .extensionBeyondEnd),
        ("extension of 65,535 words", [0x90] + plain[1..<12] + [0, 0, 0xFF, 0xFF], .extensionBeyondEnd),
        ("padding of 0", [0xA0] + plain[1..<15] + [0], .invalidPadding),
        ("padding beyond the payload", [0xA0] + plain[1..<15] + [5], .invalidPadding),
        ("padding without payload", [0xA0] + plain[1..<12], .invalidPadding),
    ]

    @Test("A malformed packet is refused with its reason", arguments: malformed)
    func malformedPacket(name: String, bytes: [UInt8], reason: RTPHeaderError) {
        #expect(throws: reason) { try Self.parse(bytes) }
    }

    @Test("What is longer than a datagram can be is refused")
    func tooLong() {
        #expect(throws: RTPHeaderError.tooLong) { try Self.parse(Self.plain + [UInt8](repeating: 0, count: 65_520)) }
        #expect(throws: Never.self) { try Self.parse(Self.plain + [UInt8](repeating: 0, count: 65_519)) }
    }

    @Test("Padding may fill everything after the header")
    func onlyPadding() throws {
        #expect(try Self.parse([0xA0] + Self.plain[1..<15] + [4]).payloadLength == 0)
    }

    @Test("What is written is what was read")
    func roundTrip() throws {
        let header = try Self.parse(Array(Self.plain.prefix(12)))
        var bytes = [UInt8](repeating: 0xEE, count: 12)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        #expect(bytes == Array(Self.plain.prefix(12)))
        #expect(try Self.parse(bytes) == header)
    }
}

@Suite("MultiplexedPacketKind (RFC 5761 section 4)")
struct MultiplexedPacketKindTests {
    static let cases: [([UInt8], MultiplexedPacketKind)] = [
        ([0x80, 0], .rtp),
        ([0x80, 0x80], .rtp),
        ([0x80, 127], .rtp),
        ([0x80, 255], .rtp),
        ([0x80, 191], .rtp),
        ([0x80, 192], .rtcp),
        ([0x81, 200], .rtcp),
        ([0x80, 207], .rtcp),
        ([0x80, 223], .rtcp),
        ([0x80, 224], .rtp),
        ([0x00, 0x01], .other),  // a STUN binding request
        ([0x16, 0xFE], .other),  // a DTLS handshake
        ([0xC0, 0], .other),
    ]

    @Test("The first two octets tell RTP from RTCP and from neither", arguments: cases)
    func kind(start: [UInt8], kind: MultiplexedPacketKind) {
        let packet = start + [UInt8](repeating: 0, count: 12)
        #expect(packet.withUnsafeBytes { MultiplexedPacketKind(of: $0) } == kind)
    }

    @Test("An RTCP packet may have eight octets, an RTP packet has twelve", arguments: 0..<12)
    func short(length: Int) {
        let rtp = Array([0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0].prefix(length)) as [UInt8]
        #expect(rtp.withUnsafeBytes { MultiplexedPacketKind(of: $0) } == .other)
        let bye = Array([0x81, 203, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0].prefix(length)) as [UInt8]
        #expect(bye.withUnsafeBytes { MultiplexedPacketKind(of: $0) } == (length < 8 ? .other : .rtcp))
    }
}
