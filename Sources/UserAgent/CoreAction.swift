import Media
import SIP

/// What the core wants done. The actor carries the actions out in order; nothing in the core does I/O.
///
/// What is large is boxed, for an action is copied several times on its way.
public enum CoreAction: Sendable {
    /// Send a message; `sendFailed` tells if that cannot be done for a transaction.
    case send([UInt8], to: TransportAddress, transaction: TransactionID?)
    /// The certificate of the server at this address has to bear this name; before the first message to it by TLS.
    case nameServer(TransportAddress, String)
    /// Find the address of a host name, then call `resolved`.
    indirect case resolve(Resolution)
    /// Bind a pair of RTP ports for the call, then call `mediaReserved` or `mediaUnavailable`.
    case reserveMedia(CallHandle, MediaPlace)
    /// Give a reserved pair to the engine: media flows from now on.
    indirect case openMedia(CallHandle, MediaSessionParameters)
    /// Change the session's media.
    indirect case updateMedia(CallHandle, MediaSessionParameters)
    /// Ask the engine for a report, which comes as the event of that name.
    case reportMedia(CallHandle)
    /// End the media (or give back the reserved pair) and report it by `mediaClosed`.
    case closeMedia(CallHandle)
    /// Tell the log, the metrics and the records.
    case publish(CallEvent)
    /// Tell the log what happens at the edge.
    indirect case tell(EdgeEvent)
    /// After `stop`: no call is left, nor a report on one.
    case stopped
}

/// Where a call's RTP ports are to be.
public enum MediaPlace: Hashable, Sendable {
    /// At this address of ours.
    case at(IPAddress)
    /// At the address of ours from which packets to this address of the peer leave: its media has another family than
    /// its signalling.
    case towards(IPAddress)
}

/// A host name to look up on behalf of the core.
public struct Resolution: Hashable, Sendable {
    /// Names the question.
    public let id: UInt64
    /// The host name.
    public let host: String
    /// The port; 5060 or 5061 where the URI has none.
    public let port: UInt16
    /// The transport for which the address is wanted.
    public let transport: TransportProtocol
}
