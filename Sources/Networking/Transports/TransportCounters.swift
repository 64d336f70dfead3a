/// What the transports have done since they were started.
public struct TransportCounters: Hashable, Sendable {
    /// UDP.
    public var datagrams = DatagramCounters()
    /// TCP and TLS.
    public var streams = StreamCounters()

    /// All zero.
    public init() {}
}

/// What the UDP listeners have done.
public struct DatagramCounters: Hashable, Sendable {
    /// Datagrams that came and were handed on.
    public var received: UInt64 = 0
    /// Their bytes.
    public var receivedBytes: UInt64 = 0
    /// Datagrams that came without a byte, or from where nothing can be answered (port 0).
    public var ignored: UInt64 = 0
    /// Datagrams that the kernel dropped because the receive buffer was full.
    public var droppedByKernel: UInt64 = 0
    /// Datagrams that were sent.
    public var sent: UInt64 = 0
    /// Their bytes.
    public var sentBytes: UInt64 = 0
    /// Datagrams that were not sent because the send buffer was full.
    public var sendDropped: UInt64 = 0
    /// Datagrams that the system refused to send.
    public var sendFailed: UInt64 = 0
    /// ICMP errors that came for what was sent.
    public var unreachable: UInt64 = 0

    /// All zero.
    public init() {}

    static func += (left: inout DatagramCounters, right: DatagramCounters) {
        left.received &+= right.received
        left.receivedBytes &+= right.receivedBytes
        left.ignored &+= right.ignored
        left.droppedByKernel &+= right.droppedByKernel
        left.sent &+= right.sent
        left.sentBytes &+= right.sentBytes
        left.sendDropped &+= right.sendDropped
        left.sendFailed &+= right.sendFailed
        left.unreachable &+= right.unreachable
    }
}

/// What the TCP and TLS listeners and connections have done.
public struct StreamCounters: Hashable, Sendable {
    /// Connections that there are now.
    public var open: UInt64 = 0
    /// Connections that were accepted, those included that were turned away.
    public var accepted: UInt64 = 0
    /// Connections that we asked for.
    public var connected: UInt64 = 0
    /// Connections that we asked for and did not get.
    public var connectFailed: UInt64 = 0
    /// Accepted connections that were over a limit.
    public var turnedAway: UInt64 = 0
    /// Handshakes that failed or took too long.
    public var handshakeFailed: UInt64 = 0
    /// Connections that were ended for being idle or silent.
    public var idle: UInt64 = 0
    /// Connections that were ended because the peer did not take what we sent.
    public var stalled: UInt64 = 0
    /// How often accepting had to wait because descriptors had run out.
    public var descriptorsExhausted: UInt64 = 0
    /// Bytes that came, as on the wire.
    public var receivedBytes: UInt64 = 0
    /// Bytes that were sent, as on the wire.
    public var sentBytes: UInt64 = 0

    /// All zero.
    public init() {}
}
