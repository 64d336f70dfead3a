import Networking
import SIP

/// A connection: what is framed of it, and who is at the other end.
struct SignallingStream {
    var framer: StreamFramer
    /// TCP or TLS.
    let transport: TransportProtocol
    let peer: SocketAddress
    let local: LocalEndpoint

    /// A connection that was opened.
    init(_ stream: StreamDescription, limits: MessageLimits) {
        framer = StreamFramer(limits: limits)
        transport = stream.security == nil ? .tcp : .tls
        peer = stream.peer
        local = LocalEndpoint(stream.local)
    }

    /// The far end, as transactions know it.
    func address(_ flow: UInt64) -> TransportAddress {
        TransportAddress(transport, IPAddress(peer), port: peer.port, flow: flow)
    }
}

/// Where a connection of ours leads; requests with the same route share one.
struct StreamRoute: Hashable {
    let transport: TransportProtocol
    let peer: SocketAddress
    /// The name that the server's certificate has to bear, for TLS.
    let serverName: String?

    /// How the connection is secured.
    var security: StreamSecurity { transport == .tls ? .tls(serverName: serverName) : .plain }
}

/// Connections of ours, up or on their way, in both directions of looking them up.
struct OutgoingStreams {
    private var flows: [StreamRoute: UInt64] = [:]
    private var routes: [UInt64: StreamRoute] = [:]
    private var serverNames: [SocketAddress: String] = [:]

    /// The server at an address has this name, from now on and until a connection to it has ended.
    mutating func name(_ peer: SocketAddress, _ serverName: String) {
        serverNames[peer] = serverName
    }

    /// The route to a far end.
    func route(to peer: TransportAddress) -> StreamRoute {
        let address = SocketAddress(peer)
        return StreamRoute(
            transport: peer.transport, peer: address,
            serverName: peer.transport == .tls ? serverNames[address] : nil)
    }

    /// The connection of a route.
    subscript(route: StreamRoute) -> UInt64? { flows[route] }

    /// A connection is on its way.
    mutating func add(_ flow: UInt64, _ route: StreamRoute) {
        flows[route] = flow
        routes[flow] = route
    }

    /// A connection has ended; where it led, if it was one of ours.
    mutating func remove(_ flow: UInt64) -> StreamRoute? {
        guard let route = routes.removeValue(forKey: flow) else { return nil }
        if flows[route] == flow { flows[route] = nil }
        if serverNames[route.peer] == route.serverName { serverNames[route.peer] = nil }
        return route
    }
}
