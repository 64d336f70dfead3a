/// An audio encoding as RTP names it: what an rtpmap and an fmtp say.
public struct AudioFormat: Hashable, Sendable {
    /// The encoding name (RFC 3551, RFC 4855), compared without regard to case.
    public var name: String
    /// The RTP clock rate in Hz; for G.722 this is 8000 (RFC 3551 4.5.2).
    public var clockRate: UInt32
    /// Audio channels.
    public var channels: UInt8
    /// The number that we offer it under: static (RFC 3551), or 96 to 127. A dynamic number that is taken
    /// gives way to a free one, and in an answer the peer's number holds.
    public var payloadType: UInt8
    /// What our `a=fmtp` says after the number; nil for no `a=fmtp`.
    public var parameters: String?

    /// A format; `payloadType` is 0 to 127.
    public init(name: String, clockRate: UInt32, channels: UInt8 = 1, payloadType: UInt8, parameters: String? = nil) {
        precondition(payloadType < 128, "a payload type has seven bits")
        self.name = name
        self.clockRate = clockRate
        self.channels = channels
        self.payloadType = payloadType
        self.parameters = parameters
    }

    /// G.711 µ-law.
    public static let pcmu = AudioFormat(name: "PCMU", clockRate: 8000, payloadType: 0)
    /// G.711 A-law.
    public static let pcma = AudioFormat(name: "PCMA", clockRate: 8000, payloadType: 8)
    /// G.722 at 64 kbit/s.
    public static let g722 = AudioFormat(name: "G722", clockRate: 8000, payloadType: 9)
}

/// What we can do with an audio stream, and what we want of it.
public struct AudioCapabilities: Hashable, Sendable {
    /// Whose order of codecs decides (RFC 3264 6.1 recommends the offerer's).
    public enum Preference: Hashable, Sendable {
        /// The order of the peer's `m=` line.
        case peer
        /// The order of `codecs`.
        case ours
    }

    /// The codecs, the best first.
    public var codecs: [AudioFormat]
    /// Whose order decides in an answer.
    public var preference = Preference.peer
    /// Whether an answer names only the codec that was chosen, and not all that are shared.
    public var answersOneCodec = false
    /// Whether RFC 4733 telephone events are offered and accepted (0-16: the digits, `*`, `#`, A-D and flash).
    public var telephoneEvents = true
    /// Milliseconds of audio in a packet where the peer asks for nothing that we can do.
    public var packetTime = 20
    /// The largest packet that we want, in milliseconds (`a=maxptime`); nil to say nothing.
    public var maximumPacketTime: Int?
    /// What we want to do ourselves.
    public var direction = Direction.sendrecv
    /// Whether RTP and RTCP may share a port (RFC 5761): offered, and accepted when offered.
    public var rtcpMux = true
    /// The RTCP XR blocks that we send when asked to and ask for ourselves; empty for none (RFC 3611).
    public var extendedReports: ExtendedReports = []
    /// Whether a stream under RTP/AVPF (RFC 4585) is taken. An answer without `a=rtcp-fb` declines every
    /// feedback message, and what is left of the profile is RTP/AVP; baresip, PJSIP and Asterisk take it too.
    public var acceptsFeedbackProfile = true

    /// Capabilities with these codecs, the best first, and the defaults of each property.
    public init(codecs: [AudioFormat]) {
        self.codecs = codecs
    }
}

/// Where our side of the stream is received.
public struct LocalMedia: Hashable, Sendable {
    /// Our address as the peer is to use it, without brackets.
    public var address: String
    /// The family of `address`.
    public var family: AddressFamily
    /// The RTP port.
    public var port: UInt16
    /// The RTCP port; `a=rtcp` (RFC 3605) says so where it is not the next one.
    public var rtcpPort: UInt16

    /// The address and ports of a stream; RTCP is on the next port unless it is given.
    public init(address: String, family: AddressFamily, port: UInt16, rtcpPort: UInt16? = nil) {
        self.address = address
        self.family = family
        self.port = port
        self.rtcpPort = rtcpPort ?? port &+ 1
    }
}
