import SIP

/// What to send where, when there is no connection for a request that is large for UDP.
struct RequestFallback: Sendable {
    var head: RequestHead
    let peer: TransportAddress
}

/// A request as it leaves: a large one by TCP, which does not fragment it (RFC 3261 18.1.1).
struct SizedRequest {
    let octets: [UInt8]
    let peer: TransportAddress
    let fallback: RequestFallback?

    /// The octets beyond which a request goes by TCP where the path's MTU is not known.
    static let largestByUDP = 1300

    init(_ head: RequestHead, to peer: TransportAddress, mayChangeTransport: Bool) {
        let octets = head.encode()
        guard mayChangeTransport, peer.transport == .udp, octets.count > Self.largestByUDP else {
            (self.octets, self.peer, fallback) = (octets, peer, nil)
            return
        }
        var changed = head
        changed.transport = .tcp
        self.octets = changed.encode()
        self.peer = TransportAddress(.tcp, peer.address, port: peer.port)
        fallback = RequestFallback(head: head, peer: peer)
    }
}
