import RTP
import Testing

@Suite("SequenceNumber and RTPTimestamp (RFC 3550 section 5.1)")
struct WrappingArithmeticTests {
    @Test(
        "Offsets of sequence numbers go the shorter way round",
        arguments: [
            (1, 0, 1), (0, 65_535, 1), (65_535, 0, -1), (100, 65_500, 136), (65_500, 100, -136), (7, 7, 0),
            (32_767, 0, 32_767), (32_768, 0, -32_768),
        ] as [(UInt16, UInt16, Int16)])
    func sequenceOffset(later: UInt16, earlier: UInt16, offset: Int16) {
        #expect(SequenceNumber(later).offset(from: SequenceNumber(earlier)) == offset)
        #expect(SequenceNumber(later).isNewer(than: SequenceNumber(earlier)) == (offset > 0))
        #expect(SequenceNumber(earlier).advanced(by: Int(offset)) == SequenceNumber(later))
        #expect(SequenceNumber(later).distance(from: SequenceNumber(earlier)) == UInt16(bitPattern: offset))
    }

    @Test("The sequence number after the last is the first")
    func next() {
        #expect(SequenceNumber(65_535).next == SequenceNumber(0))
    }

    @Test(
        "Offsets of timestamps go the shorter way round",
        arguments: [
            (160, 0, 160), (0, 4_294_967_136, 160), (4_294_967_136, 0, -160), (5, 5, 0),
            (2_147_483_648, 0, -2_147_483_648),
        ] as [(UInt32, UInt32, Int32)])
    func timestampOffset(later: UInt32, earlier: UInt32, offset: Int32) {
        #expect(RTPTimestamp(later).offset(from: RTPTimestamp(earlier)) == offset)
        #expect(RTPTimestamp(later).isNewer(than: RTPTimestamp(earlier)) == (offset > 0))
        #expect(RTPTimestamp(earlier).advanced(by: Int(offset)) == RTPTimestamp(later))
    }
}
