/// Who may have a connection: counts them against the limits. No I/O.
struct StreamAdmission {
    private(set) var connections = 0
    private(set) var halfOpen = 0
    private var sources: [SocketAddress: Int] = [:]

    /// Counts an accepted connection, or says which limit it would be over.
    mutating func admit(_ peer: SocketAddress, limits: StreamLimits) -> StreamCloseReason? {
        if connections >= limits.connections { return .tooManyConnections }
        if halfOpen >= limits.halfOpenConnections { return .tooManyHalfOpen }
        let source = StreamAdmission.source(of: peer)
        let count = sources[source, default: 0]
        if count >= limits.connectionsPerSource, !limits.exemptNetworks.contains(where: { $0.contains(peer) }) {
            return .tooManyFromSource
        }
        connections += 1
        halfOpen += 1
        sources[source] = count + 1
        return nil
    }

    /// Counts a connection of our own, or says that there are too many.
    mutating func admitOutgoing(limits: StreamLimits) -> StreamCloseReason? {
        if connections >= limits.connections { return .tooManyConnections }
        connections += 1
        return nil
    }

    /// An accepted connection has shown that somebody is there.
    mutating func proved() {
        halfOpen -= 1
    }

    /// An accepted connection is no more.
    mutating func release(_ peer: SocketAddress, wasProved: Bool) {
        connections -= 1
        if !wasProved { halfOpen -= 1 }
        let source = StreamAdmission.source(of: peer)
        let count = sources[source, default: 1]
        sources[source] = count > 1 ? count - 1 : nil
    }

    /// A connection of our own is no more.
    mutating func releaseOutgoing() {
        connections -= 1
    }

    /// One subscriber has a whole /64 of IPv6 (RFC 6177), so that counting its addresses one by one would limit nothing.
    private static func source(of peer: SocketAddress) -> SocketAddress {
        switch peer.family {
        case .ipv4: peer.with(port: 0)
        case .ipv6: SocketAddress(ipv6High: peer.high, low: 0, scope: peer.scope, port: 0)
        }
    }
}
