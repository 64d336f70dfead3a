/// A codec that both sides have, and its payload types.
public struct NegotiatedCodec: Hashable, Sendable {
    /// The codec as our capabilities name it.
    public var format: AudioFormat
    /// The payload type of what we send: the peer's number.
    public var sendPayloadType: UInt8
    /// The payload type of what we receive: our number, and the peer's where we answered.
    public var receivePayloadType: UInt8
    /// What the peer's `a=fmtp` says after the number.
    public var remoteParameters: String?
}

/// The payload types of RFC 4733 telephone events at one clock rate.
public struct NegotiatedTelephoneEvent: Hashable, Sendable {
    /// The RTP clock rate in Hz, that of a negotiated codec.
    public var clockRate: UInt32
    /// The payload type of what we send.
    public var sendPayloadType: UInt8
    /// The payload type of what we receive.
    public var receivePayloadType: UInt8
}

/// Where the peer receives RTP or RTCP.
public struct RemoteMedia: Hashable, Sendable {
    /// An address, or the name that the peer gave in its place; without brackets, never resolved here.
    public var host: String
    /// The family of the address, or to resolve the name for.
    public var family: AddressFamily
    /// The UDP port.
    public var port: UInt16
}

/// What offer and answer agreed on for the audio stream.
public struct NegotiatedAudio: Hashable, Sendable {
    /// The codec that we send with, and that the peer is expected to send.
    public var codec: NegotiatedCodec
    /// The other codecs of the answer, to which the peer may change at any packet (RFC 3264 6.1).
    public var alternatives: [NegotiatedCodec]
    /// Telephone events at the clock rate of the codec that we send with; nil where not agreed on.
    public var telephoneEvent: NegotiatedTelephoneEvent?
    /// Milliseconds of audio in each packet that we send.
    public var packetTime: Int
    /// The peer's `a=maxptime` in milliseconds.
    public var remoteMaximumPacketTime: Int?
    /// What we do.
    public var direction: Direction
    /// Whether the peer holds the call: it wants nothing from us, by direction or by a null address.
    public var held: Bool
    /// Where RTP goes; nil while the peer's address is null (RFC 3264 8.4).
    public var remote: RemoteMedia?
    /// Where RTCP goes; nil as for RTP, and where the port after the RTP port does not exist.
    public var remoteRTCP: RemoteMedia?
    /// Whether RTP and RTCP share the port both ways (RFC 5761).
    public var rtcpMux: Bool
    /// The XR blocks that the peer asks for and we can send (RFC 3611 5.2).
    public var extendedReportsToSend: ExtendedReports
    /// The index of the stream's `m=` line, from 0.
    public var mediaIndex: Int
}

/// What comes of an offer.
public struct Negotiation: Hashable, Sendable {
    /// The body of our answer.
    public var answer: [UInt8]
    /// The stream; nil where a later offer has taken all streams away and the answer agrees.
    public var audio: NegotiatedAudio?
}
