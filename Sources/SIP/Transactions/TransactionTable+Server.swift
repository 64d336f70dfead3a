extension TransactionTable {
    /// A request has come: it is one that a transaction has had already, or an ACK, or new.
    mutating func receive(
        _ request: Request, from source: TransportAddress, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        let method = request.method
        if method == .ack {
            receiveAcknowledgement(request, from: source, now: now, into: &actions)
            return
        }
        key.set(request)
        if let index = store.find(key, where: { $0 == method }) {
            receiveAgain(index, into: &actions)
            return
        }
        let original = method == .cancel ? store.find(key, where: { $0 != .cancel }) : nil
        // A CANCEL makes room and is never too much.
        guard original != nil || hasRoom(for: method) else {
            counters.refused &+= 1
            actions.append(.refused(request, from: source))
            return
        }
        // A request that came on two ways is refused the second time (§8.2.2.2). A CANCEL of that one finds nothing.
        let isMerged = method != .cancel && !key.merge.isEmpty && store.findMerged(key) != nil
        if method == .cancel || isMerged { key.merge = [] }
        let index = insertServer(request, from: source, now: now)
        if method == .cancel {
            answerCancel(request, index, of: original, now: now, into: &actions)
        } else if isMerged {
            counters.merged &+= 1
            answer(request, index, status: 482, tag: tags.next(), now: now, into: &actions)
        } else {
            actions.append(.deliverRequest(request, transaction: store.serverID(index), from: source))
            settle(index, into: &actions)
        }
    }

    private func hasRoom(for method: Method) -> Bool {
        guard store.serverCount < limits.serverTransactions else { return false }
        return method != .invite || pendingInvites < limits.pendingInvites
    }

    private mutating func insertServer(
        _ request: Request, from source: TransportAddress, now: Instant
    ) -> Int {
        let isReliable = source.transport.isReliable
        let machine: TransactionSlot.Machine
        if request.method == .invite {
            machine = .serverInvite(.init(reliable: isReliable, now: now, timers: timers))
            pendingInvites += 1
        } else {
            machine = .serverNonInvite(.init(reliable: isReliable, now: now, timers: timers))
        }
        return insert(
            machine, method: request.method, peer: request.responseAddress(from: source), request: request.bytes)
    }

    /// The request of a transaction has come again.
    private mutating func receiveAgain(_ index: Int, into actions: inout [TransactionAction]) {
        if let kind = store[index].kind { counters.retransmissionsReceived[kind] &+= 1 }
        switch store[index].machine {
        case .serverInvite(var machine):
            if machine.receiveInvite() == .resend { resend(index, into: &actions) }
        case .serverNonInvite(var machine):
            if machine.receiveRequest() == .resend { resend(index, into: &actions) }
        case .clientInvite, .clientNonInvite, .none:
            break
        }
    }

    /// An ACK has come: the one of a failure stays here; that of a 2xx, which has a transaction of its own, goes up.
    private mutating func receiveAcknowledgement(
        _ request: Request, from source: TransportAddress, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        guard let index = findInvite(acknowledgedBy: request),
            case .serverInvite(var machine) = store[index].machine
        else {
            actions.append(.deliverRequest(request, transaction: nil, from: source))
            return
        }
        let action = machine.receiveAcknowledgement(now: now, timers: timers)
        store[index].machine = .serverInvite(machine)
        switch action {
        case .deliver: actions.append(.deliverRequest(request, transaction: nil, from: source))
        case .absorb: break
        }
        settle(index, into: &actions)
    }

    private mutating func findInvite(acknowledgedBy request: Request) -> Int? {
        key.set(request)
        if let index = store.find(key, where: { $0 == .invite }) { return index }
        guard key.isLegacy, request.toTag != nil else { return nil }
        // RFC 2543: the tag in the ACK is that of the response; the INVITE, outside of a dialog, had none (§17.2.3).
        key.set(request, ignoringToTag: true)
        guard let index = store.find(key, where: { $0 == .invite }) else { return nil }
        return answeredTag(index).map { $0 == request.toTag } ?? true ? index : nil
    }

    /// The tag that the last response of a server transaction has in To; `nil` when there is none to be seen.
    private func answeredTag(_ index: Int) -> WireText? {
        store[index].retainedResponse?.toTag
    }
}

