import Media
import Networking
import SIP

extension UserAgent {
    /// The timer has run out.
    func deadline() {
        let now = Instant.now
        armedFor = nil
        restsUntil = now + .milliseconds(4)
        core.advance(to: now)
        carryOut()
        if memoryReturn.isDue(held: core.transactions.count, now: now) { SystemMemory.giveBack() }
    }

    /// Does what the core wants done, sends what waits and does what follows from that, until nothing is left; then arms
    /// the timer.
    ///
    /// Messages leave last, in their order and one right after the other: a peer that each of them woke for itself would
    /// cost us more than all else about a call.
    func carryOut() {
        repeat { act() } while sendOutbox()
        // Under load there is a deadline at every moment: they are met together, up to 4 ms late.
        if let deadline = core.earliestDeadline() { arm(max(deadline, restsUntil)) }
    }

    /// Does what the core wants done, but sends nothing yet.
    func act() {
        // A call of this method from within finds memory of its own.
        var actions: [CoreAction] = []
        swap(&actions, &self.actions)
        while true {
            core.takeActions(into: &actions)
            guard !actions.isEmpty else { break }
            // From the end, so that each is moved out and none is copied.
            actions.reverse()
            while let action = actions.popLast() { perform(action) }
        }
        swap(&actions, &self.actions)
    }

    /// Arms the timer, unless it runs out as early already. (A closure here, as of `map`, has its executor looked up.)
    private func arm(_ deadline: Instant) {
        if let armedFor, armedFor <= deadline { return }
        armedFor = deadline
        timer?.arm(.now + Instant.now.duration(to: deadline))
    }

    /// Sends what waits; true if the core has to do something about a failure.
    private func sendOutbox() -> Bool {
        guard !outbox.isEmpty else { return false }
        // What is sent meanwhile waits in another outbox.
        var leaving = Outbox()
        swap(&leaving, &outbox)
        var lost: [Int] = []
        transports.send(leaving.datagrams) { index, _ in lost.append(index) }
        var failed = lost.compactMap { leaving.owners[$0] }
        var left = lost[...]
        for (index, datagram) in leaving.datagrams.enumerated() {
            if left.first == index { left.removeFirst() } else { core.messages.countSent(datagram.bytes) }
        }
        for message in leaving.messages {
            if sendByStream(message.bytes, to: message.peer) {
                core.messages.countSent(message.bytes)
            } else if let transaction = message.transaction {
                failed.append(transaction)
            }
        }
        leaving.clear()
        if outbox.isEmpty { swap(&leaving, &outbox) }
        for transaction in failed { core.sendFailed(transaction, now: .now) }
        return !failed.isEmpty || !outbox.isEmpty
    }

    private func put(_ bytes: [UInt8], _ peer: TransportAddress, _ transaction: TransactionID?) {
        switch peer.transport {
        case .udp:
            outbox.add(
                OutgoingDatagram(
                    bytes: bytes, peer: SocketAddress(peer), local: peer.local.map { SocketAddress($0, port: 0) },
                    listener: peer.flow == 0
                        ? transports.datagramListener(towards: SocketAddress(peer)) ?? 0 : peer.flow),
                transaction)
        case .tcp, .tls:
            outbox.add(Outbox.StreamMessage(bytes: bytes, peer: peer, transaction: transaction))
        }
    }

    private func perform(_ action: CoreAction) {
        switch action {
        case .send(let bytes, let peer, let transaction):
            put(bytes, peer, transaction)
        case .nameServer(let peer, let name):
            outgoing.name(SocketAddress(peer), name)
        case .resolve(let resolution):
            resolve(resolution)
        case .reserveMedia(let call, let place):
            reserveMedia(call, place)
        case .openMedia(let call, let parameters):
            guard let pair = ports.removeValue(forKey: call) else { return }
            let session = engine.open(pair, parameters)
            sessions[call] = session
            calls[session] = call
        case .updateMedia(let call, let parameters):
            if let session = sessions[call] { engine.update(session, parameters) }
        case .reportMedia(let call):
            if let session = sessions[call] { engine.requestReport(session) }
        case .closeMedia(let call):
            closeMedia(call)
        case .publish(let event):
            publish(event)
        case .tell(let event):
            tell(event)
        case .stopped:
            hasStopped = true
            for waiter in stopWaiters { waiter.resume() }
            stopWaiters = []
        }
    }

    private func reserveMedia(_ call: CallHandle, _ place: MediaPlace) {
        do {
            switch place {
            case .at(let local):
                let pair = try engine.reservePorts(on: SocketAddress(local, port: 0))
                ports[call] = pair
                core.mediaReserved(call, port: pair.rtp.port, now: .now)
            case .towards(let peer):
                let local = try LocalAddress.towards(SocketAddress(peer, port: 9))
                let pair = try engine.reservePorts(on: local)
                ports[call] = pair
                core.mediaReserved(call, address: IPAddress(local), port: pair.rtp.port, now: .now)
            }
        } catch {
            core.mediaUnavailable(call, cause: "\(error)", now: .now)
        }
    }

    private func closeMedia(_ call: CallHandle) {
        if let session = sessions.removeValue(forKey: call) {
            // The engine answers with the last report.
            engine.close(session)
        } else {
            ports[call] = nil
            core.mediaClosed(call, report: nil, now: .now)
        }
    }

    /// The media engine tells what has happened, in a batch.
    func receive(_ events: [MediaEvent]) {
        for event in events {
            guard let call = calls[event.session] else { continue }
            if case .closed(let session, _) = event {
                calls[session] = nil
                // A session that ended by itself, because the system refused it.
                if sessions[call] == session { sessions[call] = nil }
            }
            core.receive(event, of: call, now: .now)
        }
        carryOut()
    }

    private func resolve(_ resolution: Resolution) {
        // The first address is taken: A and AAAA records only, without RFC 3263's NAPTR and SRV.
        resolver.resolve(resolution.host, port: resolution.port) { [weak self] result in
            self?.assumeIsolated { userAgent in
                let address = (try? result.get())?.first
                userAgent.core.resolved(resolution, to: address.map { IPAddress($0) }, now: .now)
                userAgent.carryOut()
            }
        }
    }
}
