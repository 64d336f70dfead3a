/// What a voice endpoint measured of one stream: the VoIP Metrics block of RFC 3611 section 4.7. What was not measured
/// is nil.
public struct VoIPMetrics: Hashable, Sendable {
    static let words = 8
    /// Section 4.7.4 to 4.7.5: the value of a level or a score that is not available.
    private static let unavailable: UInt8 = 127

    /// How lost packets are concealed (section 4.7.6).
    public enum Concealment: UInt8, Sendable {
        /// Nothing is said.
        case unspecified = 0
        /// Silence in place of what was lost.
        case disabled = 1
        /// Better than the codec's usual.
        case enhanced = 2
        /// The codec's usual: a replay of what came before, or better.
        case standard = 3
    }

    /// How the jitter buffer is dimensioned (section 4.7.6).
    public enum JitterBufferKind: UInt8, Sendable {
        /// Nothing is said.
        case unknown = 0
        /// Reserved by the RFC.
        case reserved = 1
        /// Of fixed size.
        case nonAdaptive = 2
        /// Its size follows the jitter.
        case adaptive = 3
    }

    /// The source of the stream.
    public var ssrc: UInt32
    /// Packets lost in the network since the beginning, in 256ths of those expected.
    public var lossRate: UInt8 = 0
    /// Packets discarded by the jitter buffer since the beginning, in 256ths of those expected.
    public var discardRate: UInt8 = 0
    /// Packets lost or discarded within bursts, in 256ths of the packets of bursts.
    public var burstDensity: UInt8 = 0
    /// Packets lost or discarded within gaps, in 256ths of the packets of gaps.
    public var gapDensity: UInt8 = 0
    /// Mean duration of the bursts in ms.
    public var burstDuration: UInt16 = 0
    /// Mean duration of the gaps in ms.
    public var gapDuration: UInt16 = 0
    /// The latest round trip between the RTP interfaces in ms; on the wire 0 stands for nil.
    public var roundTripDelay: UInt16?
    /// Delay in the endpoint itself (jitter buffer, decoder, encoder, packetisation) in ms; on the wire 0 stands for nil.
    public var endSystemDelay: UInt16?
    /// Level of the voice, in dBm0, -128 to 126.
    public var signalLevel: Int8?
    /// Level of the silent background, in dBm0, -128 to 126.
    public var noiseLevel: Int8?
    /// Residual echo return loss in dB, 0 to 255 without 127.
    public var residualEchoReturnLoss: UInt8?
    /// Packets received in a row that end a burst.
    public var gMin: UInt8 = 16
    /// R of the RTP part of the call, 0 to 100.
    public var rFactor: UInt8?
    /// R of what lies beyond this endpoint, 0 to 100.
    public var externalRFactor: UInt8?
    /// Listening MOS in tenths, 10 to 50.
    public var listeningMOSTenths: UInt8?
    /// Conversational MOS in tenths, 10 to 50.
    public var conversationalMOSTenths: UInt8?
    /// How lost packets are concealed.
    public var concealment = Concealment.unspecified
    /// How the jitter buffer is dimensioned.
    public var jitterBufferKind = JitterBufferKind.unknown
    /// How fast an adaptive buffer adapts: 0 to 15, where 2^rate * 2 packets are the time constant.
    public var jitterBufferRate: UInt8 = 0
    /// Delay of packets that come exactly on time, in ms.
    public var jitterBufferNominal: UInt16 = 0
    /// Delay of the earliest packets that are not discarded, in ms.
    public var jitterBufferMaximum: UInt16 = 0
    /// The highest delay that an adaptive buffer can reach, in ms.
    public var jitterBufferAbsoluteMaximum: UInt16 = 0

    /// A block about `ssrc` in which nothing has been measured.
    public init(ssrc: UInt32) {
        self.ssrc = ssrc
    }

    init(parsing block: inout OctetReader) throws(RTCPError) {
        ssrc = try block.uint32()
        lossRate = try block.octet()
        discardRate = try block.octet()
        burstDensity = try block.octet()
        gapDensity = try block.octet()
        burstDuration = try block.uint16()
        gapDuration = try block.uint16()
        roundTripDelay = try Self.measured(block.uint16())
        endSystemDelay = try Self.measured(block.uint16())
        signalLevel = try Self.available(block.octet()).map { Int8(bitPattern: $0) }
        noiseLevel = try Self.available(block.octet()).map { Int8(bitPattern: $0) }
        residualEchoReturnLoss = try Self.available(block.octet())
        gMin = try block.octet()
        rFactor = try Self.available(block.octet())
        externalRFactor = try Self.available(block.octet())
        listeningMOSTenths = try Self.available(block.octet())
        conversationalMOSTenths = try Self.available(block.octet())
        let configuration = try block.octet()
        concealment = Concealment(rawValue: configuration >> 6) ?? .unspecified
        jitterBufferKind = JitterBufferKind(rawValue: configuration >> 4 & 3) ?? .unknown
        jitterBufferRate = configuration & 15
        try block.skip(1)
        jitterBufferNominal = try block.uint16()
        jitterBufferMaximum = try block.uint16()
        jitterBufferAbsoluteMaximum = try block.uint16()
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(uint32: ssrc)
        bytes.append(contentsOf: [lossRate, discardRate, burstDensity, gapDensity])
        bytes.append(uint16: burstDuration)
        bytes.append(uint16: gapDuration)
        bytes.append(uint16: roundTripDelay ?? 0)
        bytes.append(uint16: endSystemDelay ?? 0)
        bytes.append(signalLevel.map { UInt8(bitPattern: $0) } ?? Self.unavailable)
        bytes.append(noiseLevel.map { UInt8(bitPattern: $0) } ?? Self.unavailable)
        bytes.append(residualEchoReturnLoss ?? Self.unavailable)
        bytes.append(gMin)
        bytes.append(rFactor ?? Self.unavailable)
        bytes.append(externalRFactor ?? Self.unavailable)
        bytes.append(listeningMOSTenths ?? Self.unavailable)
        bytes.append(conversationalMOSTenths ?? Self.unavailable)
        bytes.append(concealment.rawValue << 6 | jitterBufferKind.rawValue << 4 | jitterBufferRate & 15)
        bytes.append(0)
        bytes.append(uint16: jitterBufferNominal)
        bytes.append(uint16: jitterBufferMaximum)
        bytes.append(uint16: jitterBufferAbsoluteMaximum)
    }

    private static func available(_ octet: UInt8) -> UInt8? {
        octet == unavailable ? nil : octet
    }

    private static func measured(_ milliseconds: UInt16) -> UInt16? {
        milliseconds == 0 ? nil : milliseconds
    }
}
