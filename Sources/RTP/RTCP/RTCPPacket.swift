/// One packet of RTCP.
public enum RTCPPacket: Hashable, Sendable {
    /// SR (RFC 3550 section 6.4.1).
    case senderReport(SenderReport)
    /// RR (RFC 3550 section 6.4.2).
    case receiverReport(ReceiverReport)
    /// SDES (RFC 3550 section 6.5).
    case sourceDescription(SourceDescription)
    /// BYE (RFC 3550 section 6.6).
    case goodbye(Goodbye)
    /// XR (RFC 3611 section 2).
    case extendedReport(ExtendedReport)
    /// APP, feedback and whatever else is not read here, by its packet type. Nothing of it is kept: it is not encoded.
    case other(type: UInt8)

    /// Appends the packet's octets.
    public func encode(into bytes: inout [UInt8]) {
        switch self {
        case .senderReport(let report): report.encode(into: &bytes)
        case .receiverReport(let report): report.encode(into: &bytes)
        case .sourceDescription(let description): description.encode(into: &bytes)
        case .goodbye(let goodbye): goodbye.encode(into: &bytes)
        case .extendedReport(let report): report.encode(into: &bytes)
        case .other: break
        }
    }
}

/// The RTCP packets of one datagram: compound (RFC 3550 section 6.1) or of reduced size (RFC 5506).
public struct RTCPCompound: Hashable, Sendable {
    /// More packets than this in one datagram are an attack, not a report.
    public static let maximumPackets = 64

    /// In the order of the datagram.
    public var packets: [RTCPPacket]

    /// These packets.
    public init(_ packets: [RTCPPacket]) {
        self.packets = packets
    }

    /// Reads the packets that fill `datagram` and checks them by RFC 3550 A.2. One malformed packet refuses them all.
    ///
    /// - Parameter reducedSize: whether any packet may come first, as RFC 5506 allows where it was agreed; otherwise it
    ///   is a sender or a receiver report.
    public init(parsing datagram: UnsafeRawBufferPointer, reducedSize: Bool = true) throws(RTCPError) {
        var reader = OctetReader(datagram)
        packets = []
        guard reader.remaining > 0 else { throw reader.failure(.empty) }
        repeat {
            guard packets.count < Self.maximumPackets else { throw reader.failure(.tooManyPackets) }
            packets.append(try RTCPPacket(parsing: &reader, isFirst: packets.isEmpty, reducedSize: reducedSize))
        } while reader.remaining > 0
    }

    /// Appends the octets of all packets.
    public func encode(into bytes: inout [UInt8]) {
        for packet in packets { packet.encode(into: &bytes) }
    }
}

extension RTCPPacket {
    init(parsing reader: inout OctetReader, isFirst: Bool, reducedSize: Bool) throws(RTCPError) {
        let start = reader
        let first = try reader.octet()
        let type = try reader.octet()
        guard first >> 6 == 2, (192...223).contains(type) else { throw start.failure(.wrongVersion) }
        let isReport = type == SenderReport.packetType || type == ReceiverReport.packetType
        guard !isFirst || reducedSize || isReport else { throw start.failure(.notCompound) }
        let words = try Int(reader.uint16())
        var body = try reader.part(4 * words)
        if first & 0x20 != 0 {
            guard reader.remaining == 0 else { throw start.failure(.misplacedPadding) }
            let padding = Int(body.lastOctet ?? 0)
            guard padding > 0, padding % 4 == 0, padding <= body.remaining else { throw start.failure(.invalidPadding) }
            body.dropLast(padding)
        }
        let count = Int(first & 0x1F)
        self =
            switch type {
            case SenderReport.packetType: .senderReport(try SenderReport(parsing: &body, count: count))
            case ReceiverReport.packetType: .receiverReport(try ReceiverReport(parsing: &body, count: count))
            case SourceDescription.packetType: .sourceDescription(try SourceDescription(parsing: &body, count: count))
            case Goodbye.packetType: .goodbye(try Goodbye(parsing: &body, count: count))
            case ExtendedReport.packetType: .extendedReport(try ExtendedReport(parsing: &body))
            default: .other(type: type)
            }
    }
}
