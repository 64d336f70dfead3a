import Media
import Network
import SIP

/// A connection: what is framed of it, and who is at the other end.
struct SignallingStream {
    var framer = StreamFramer()
    let peer: SocketAddress
    let local: LocalEndpoint
}

extension UserAgent {
    /// A socket has something to say.
    func receive(_ event: TransportEvent) {
        switch event {
        case .datagram(let datagram):
            // A keep-alive of line ends (RFC 5626 3.5.1) or a STUN packet is no message.
            guard datagram.bytes.count > 4, datagram.bytes[0] >= 0x0A else { return }
            core.receive(
                datagram.bytes,
                from: TransportAddress(
                    .udp, IPAddress(datagram.source), port: datagram.source.port, flow: datagram.listener,
                    local: IPAddress(datagram.local)),
                at: LocalEndpoint(datagram.local), now: .now)
        case .datagramFailed:
            // The transactions' timers see to it that nothing waits for ever (RFC 3261 18.4 leaves it to us).
            return
        case .opened(let stream):
            streams[stream.flow] = SignallingStream(peer: stream.peer, local: LocalEndpoint(stream.local))
        case .received(let bytes, let flow):
            receive(bytes, flow)
        case .closed(let flow, _):
            closed(flow)
        case .turnedAway(let peer, _, let reason):
            if let capacity = EdgeEvent.Capacity(reason) {
                core.connectionRefused(capacity, from: IPAddress(peer), now: .now)
            }
        }
        carryOut()
    }

    private func receive(_ bytes: [UInt8], _ flow: UInt64) {
        streams[flow]?.framer.push(bytes)
        while let event = streams[flow]?.framer.next() {
            guard let stream = streams[flow] else { return }
            switch event {
            case .message(let message):
                core.receive(
                    message,
                    from: TransportAddress(.tcp, IPAddress(stream.peer), port: stream.peer.port, flow: flow),
                    at: stream.local, now: .now)
                // Answers leave in order, before the next message is looked at.
                carryOut()
            case .ping:
                transports.send([0x0D, 0x0A], on: flow)
            case .incomplete:
                return
            case .failed:
                // Where the next message begins is not known any more (RFC 3261 18.3).
                transports.close(flow)
                return
            }
        }
    }

    private func closed(_ flow: UInt64) {
        let peer = streams.removeValue(forKey: flow)?.peer ?? outgoing.first { $0.value == flow }?.key
        guard let peer else { return }
        if outgoing[peer] == flow { outgoing[peer] = nil }
        core.connectionFailed(TransportAddress(.tcp, IPAddress(peer), port: peer.port, flow: flow), now: .now)
    }

    /// Sends a message; false if it is known to be lost.
    func send(_ bytes: [UInt8], to peer: TransportAddress) -> Bool {
        let address = SocketAddress(peer)
        switch peer.transport {
        case .udp:
            guard let listener = peer.flow == 0 ? transports.datagramListener(towards: address) : peer.flow else {
                return false
            }
            switch transports.send(
                bytes, to: address, from: peer.local.map { SocketAddress($0, port: 0) }, by: listener)
            {
            case .failed: return false
            case .sent, .dropped: return true
            }
        case .tcp, .tls:
            if peer.flow != 0, transports.send(bytes, on: peer.flow) { return true }
            if let flow = outgoing[address], transports.send(bytes, on: flow) { return true }
            let flow = transports.connect(to: address)
            outgoing[address] = flow
            return transports.send(bytes, on: flow)
        }
    }
}

extension IPAddress {
    /// The address of a socket.
    init(_ address: SocketAddress) {
        if let ipv4 = address.ipv4 {
            self.init(v4: ipv4)
        } else {
            self.init(v6High: address.high, low: address.low, scope: address.scope)
        }
    }
}

extension SocketAddress {
    /// The address and port of a hop.
    init(_ peer: TransportAddress) {
        self.init(peer.address, port: peer.port)
    }

    init(_ address: IPAddress, port: UInt16) {
        switch address.family {
        case .v4: self.init(ipv4: UInt32(truncatingIfNeeded: address.low), port: port)
        case .v6: self.init(ipv6High: address.high, low: address.low, scope: address.scope, port: port)
        }
    }
}

extension LocalEndpoint {
    init(_ address: SocketAddress) {
        self.init(address: IPAddress(address), port: address.port)
    }
}
