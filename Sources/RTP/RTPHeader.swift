/// The header of an RTP packet (RFC 3550 section 5.1) and where in the datagram its payload lies.
///
/// A small value without references: parsing and writing neither allocate nor copy the payload.
public struct RTPHeader: Hashable, Sendable, BitwiseCopyable {
    /// Bytes of the header without contributing sources and extension.
    public static let fixedLength = 12

    /// Payload type, 0 to 127.
    public var payloadType: UInt8
    /// The marker bit: for audio the first packet of a talkspurt (RFC 3551 section 4.1).
    public var marker: Bool
    /// Position of the packet in the stream.
    public var sequenceNumber: SequenceNumber
    /// Sampling instant of the payload's first octet, in ticks of the payload's clock.
    public var timestamp: RTPTimestamp
    /// Synchronisation source: who sent the stream.
    public var ssrc: UInt32
    /// Contributing sources that follow the fixed header, 0 to 15. Written headers have none.
    public private(set) var contributingSourceCount: UInt8 = 0
    /// Whether a header extension (section 5.3.1) follows the contributing sources. Written headers have none.
    public private(set) var hasExtension = false
    private var payloadStart = UInt16(RTPHeader.fixedLength)
    private var payloadEnd = UInt16(RTPHeader.fixedLength)

    /// A header to be written: without contributing sources, extension and padding.
    ///
    /// - Parameter payloadType: 0 to 127; higher values are the caller's error.
    public init(
        payloadType: UInt8, marker: Bool, sequenceNumber: SequenceNumber, timestamp: RTPTimestamp, ssrc: UInt32
    ) {
        precondition(payloadType < 128)
        self.payloadType = payloadType
        self.marker = marker
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Reads the header of the RTP packet that fills `datagram` and checks that contributing sources, extension and
    /// padding lie within it (RFC 3550 A.1). The payload may be empty.
    public init(parsing datagram: UnsafeRawBufferPointer) throws(RTPHeaderError) {
        guard datagram.count >= RTPHeader.fixedLength else { throw .tooShort }
        guard datagram.count <= Int(UInt16.max) else { throw .tooLong }
        let first = datagram[0]
        guard first >> 6 == 2 else { throw .wrongVersion }
        let second = datagram[1]
        payloadType = second & 0x7F
        marker = second & 0x80 != 0
        sequenceNumber = SequenceNumber(datagram.bigEndian16(at: 2))
        timestamp = RTPTimestamp(datagram.bigEndian32(at: 4))
        ssrc = datagram.bigEndian32(at: 8)

        var start = RTPHeader.fixedLength
        var end = datagram.count
        if first & 0x3F != 0 {
            contributingSourceCount = first & 0x0F
            start += 4 * Int(contributingSourceCount)
            guard start <= end else { throw .contributingSourcesBeyondEnd }
            if first & 0x10 != 0 {
                hasExtension = true
                guard start + 4 <= end else { throw .extensionBeyondEnd }
                start += 4 + 4 * Int(datagram.bigEndian16(at: start + 2))
                guard start <= end else { throw .extensionBeyondEnd }
            }
            if first & 0x20 != 0 {
                let padding = Int(datagram[end - 1])
                guard padding > 0, padding <= end - start else { throw .invalidPadding }
                end -= padding
            }
        }
        payloadStart = UInt16(truncatingIfNeeded: start)
        payloadEnd = UInt16(truncatingIfNeeded: end)
    }

    /// Where the payload lies in the datagram that was parsed, without padding.
    public var payloadRange: Range<Int> {
        Range(uncheckedBounds: (Int(payloadStart), Int(payloadEnd)))
    }

    /// Octets of payload in the datagram that was parsed, without padding.
    public var payloadLength: Int { Int(payloadEnd) - Int(payloadStart) }

    /// Where the extension's data lies in the datagram that was parsed (without its four octets of profile and
    /// length), or nil where there is none.
    public var extensionRange: Range<Int>? {
        guard hasExtension else { return nil }
        return RTPHeader.fixedLength + 4 * Int(contributingSourceCount) + 4..<Int(payloadStart)
    }

    /// The contributing source at `index` in the datagram that this header was parsed from, or nil beyond their count.
    public func contributingSource(at index: Int, in datagram: UnsafeRawBufferPointer) -> UInt32? {
        let offset = RTPHeader.fixedLength + 4 * index
        guard index >= 0, index < Int(contributingSourceCount), offset + 4 <= datagram.count else { return nil }
        return datagram.bigEndian32(at: offset)
    }

    /// Writes the fixed header, without contributing sources, extension and padding, to the start of `buffer`.
    ///
    /// - Parameter buffer: at least `fixedLength` octets; fewer are the caller's error.
    public func write(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= RTPHeader.fixedLength)
        buffer[0] = 0x80
        buffer[1] = payloadType & 0x7F | (marker ? 0x80 : 0)
        buffer.storeBytes(of: sequenceNumber.rawValue.bigEndian, toByteOffset: 2, as: UInt16.self)
        buffer.storeBytes(of: timestamp.rawValue.bigEndian, toByteOffset: 4, as: UInt32.self)
        buffer.storeBytes(of: ssrc.bigEndian, toByteOffset: 8, as: UInt32.self)
    }
}

/// Why a datagram is not an RTP packet (RFC 3550 A.1).
public enum RTPHeaderError: Error, Hashable, Sendable, CaseIterable {
    /// Fewer than 12 octets.
    case tooShort
    /// More octets than a UDP datagram can have.
    case tooLong
    /// The version is not 2.
    case wrongVersion
    /// The list of contributing sources ends after the datagram.
    case contributingSourcesBeyondEnd
    /// The header extension ends after the datagram.
    case extensionBeyondEnd
    /// The padding is empty or longer than what follows the header.
    case invalidPadding
}

extension UnsafeRawBufferPointer {
    /// The 16-bit number in network order at `offset`, which the caller has checked to be within the buffer.
    func bigEndian16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32-bit number in network order at `offset`, which the caller has checked to be within the buffer.
    func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
