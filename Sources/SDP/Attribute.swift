/// The attributes that offer/answer for one audio stream reads. All others (ICE, DTLS, grouping, feedback)
/// are kept in the bytes and passed over.
enum AttributeKind: Hashable, Sendable {
    /// RFC 8866 6.6
    case rtpmap
    /// RFC 8866 6.15
    case fmtp
    /// RFC 8866 6.4
    case ptime
    /// RFC 8866 6.5
    case maxptime
    /// RFC 8866 6.7
    case direction(Direction)
    /// RFC 3605
    case rtcp
    /// RFC 5761 5.1.1
    case rtcpMux
    /// RFC 3611 5.1
    case rtcpXR
}

/// One attribute that was recognised.
struct AttributeIndex: Hashable, Sendable {
    var kind: AttributeKind
    /// The payload type in front of an rtpmap or fmtp; 255 for the other kinds.
    var payloadType: UInt8
    /// What follows the colon, and for rtpmap and fmtp what follows the payload type.
    var value: ByteRange
}

extension AttributeIndex {
    /// Recognises the value of an `a=` line; nil for what we pass over, including an rtpmap or fmtp whose
    /// payload type is none (0 to 127).
    init?(parsing bytes: Span<UInt8>, _ line: ByteRange) {
        let (name, tail) = bytes.split(line, at: UInt8(ascii: ":"))
        guard let kind = AttributeKind(bytes, bytes.trimmed(name)) else { return nil }
        self.kind = kind
        payloadType = 255
        value = bytes.trimmed(tail ?? ByteRange(lower: line.upper, upper: line.upper))
        guard kind == .rtpmap || kind == .fmtp else { return }
        guard let number = bytes.nextToken(of: &value), let type = bytes.decimal(number), type < 128 else {
            return nil
        }
        payloadType = UInt8(type)
        value = bytes.trimmed(value)
    }
}

extension AttributeKind {
    /// Names are compared exactly: RFC 8866 6 makes them case-sensitive.
    fileprivate init?(_ bytes: Span<UInt8>, _ name: ByteRange) {
        switch name.count {
        case 4 where bytes.matches(name, "fmtp"): self = .fmtp
        case 4 where bytes.matches(name, "rtcp"): self = .rtcp
        case 5 where bytes.matches(name, "ptime"): self = .ptime
        case 6 where bytes.matches(name, "rtpmap"): self = .rtpmap
        case 7 where bytes.matches(name, "rtcp-xr"): self = .rtcpXR
        case 8 where bytes.matches(name, "sendrecv"): self = .direction(.sendrecv)
        case 8 where bytes.matches(name, "sendonly"): self = .direction(.sendonly)
        case 8 where bytes.matches(name, "recvonly"): self = .direction(.recvonly)
        case 8 where bytes.matches(name, "inactive"): self = .direction(.inactive)
        case 8 where bytes.matches(name, "maxptime"): self = .maxptime
        case 8 where bytes.matches(name, "rtcp-mux"): self = .rtcpMux
        default: return nil
        }
    }
}