// MARK: - Answers

extension TransactionTable {
    /// The user answers a request. A response that comes too late, such as a 200 after a 487, is not sent; whether
    /// this one was.
    @discardableResult
    public mutating func respond(
        _ response: [UInt8], status: Int, in id: ServerTransactionID, now: Instant,
        into actions: inout [TransactionAction]
    ) -> Bool {
        guard let index = store.index(slot: id.slot, generation: id.generation) else { return false }
        return respond(response, status: status, index, now: now, into: &actions)
    }

    private mutating func respond(
        _ response: [UInt8], status: Int, _ index: Int, now: Instant,
        into actions: inout [TransactionAction]
    ) -> Bool {
        switch store[index].machine {
        case .serverInvite(var machine):
            let wasPending = machine.state == .proceeding
            let action = machine.respond(status: status, now: now, timers: timers)
            store[index].machine = .serverInvite(machine)
            if wasPending, machine.state != .proceeding { pendingInvites -= 1 }
            switch action {
            case .send: keep(response, index)
            case .sendOnce: keep([], index)
            case .refuse: return false
            }
        case .serverNonInvite(var machine):
            let action = machine.respond(status: status, now: now, timers: timers)
            store[index].machine = .serverNonInvite(machine)
            switch action {
            case .send: keep(response, index)
            case .refuse: return false
            }
        case .clientInvite, .clientNonInvite, .none:
            return false
        }
        send(response, index, into: &actions)
        settle(index, into: &actions)
        return true
    }

    private mutating func keep(_ response: [UInt8], _ index: Int) {
        store[index].retained = response
        store[index].hasResponse = !response.isEmpty
    }

    /// Answers a request of which the user hears nothing.
    private mutating func answer(
        _ request: Request, _ index: Int, status: Int, tag: String, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        store[index].isInternal = true
        let response = request.response(status: status, toTag: tag, from: store[index].peer)
        _ = respond(response, status: status, index, now: now, into: &actions)
    }

    /// RFC 3261 §9.2: 200 if there is something to cancel, else 481. Only an INVITE without its final response is
    /// cancelled by it.
    private mutating func answerCancel(
        _ request: Request, _ index: Int, of original: Int?, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        counters.cancels &+= 1
        guard let original else {
            counters.strayCancels &+= 1
            answer(request, index, status: 481, tag: tags.next(), now: now, into: &actions)
            return
        }
        let tag = answeredTag(original)?.description ?? tags.next()
        answer(request, index, status: 200, tag: tag, now: now, into: &actions)
        if store[original].isPendingInvite, !store[original].isInternal {
            actions.append(.cancelled(store.serverID(original), by: request))
        }
    }
}

// MARK: - Timers

extension TransactionTable {
    mutating func perform(
        _ action: ServerInviteTransaction.TimerAction, _ index: Int, into actions: inout [TransactionAction]
    ) {
        switch action {
        case .none: break
        case .sendTrying: sendTrying(index, into: &actions)
        case .resend: resend(index, into: &actions)
        case .fail: report(.noAcknowledgement, index, into: &actions)
        }
    }

    mutating func perform(
        _ action: ServerNonInviteTransaction.TimerAction, _ index: Int, into actions: inout [TransactionAction]
    ) {
        switch action {
        case .none: break
        case .fail: report(.abandoned, index, into: &actions)
        }
    }

    /// The user is slow, and the client is to stop repeating its INVITE (§17.2.1).
    private mutating func sendTrying(_ index: Int, into actions: inout [TransactionAction]) {
        guard let request = store[index].retainedRequest else { return }
        counters.automaticTryings &+= 1
        keep(request.response(status: 100, toTag: nil, from: store[index].peer), index)
        send(store[index].retained, index, into: &actions)
    }
}
