import CSpanDSP

/// A codec that a call can negotiate, by its name and numbers in the RTP audio profile (RFC 3551, section 4.5).
///
/// The companding is spandsp's implementation of ITU-T G.711: a few instructions a sample and no tables, so that it
/// leaves the caches of a media thread alone.
@frozen
public enum Codec: Hashable, Sendable, CaseIterable {
    /// G.711 µ-law (RFC 3551, section 4.5.14).
    case pcmu
    /// G.711 A-law (RFC 3551, section 4.5.14).
    case pcma

    /// The encoding name of `a=rtpmap` (RFC 8866, section 6.6), in the case in which it is registered.
    public var encodingName: String {
        switch self {
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        }
    }

    /// The rate of the RTP timestamp in Hz.
    public var clockRate: Int { 8000 }

    /// The rate of the linear samples in Hz.
    public var sampleRate: Int { 8000 }

    /// The static payload type (RFC 3551, table 4).
    public var payloadType: UInt8 {
        switch self {
        case .pcmu: 0
        case .pcma: 8
        }
    }

    /// The payload of a millisecond, in octets.
    @inlinable
    public var octetsPerMillisecond: Int { 8 }

    /// The octet that stands for the quietest positive level, for filling a silent frame.
    public var silence: UInt8 {
        switch self {
        case .pcmu: 0xFF
        case .pcma: 0xD5
        }
    }

    /// Finds a codec by its name, which `a=rtpmap` may give in any case, and its clock rate in Hz.
    public init?(encodingName: String, clockRate: Int) {
        let name = encodingName.uppercased()
        guard let codec = Self.allCases.first(where: { $0.encodingName == name && $0.clockRate == clockRate }) else {
            return nil
        }
        self = codec
    }

    /// Finds a codec by its static payload type (RFC 3551, table 4), for a format without an `a=rtpmap`.
    public init?(payloadType: UInt8) {
        guard let codec = Self.allCases.first(where: { $0.payloadType == payloadType }) else { return nil }
        self = codec
    }
}

extension Codec {
    /// Compands a 16-bit linear sample (full scale 3.14 dBm0) to its octet on the wire.
    public func encode(_ sample: Int16) -> UInt8 {
        switch self {
        case .pcmu: linear_to_ulaw(Int32(sample))
        case .pcma: linear_to_alaw(Int32(sample))
        }
    }

    /// Expands an octet of the wire to a 16-bit linear sample, the middle of its quantising interval.
    public func decode(_ octet: UInt8) -> Int16 {
        switch self {
        case .pcmu: ulaw_to_linear(octet)
        case .pcma: alaw_to_linear(octet)
        }
    }

    /// Expands a payload to linear samples.
    ///
    /// - Returns: how many samples were written: one an octet, and no more than `samples` has room for.
    @discardableResult
    public func decode(_ octets: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int16>) -> Int {
        let count = min(octets.count, samples.count)
        switch self {
        case .pcmu:
            for index in 0..<count { samples[index] = ulaw_to_linear(octets[index]) }
        case .pcma:
            for index in 0..<count { samples[index] = alaw_to_linear(octets[index]) }
        }
        return count
    }
}
