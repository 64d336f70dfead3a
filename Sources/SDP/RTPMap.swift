/// What an `a=rtpmap` says of a payload type (RFC 8866 6.6), or RFC 3551 where there is none.
struct RTPMap {
    var name: ByteRange
    /// nil where the attribute leaves it out, against the grammar.
    var clockRate: UInt32?
    var channels: UInt8

    /// Reads `<encoding name>/<clock rate>[/<parameters>]`.
    @inline(__always)
    init(parsing bytes: Span<UInt8>, _ value: ByteRange) {
        var rest = value
        let map = bytes.nextToken(of: &rest) ?? .none
        let (name, tail) = bytes.split(map, at: UInt8(ascii: "/"))
        self.name = name
        channels = 1
        guard let tail else { return }
        let (rate, parameters) = bytes.split(tail, at: UInt8(ascii: "/"))
        clockRate = bytes.decimal(rate).flatMap { UInt32(exactly: $0) }
        if let parameters, let count = bytes.decimal(parameters) { channels = UInt8(clamping: count) }
    }
}

/// The static audio payload types of RFC 3551 table 4 that a peer may use without an rtpmap.
enum StaticPayloadType {
    /// What `payloadType` stands for: the encoding name in lower case, the RTP clock rate, and the channels, of which
    /// all but L16 have one.
    static func format(_ payloadType: UInt8) -> (name: StaticString, clockRate: UInt32, channels: UInt8)? {
        switch payloadType {
        case 0: ("pcmu", 8000, 1)
        case 3: ("gsm", 8000, 1)
        case 4: ("g723", 8000, 1)
        case 5: ("dvi4", 8000, 1)
        case 6: ("dvi4", 16000, 1)
        case 7: ("lpc", 8000, 1)
        case 8: ("pcma", 8000, 1)
        case 9: ("g722", 8000, 1)  // Sampled at 16 kHz; the clock is a historical error (RFC 3551 4.5.2).
        case 10: ("l16", 44100, 2)
        case 11: ("l16", 44100, 1)
        case 12: ("qcelp", 8000, 1)
        case 13: ("cn", 8000, 1)
        case 15: ("g728", 8000, 1)
        case 16: ("dvi4", 11025, 1)
        case 17: ("dvi4", 22050, 1)
        case 18: ("g729", 8000, 1)
        default: nil
        }
    }
}
