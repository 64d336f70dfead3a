import Media
import Network
import SIP

extension UserAgent {
    /// The timer has run out.
    func deadline() {
        core.advance(to: .now)
        carryOut()
    }

    /// Does what the core wants done, and what follows from that, until nothing is left; then arms the timer.
    func carryOut() {
        while true {
            let actions = core.takeActions()
            guard !actions.isEmpty else { break }
            for action in actions { perform(action) }
        }
        timer?.arm(core.nextDeadline)
    }

    private func perform(_ action: CoreAction) {
        switch action {
        case .send(let bytes, let peer, let transaction):
            if !send(bytes, to: peer), let transaction { core.sendFailed(transaction, now: .now) }
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
            core.mediaUnavailable(call, now: .now)
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
