/// What connections may take of time and memory.
public struct StreamLimits: Hashable, Sendable {
    /// Connections at once, accepted and our own.
    public var connections = 4096
    /// Accepted connections at once from one source: an IPv4 address, or an IPv6 /64.
    public var connectionsPerSource = 64
    /// Nets whose sources `connectionsPerSource` does not hold for.
    public var exemptNetworks: [IPNetwork] = IPNetwork.loopback
    /// Accepted connections at once that have not sent anything yet, or are in their handshake.
    public var halfOpenConnections = 1024
    /// Bytes that may wait to be sent on one connection.
    public var outputBytes = 256 * 1024
    /// How long the peer may take to answer our connect.
    public var connectTimeout = Duration.seconds(10)
    /// How long TLS may take to be settled.
    public var handshakeTimeout = Duration.seconds(10)
    /// How long a peer may stay without a byte after it has connected.
    public var silenceTimeout = Duration.seconds(20)
    /// How long a connection may stay without a byte in either direction.
    public var idleTimeout = Duration.seconds(600)
    /// How long a peer may take from the first byte of a message to its last; whoever frames messages holds to it.
    public var messageTimeout = Duration.seconds(30)
    /// How long bytes may wait to be sent without the peer taking any.
    public var stallTimeout = Duration.seconds(30)
    /// How long a peer may take to read the rest and close, once we have closed our side.
    public var closeTimeout = Duration.seconds(2)
    /// How long a connection is quiet before the kernel asks whether the peer still lives, in whole seconds; it asks four
    /// times at a quarter of that.
    public var keepAliveTime = Duration.seconds(60)
    /// How long accepting waits when descriptors have run out.
    public var exhaustionPause = Duration.milliseconds(250)

    /// The defaults, which no softphone and no small trunk meets.
    public init() {}

    var shortest: Duration {
        [connectTimeout, handshakeTimeout, silenceTimeout, idleTimeout, stallTimeout, closeTimeout, exhaustionPause]
            .min()
            ?? connectTimeout
    }
}
