import Networking

/// What a session tells its user agent. Events of one session come in the order in which they happened.
public enum MediaEvent: Sendable {
    /// The first valid packet of the session has come.
    case firstPacket(MediaSessionID, FirstPacket)
    /// Media goes to another address than SDP said, because it comes from there.
    case latched(MediaSessionID, to: SocketAddress)
    /// A digit was heard, whichever way it came.
    case digit(MediaSessionID, MediaDigit)
    /// No valid RTP has come for as long as the parameters allow. Nothing is sent until some comes.
    case timedOut(MediaSessionID)
    /// Valid RTP comes again after a `timedOut`.
    case resumed(MediaSessionID)
    /// The reporting interval of the engine's configuration has passed.
    indirect case interval(MediaSessionID, MediaInterval)
    /// What `requestReport` asked for.
    indirect case report(MediaSessionID, MediaReport)
    /// The session has ended; the last event of the session.
    indirect case closed(MediaSessionID, MediaReport)

    /// The session that it is about.
    public var session: MediaSessionID {
        switch self {
        case .firstPacket(let id, _), .latched(let id, _), .digit(let id, _), .timedOut(let id), .resumed(let id),
            .interval(let id, _), .report(let id, _), .closed(let id, _):
            id
        }
    }
}

/// The first valid packet of a session.
public struct FirstPacket: Hashable, Sendable {
    /// When the kernel received it, in nanoseconds since 1970.
    public var arrivalNanoseconds: Int64
    /// Where it came from.
    public var source: SocketAddress
    /// Its synchronisation source.
    public var ssrc: UInt32
}

/// A key that was pressed at the other end.
public struct MediaDigit: Hashable, Sendable {
    /// How it was told.
    public enum Origin: Hashable, Sendable {
        /// By RFC 4733 packets.
        case telephoneEvent
        /// By its tones in the audio.
        case inBand
    }

    /// `0` to `9`, `*`, `#`, `A` to `D`.
    public var character: Character
    /// How it was told.
    public var origin: Origin
    /// When the kernel received the packet that told it, in nanoseconds since 1970.
    public var arrivalNanoseconds: Int64
}
