/// A place to listen at.
public struct ListenerConfiguration: Hashable, Sendable {
    /// What is spoken there.
    public enum Transport: String, Hashable, Sendable {
        /// Datagrams.
        case udp
        /// Streams.
        case tcp
        /// Streams secured by TLS.
        case tls
    }

    /// What is spoken there.
    public var transport: Transport
    /// The address, which may be a wildcard, and the port. With port 0 the system picks one: the same for all UDP and TCP
    /// listeners of one start, and another one for all TLS listeners.
    public var address: SocketAddress
    /// Whether an IPv6 wildcard takes IPv4 too. Otherwise `[::]` and `0.0.0.0` are two listeners.
    public var isDualStack = false
    /// A socket that is bound there already, which the listener takes over; nil binds one.
    public var inherited: InheritedSocket?

    /// A place to listen at.
    public init(_ transport: Transport, _ address: SocketAddress, isDualStack: Bool = false) {
        self.transport = transport
        self.address = address
        self.isDualStack = isDualStack
    }
}

/// A listener that is up.
public struct BoundListener: Hashable, Sendable, CustomStringConvertible {
    /// Its number, used for no other listener and no connection.
    public let id: UInt64
    /// What is spoken there.
    public let transport: ListenerConfiguration.Transport
    /// Where it is, with the port that was picked.
    public let address: SocketAddress

    /// For instance `udp 0.0.0.0:5060`.
    public var description: String { "\(transport.rawValue) \(address)" }
}

/// A listener could not be started.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which one.
    public let listener: ListenerConfiguration
    /// What the system said; `EADDRINUSE` where the port is taken.
    public let cause: SystemError

    /// For instance `udp 0.0.0.0:5060: bind: Address already in use (errno 98)`.
    public var description: String { "\(listener.transport.rawValue) \(listener.address): \(cause)" }
}

/// How a connection of our own is secured.
public enum StreamSecurity: Hashable, Sendable {
    /// Not at all.
    case plain
    /// By TLS; the server's certificate has to bear the name, which is the host name or address of the URI that led there
    /// (RFC 5922 §7.2). Without a name any good certificate will do.
    case tls(serverName: String?)
}
