import SIP

// What comes in and goes out passes here first.
extension UserAgentCore {
    /// Whether a message is looked at any further. Responses and ACKs, which are not answered, always are; repeated
    /// requests and those in a dialog of ours are not counted as new.
    mutating func admits(_ message: Message, from source: TransportAddress, now: Instant) -> Bool {
        guard case .request(let request) = message, request.method != .ack, !edge.isAllowed(source.address) else {
            return true
        }
        if let peer = transactions.peer(of: request) ?? (isInKnownDialog(request) ? source : nil) {
            defer { tellEdgeEvents() }
            return edge.allowsAnswer(to: peer, now: now)
        }
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
        let bytes = request.response(ResponseHead(reply, standing), from: source)
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

    /// The ACK of a 2xx, or a PRACK, has come. The first one has our tag from a response to the INVITE, which arrived
    /// where it was sent. Later ones show nothing more: who knows the tag may forge a re-INVITE and its ACK.
    mutating func proved(_ call: Call, now: Instant) {
        if !call.gate.isAcknowledged, let peer = transactions.peer(of: call.inviteTransaction),
            !peer.transport.isReliable
        {
            edge.prove(peer.address, now: now)
        }
        call.gate.isAcknowledged = true
        leaveStrangers(call)
        guard call.gate.isClosed, !call.session.isOfferPending, !mustWait(call) else { return }
        startMedia(call)
    }

    /// Valid RTP has come for the first time.
    mutating func mediaCame(_ call: Call) {
        call.gate.hasMedia = true
        leaveMediaAddress(call)
        if call.gate.isClosed { startMedia(call) }
    }
}

// MARK: - Calls of strangers

extension UserAgentCore {
    /// Whether a new call is a stranger's, and strangers have as many as they may. Forged INVITEs, whose calls last 32 s
    /// without an ACK, so leave some calls to those who are known.
    func strangersFill(_ call: Call) -> Bool {
        let reserve = EdgeBounds.reserve(of: configuration.maximumCalls)
        return reserve > 0 && strangers >= configuration.maximumCalls - reserve && !edge.isKnown(call.source)
    }

    /// A new call is taken.
    mutating func countStranger(_ call: Call) {
        guard !edge.isKnown(call.source) else { return }
        call.gate.isStranger = true
        strangers += 1
    }

    private mutating func leaveStrangers(_ call: Call) {
        if call.gate.isStranger { strangers -= 1 }
        call.gate.isStranger = false
    }

    /// A call has ended.
    mutating func leaveEdge(_ call: Call) {
        leaveStrangers(call)
        leaveMediaAddress(call)
    }
}
