import Audio
import Networking

/// A payload format in both directions: a codec with the numbers that the two ends have given it (RFC 3264 section 5.1).
public struct MediaFormat: Hashable, Sendable {
    /// What the payload is.
    public var codec: Codec
    /// The payload type of what we send, 0 to 127.
    public var sendPayloadType: UInt8
    /// The payload type of what we receive, 0 to 127.
    public var receivePayloadType: UInt8

    /// A codec with different numbers each way, or with its static one.
    public init(_ codec: Codec, sendPayloadType: UInt8? = nil, receivePayloadType: UInt8? = nil) {
        self.codec = codec
        self.sendPayloadType = sendPayloadType ?? codec.payloadType
        self.receivePayloadType = receivePayloadType ?? codec.payloadType
    }
}

/// The payload types of RFC 4733 telephone events, 0 to 127.
public struct TelephoneEventFormat: Hashable, Sendable {
    /// The payload type of what we send.
    public var sendPayloadType: UInt8
    /// The payload type of what we receive.
    public var receivePayloadType: UInt8

    /// Events with these numbers.
    public init(sendPayloadType: UInt8, receivePayloadType: UInt8) {
        self.sendPayloadType = sendPayloadType
        self.receivePayloadType = receivePayloadType
    }
}

/// What we do, from our point of view (RFC 3264 section 6.1).
public enum MediaDirection: Hashable, Sendable {
    /// We send and receive.
    case sendReceive
    /// We send and expect nothing.
    case sendOnly
    /// We receive and send nothing but RTCP.
    case receiveOnly
    /// Neither.
    case inactive

    /// Whether we may send.
    public var sends: Bool {
        switch self {
        case .sendReceive, .sendOnly: true
        case .receiveOnly, .inactive: false
        }
    }

    /// Whether the peer is expected to send.
    public var receives: Bool {
        switch self {
        case .sendReceive, .receiveOnly: true
        case .sendOnly, .inactive: false
        }
    }
}

/// Where what a session sends comes from.
public enum MediaSource: Sendable {
    /// A tone that was encoded once, in the codec of the session's format, without an end.
    case tone(ToneSignal)
    /// Each payload goes back as soon as it arrives.
    case echo
    /// Frames of silence.
    case silence
    /// Nothing but what opens the way: see `MediaSessionParameters.opensPath`.
    case nothing

    /// Whether it sends by the clock, and not only in answer to the peer.
    var isPaced: Bool {
        switch self {
        case .tone, .silence: true
        case .echo, .nothing: false
        }
    }
}

/// What one offer and answer (RFC 3264) and the extension that was dialled make of a session.
///
/// A session's identity (SSRC, and the run of sequence numbers and timestamps) is none of it: it lasts from `open` to
/// `close`, whatever updates come.
public struct MediaSessionParameters: Sendable {
    /// Where the peer wants RTP according to its SDP; nil where it wants none (a null address, RFC 3264 section 8.4).
    public var remote: SocketAddress?
    /// Where the peer wants RTCP; nil for the port after RTP's, and not used with `multiplexesRTCP`.
    public var remoteRTCP: SocketAddress?
    /// Whether RTP and RTCP share the RTP port both ways (RFC 5761).
    public var multiplexesRTCP = false
    /// What we send, and what the peer is expected to send.
    public var format: MediaFormat
    /// Other formats to which the peer may change at any packet; an echo goes back in them. At most 3 count.
    public var alternatives: [MediaFormat] = []
    /// Telephone events, where agreed on.
    public var telephoneEvent: TelephoneEventFormat?
    /// Audio in each packet that we send, in ms: 10 to 60.
    public var packetTime = 20
    /// What we do.
    public var direction = MediaDirection.sendReceive
    /// Whether the peer holds the call: no media is expected then.
    public var isHeld = false
    /// What we send.
    public var source: MediaSource
    /// Whether digits are looked for in the audio as well (ITU-T Q.24).
    public var detectsInBandDigits = false
    /// Whether a source that has nothing to send at first (`echo`, `nothing`) sends one frame of silence where the
    /// peer's media has not come within `pathDelay`: an address translator or firewall may be waiting for ours.
    public var opensPath = true
    /// How long the peer may send no valid RTP before it is reported (and nothing more is sent to it); nil for ever.
    public var mediaTimeout: Duration?
    /// How long the peer's media is awaited before a frame of silence opens the path for it.
    public static let pathDelay = Duration.milliseconds(500)
    /// Whether RTCP is sent. What comes is read in any case.
    public var sendsRTCP = true
    /// Whether the peer has asked for VoIP Metrics blocks (RFC 3611 section 4.7).
    public var sendsVoIPMetrics = false
    /// Whether the peer has asked for Receiver Reference Time and DLRR blocks (RFC 3611 sections 4.4 and 4.5).
    public var sendsReceiverTimes = false
    /// What of Statistics Summary blocks (RFC 3611 section 4.6) the peer has asked for; none of them for no block.
    public var statisticsSummary: StatisticsSummaryGroups = []

    /// Parameters with the defaults of a call with audio both ways.
    public init(remote: SocketAddress?, format: MediaFormat, source: MediaSource) {
        self.remote = remote
        self.format = format
        self.source = source
    }
}
