import Media
import Networking
import SIP

extension UserAgent {
    /// A socket has something to say.
    func receive(_ event: TransportEvent) {
        switch event {
        case .datagrams(let datagrams):
            for datagram in datagrams { receive(datagram) }
        case .datagramFailed:
            // The transactions' timers see to it that nothing waits for ever (RFC 3261 18.4 leaves it to us).
            return
        case .opened(let stream):
            streams[stream.flow] = SignallingStream(stream, limits: core.configuration.messageLimits)
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

    /// Sends nothing yet: the answers leave with those to what came together with it.
    private func receive(_ datagram: Datagram) {
        // A keep-alive of line ends (RFC 5626 3.5.1) or a STUN packet is no message.
        guard datagram.bytes.count > 4, datagram.bytes[0] >= 0x0A else { return }
        core.receive(
            datagram.bytes,
            from: TransportAddress(
                .udp, IPAddress(datagram.source), port: datagram.source.port, flow: datagram.listener,
                local: IPAddress(datagram.local)),
            at: LocalEndpoint(datagram.local), now: .now)
        act()
    }

    private func receive(_ bytes: [UInt8], _ flow: UInt64) {
        streams[flow]?.framer.push(bytes)
        var hasEndedOne = false
        while let event = streams[flow]?.framer.next() {
            guard let stream = streams[flow] else { return }
            switch event {
            case .message(let message):
                core.receive(message, from: stream.address(flow), at: stream.local, now: .now)
                // Answers leave in order, before the next message is looked at.
                carryOut()
                hasEndedOne = true
            case .ping:
                transports.send([0x0D, 0x0A], on: flow)
            case .incomplete:
                watchPartialMessage(flow, held: stream.framer.isWithinMessage, hasEndedOne: hasEndedOne)
                return
            case .failed:
                // Where the next message begins is not known any more (RFC 3261 18.3).
                if let error = stream.framer.error {
                    core.receiveUnreadable(error, from: stream.address(flow), now: .now)
                    carryOut()
                }
                partialMessages.forget(flow)
                transports.close(flow)
                return
            }
        }
    }

    private func watchPartialMessage(_ flow: UInt64, held: Bool, hasEndedOne: Bool) {
        let now = Instant.now
        guard partialMessages.note(flow, held: held, hasEndedOne: hasEndedOne, now: now) else { return }
        streamTimer?.arm(.now + partialMessages.limit)
    }

    /// Closes connections on which a message has begun and not ended in time.
    func endOverdueStreams() {
        let now = Instant.now
        for flow in partialMessages.takeOverdue(now: now) { transports.close(flow) }
        if let next = partialMessages.nextDeadline(now: now) { streamTimer?.arm(.now + now.duration(to: next)) }
    }

    private func closed(_ flow: UInt64) {
        let stream = streams.removeValue(forKey: flow)
        partialMessages.forget(flow)
        let route = outgoing.remove(flow)
        let address =
            stream?.address(flow)
            ?? route.map { TransportAddress($0.transport, IPAddress($0.peer), port: $0.peer.port, flow: flow) }
        if let address { core.connectionFailed(address, now: .now) }
    }

    /// Sends a message by a connection, which is made where there is none; false if it is known to be lost.
    func sendByStream(_ bytes: [UInt8], to peer: TransportAddress) -> Bool {
        if peer.flow != 0, transports.send(bytes, on: peer.flow) { return true }
        let route = outgoing.route(to: peer)
        if let flow = outgoing[route], transports.send(bytes, on: flow) { return true }
        let flow = transports.connect(to: SocketAddress(peer), security: route.security)
        outgoing.add(flow, route)
        return transports.send(bytes, on: flow)
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
