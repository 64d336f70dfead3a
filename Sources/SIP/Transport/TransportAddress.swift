/// The far end of a datagram or a connection, and the way to it.
public struct TransportAddress: Hashable, Sendable {
    /// The transport protocol of this hop.
    public var transport: TransportProtocol
    /// The address of the far end.
    public var address: IPAddress
    /// The port of the far end.
    public var port: UInt16
    /// The listener (UDP) or the connection (TCP, TLS) that a message came by and that an answer is to leave by;
    /// 0 while there is none yet.
    public var flow: UInt64
    /// The address of ours that a datagram came to and that an answer is to leave from; nil leaves it to the routing.
    public var local: IPAddress?

    /// The far end at an address and a port.
    public init(
        _ transport: TransportProtocol, _ address: IPAddress, port: UInt16, flow: UInt64 = 0, local: IPAddress? = nil
    ) {
        self.transport = transport
        self.address = address
        self.port = port
        self.flow = flow
        self.local = local
    }
}

extension TransportAddress: CustomStringConvertible {
    /// The transport, host and port, such as `UDP 192.0.2.1:5060`.
    public var description: String { "\(transport.viaName) \(address.hostDescription(port: port))" }
}
