/// Why an offer or an answer leads to no audio stream.
public enum NegotiationError: Error, Hashable, Sendable {
    /// No `m=audio` line with a port other than 0.
    case noAudio
    /// None of the peer's formats is one of ours.
    case noSharedCodec
    /// Audio is there only under a profile that we do not speak, such as RTP/SAVP.
    case unsupportedProfile
    /// Audio is there only for a multicast group or the broadcast address.
    case multicast
    /// An address type other than IP4 and IP6, or one that our own address cannot reach.
    case incompatibleAddress
    /// Audio is there, but no `c=` line holds for it (RFC 8866 5.7).
    case missingConnection
    /// An answer that refuses our stream, lacks it, or comes without an offer.
    case refused

    /// The SIP status for a request with such an offer: 488, or 400 where the description is at fault.
    public var status: Int {
        switch self {
        case .missingConnection: 400
        case .noAudio, .noSharedCodec, .unsupportedProfile, .multicast, .incompatibleAddress, .refused: 488
        }
    }

    /// The warn-code of RFC 3261 20.43.
    public var warningCode: Int {
        switch self {
        case .noAudio, .refused: 304
        case .noSharedCodec: 305
        case .unsupportedProfile: 302
        case .multicast: 330
        case .incompatibleAddress: 301
        case .missingConnection: 399
        }
    }

    /// The text for the Warning header field: no quotes or backslashes in it.
    public var warningText: String {
        switch self {
        case .noAudio: "Media type not available: an audio stream is needed"
        case .refused: "Media type not available: the audio stream was refused"
        case .noSharedCodec: "Incompatible media format: no shared audio codec"
        case .unsupportedProfile: "Incompatible transport protocol: RTP/AVP is needed"
        case .multicast: "Multicast not available"
        case .incompatibleAddress: "Incompatible network address formats"
        case .missingConnection: "No connection address for the audio stream"
        }
    }
}
