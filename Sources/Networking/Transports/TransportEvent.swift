/// What the transports tell their user, on the signalling queue.
public enum TransportEvent: Sendable {
    /// Datagrams came to a listener, each with at least one byte: all that were waiting there, at most 64.
    case datagrams([Datagram])
    /// A datagram that was sent did not arrive: ICMP says that there is no such host, port or protocol (RFC 3261 §18.4).
    case datagramFailed(peer: SocketAddress, listener: UInt64, error: SystemError)
    /// A connection can be used: it was accepted or connected, and secured where that was asked for.
    case opened(StreamDescription)
    /// Bytes came in order by a connection, cut anywhere.
    case received([UInt8], flow: UInt64)
    /// A connection is no more. It comes once for each that was opened and for each that `connect` was asked for.
    case closed(flow: UInt64, reason: StreamCloseReason)
    /// A connection from a peer was ended before it was opened: over a limit, or its handshake failed.
    case turnedAway(peer: SocketAddress, listener: UInt64, reason: StreamCloseReason)
}

/// A datagram as it came.
public struct Datagram: Sendable {
    /// The payload, 1 to 65,535 bytes.
    public let bytes: [UInt8]
    /// Where it came from, as the network shows it.
    public let source: SocketAddress
    /// The address and port that it was sent to: an answer leaves from there.
    public let local: SocketAddress
    /// The listener that it came by.
    public let listener: UInt64
}

/// A connection that was opened.
public struct StreamDescription: Sendable {
    /// The number of the connection, used for no other connection and no listener.
    public let flow: UInt64
    /// The far end.
    public let peer: SocketAddress
    /// Our end.
    public let local: SocketAddress
    /// The listener that accepted it; nil where we connected.
    public let listener: UInt64?
    /// What TLS has settled; nil for plain TCP.
    public let security: StreamSecurityDescription?
}

/// What TLS has settled for a connection.
public struct StreamSecurityDescription: Hashable, Sendable {
    /// For instance `TLSv1.3`.
    public let version: String
    /// For instance `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// The names (DNS and URI subject alternative names, else the common name) of the peer's verified certificate; empty
    /// where it showed none.
    public let peerNames: [String]
}

/// Why a connection has ended.
public enum StreamCloseReason: Hashable, Sendable {
    /// We asked for it.
    case requested
    /// The peer has closed its side.
    case peerClosed
    /// Nothing was sent or received for the idle time.
    case idle
    /// The peer connected and then sent nothing.
    case silent
    /// The peer does not take what we send.
    case stalled
    /// More is waiting to be sent than a connection may hold.
    case outputOverflow
    /// The peer did not answer in time.
    case connectTimedOut
    /// The handshake took too long.
    case handshakeTimedOut
    /// The handshake failed, or the secured stream was damaged: the reason in words.
    case securityFailed(String)
    /// There are as many connections as there may be.
    case tooManyConnections
    /// There are as many connections from this source as there may be.
    case tooManyFromSource
    /// There are as many connections that have shown nothing yet as there may be.
    case tooManyHalfOpen
    /// The network or the system refused.
    case failed(SystemError)
}
