import SDP
import SIP

// What comes in and goes out passes here first.
extension UserAgentCore {
    /// Whether a message is looked at any further. What belongs to something that is there always is: responses,
    /// ACKs, repeated requests, and requests in a dialog of ours.
    mutating func admits(_ message: Message, from source: TransportAddress, now: Instant) -> Bool {
        guard case .request(let request) = message, request.method != .ack, !edge.isAllowed(source.address),
            !transactions.holds(request), !isInKnownDialog(request)
        else { return true }
        let verdict = edge.receive(from: source.address, userAgent: request.value(.userAgent), now: now)
        tellEdgeEvents()
        switch verdict {
        case .serve: return true
        case .refuse:
            refuseStatelessly(request, from: source)
            return false
        case .drop: return false
        }
    }

    private func isInKnownDialog(_ request: Request) -> Bool {
        guard request.toTag != nil, let id = DialogID(received: request) else { return false }
        return callsByDialog[id] != nil
    }

    /// Whether a message that cannot be read may get an answer.
    mutating func admitsUnreadable(from source: TransportAddress, now: Instant) -> Bool {
        let verdict = edge.receive(from: source.address, now: now)
        tellEdgeEvents()
        return verdict == .serve
    }

    /// There is no transaction left for a request.
    mutating func refuseForCapacity(_ request: Request, from source: TransportAddress, now: Instant) {
        let isAnswered = edge.refuseForCapacity(source.address, now: now)
        tellEdgeEvents()
        if isAnswered { refuseStatelessly(request, from: source) }
    }

    /// 503 with Retry-After, of which nothing is kept (RFC 3261 21.5.4).
    private mutating func refuseStatelessly(_ request: Request, from source: TransportAddress) {
        let reply = Reply(503, toTag: token(), retryAfter: configuration.edge.retryAfter)
        let bytes = request.response(ResponseHead(reply, configuration: configuration, agent: agent), from: source)
        actions.append(.send(bytes, to: request.responseAddress(from: source), transaction: nil))
    }

    /// A connection was turned away by the transports.
    public mutating func connectionRefused(_ capacity: EdgeEvent.Capacity, from source: IPAddress, now: Instant) {
        edge.connectionRefused(capacity, source, now: now)
        tellEdgeEvents()
    }

    /// Does what is due at the edge.
    mutating func advanceEdge(to now: Instant) {
        edge.advance(to: now)
        tellEdgeEvents()
    }

    private mutating func tellEdgeEvents() {
        for event in edge.takeEvents() { actions.append(.tell(event)) }
    }
}

// MARK: - No amplification

extension UserAgentCore {
    /// Of what the transactions want sent because time has passed, drops what is too much for its destination.
    mutating func skipRepeats(now: Instant) {
        pending.removeAll { action in
            guard case .send(let bytes, let peer, _) = action else { return false }
            return !edge.allowsRepeat(of: bytes.count, to: peer, now: now)
        }
    }

    /// Whether a 200, or a reliable 180, may be sent again.
    mutating func allowsRepeat(of response: [UInt8], in transaction: ServerTransactionID, now: Instant) -> Bool {
        guard let peer = transactions.peer(of: transaction) else { return true }
        return edge.allowsRepeat(of: response.count, to: peer, now: now)
    }

    /// The ACK of a 2xx has come. It has our tag, so the 2xx arrived where it was sent.
    mutating func proved(_ call: Call, now: Instant) {
        if let peer = transactions.peer(of: call.inviteTransaction), !peer.transport.isReliable {
            edge.prove(peer.address, now: now)
        }
        call.gate.isAcknowledged = true
        guard call.gate.isClosed, !call.session.isOfferPending, !mustWait(call) else { return }
        startMedia(call.identity.handle)
    }

    /// Valid RTP has come for the first time.
    mutating func mediaCame(_ handle: CallHandle) {
        guard let call = calls[handle] else { return }
        call.gate.hasMedia = true
        leaveMediaAddress(call)
        if call.gate.isClosed { startMedia(handle) }
    }
}

/// Whether a call's tone may be sent yet.
struct MediaGate {
    /// Whether the caller has acknowledged a 200 of ours.
    var isAcknowledged = false
    /// Whether RTP has come from the caller.
    var hasMedia = false
    /// Whether the tone waits.
    var isClosed = false
    /// The address for which the call is counted, since its RTP goes there although nobody has shown to be there.
    var counted: IPAddress?
}

extension UserAgentCore {
    /// Decides whether the tone may be sent to where the SDP says.
    ///
    /// A forged INVITE costs its sender one packet; without this it would bring the owner of the address half a
    /// minute of RTP. So the tone waits for the ACK, which comes one round trip after the 200. Where the RTP is to go
    /// elsewhere than the signalling, the ACK says nothing about that address: there, a few calls at a time are
    /// believed, and others wait for RTP of the caller. An echo needs no gate: it sends what it receives.
    mutating func weighMedia(_ call: Call) {
        let wasClosed = call.gate.isClosed
        call.gate.isClosed = mustWait(call)
        if call.gate.isClosed, !wasClosed { edge.mediaWithheld() }
    }

    private mutating func mustWait(_ call: Call) -> Bool {
        leaveMediaAddress(call)
        guard call.identity.dialled == .tone, !call.gate.hasMedia, !edge.isAllowed(call.source.address) else {
            return false
        }
        if !call.gate.isAcknowledged, !edge.isKnown(call.source) { return true }
        let limit = configuration.edge.maximumCallsPerMediaAddress
        guard limit > 0, let remote = call.session.audio?.remote.flatMap({ IPAddress(parsing: $0.host) }),
            remote.unmapped != call.source.address.unmapped, !edge.isAllowed(remote)
        else { return false }
        guard callsByMediaAddress[remote, default: 0] < limit else { return true }
        callsByMediaAddress[remote, default: 0] += 1
        call.gate.counted = remote
        return false
    }

    /// The call is no longer one whose RTP goes where nobody has shown to be.
    mutating func leaveMediaAddress(_ call: Call) {
        guard let address = call.gate.counted else { return }
        call.gate.counted = nil
        let count = callsByMediaAddress[address, default: 1]
        callsByMediaAddress[address] = count > 1 ? count - 1 : nil
    }
}
