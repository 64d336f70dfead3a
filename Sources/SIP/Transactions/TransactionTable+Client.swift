extension TransactionTable {
    /// Sends a request in a transaction of its own. Its topmost Via has a branch that is ours alone.
    public mutating func send(
        _ request: Request, to peer: TransportAddress, now: Instant,
        into actions: inout [TransactionAction]
    ) throws(TransactionError) -> ClientTransactionID {
        switch request.method {
        case .ack, .cancel:
            throw .notATransaction
        case .invite, .bye, .options, .register, .prack, .update, .info, .message, .notify, .refer, .subscribe,
            .publish, .other:
            let index = try start(request, to: peer, now: now, into: &actions)
            return store.clientID(index)
        }
    }

    private mutating func start(
        _ request: Request, to peer: TransportAddress, now: Instant,
        into actions: inout [TransactionAction]
    ) throws(TransactionError) -> Int {
        let method = request.method
        guard store.clientCount < limits.clientTransactions else { throw .tooMany }
        key.setSent(request)
        guard store.find(key, where: { $0 == method }) == nil else { throw .branchInUse }
        let isReliable = peer.transport.isReliable
        let machine: TransactionSlot.Machine =
            method == .invite
            ? .clientInvite(.init(reliable: isReliable, now: now, timers: timers))
            : .clientNonInvite(.init(reliable: isReliable, now: now, timers: timers))
        let index = insert(machine, method: method, peer: peer, request: request.bytes)
        send(request.bytes, index, into: &actions)
        settle(index, into: &actions)
        return index
    }

    /// Gives an INVITE up. The CANCEL leaves now, or with the first provisional response (RFC 3261 §9.1); its own
    /// transaction is the table's business. The INVITE ends with a 487, with a 200 that was faster, or with `failed`.
    public mutating func cancel(
        _ id: ClientTransactionID, now: Instant, into actions: inout [TransactionAction]
    ) {
        guard let index = store.index(slot: id.slot, generation: id.generation),
            case .clientInvite(var machine) = store[index].machine
        else { return }
        let action = machine.cancel(now: now, timers: timers)
        store[index].machine = .clientInvite(machine)
        switch action {
        case .send: sendCancel(index, now: now, into: &actions)
        case .wait, .ignore: break
        }
        settle(index, into: &actions)
    }

    private mutating func sendCancel(
        _ index: Int, now: Instant, into actions: inout [TransactionAction]
    ) {
        guard let invite = store[index].retainedRequest,
            case .request(let cancel) = try? Message(parsing: invite.cancellation()),
            let started = try? start(cancel, to: store[index].peer, now: now, into: &actions)
        else { return }
        store[started].isInternal = true
    }
}

// MARK: - Responses

extension TransactionTable {
    /// A response has come. One that belongs to no transaction is dropped (RFC 6026 §7.2, RFC 3261 §18.1.2), and so
    /// is one with more than our own Via (§8.1.3.3).
    mutating func receive(
        _ response: Response, from source: TransportAddress, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        let method = response.cSeq.method
        key.set(response)
        guard response.viaCount == 1, let index = store.find(key, where: { $0 == method }) else {
            counters.strayResponses &+= 1
            return
        }
        switch store[index].machine {
        case .clientInvite(var machine):
            let before = machine.state
            let action = machine.receive(status: response.status, now: now, timers: timers)
            store[index].machine = .clientInvite(machine)
            if before == .accepted || before == .completed {
                counters.retransmissionsReceived[.clientInvite] &+= 1
            }
            perform(action, response, index, from: source, now: now, into: &actions)
        case .clientNonInvite(var machine):
            let action = machine.receive(status: response.status, now: now, timers: timers)
            store[index].machine = .clientNonInvite(machine)
            switch action {
            case .deliver: deliver(response, index, from: source, into: &actions)
            case .absorb: counters.retransmissionsReceived[.clientNonInvite] &+= 1
            }
        case .serverInvite, .serverNonInvite, .none:
            break
        }
        settle(index, into: &actions)
    }

    private mutating func perform(
        _ action: ClientInviteTransaction.ResponseAction, _ response: Response, _ index: Int,
        from source: TransportAddress, now: Instant, into actions: inout [TransactionAction]
    ) {
        switch action {
        case .deliver:
            deliver(response, index, from: source, into: &actions)
        case .deliverAndCancel:
            deliver(response, index, from: source, into: &actions)
            sendCancel(index, now: now, into: &actions)
        case .acknowledgeAndDeliver:
            acknowledge(response, index, into: &actions)
            deliver(response, index, from: source, into: &actions)
        case .acknowledge:
            resend(index, into: &actions)
        case .absorb:
            break
        }
    }

    private func deliver(
        _ response: Response, _ index: Int, from source: TransportAddress, into actions: inout [TransactionAction]
    ) {
        guard !store[index].isInternal else { return }
        actions.append(.deliverResponse(response, transaction: store.clientID(index), from: source))
    }

    /// Sends the ACK of a failure, which is kept in place of the INVITE for repeated responses (§17.1.1.2).
    private mutating func acknowledge(
        _ response: Response, _ index: Int, into actions: inout [TransactionAction]
    ) {
        guard let invite = store[index].retainedRequest else { return }
        store[index].retained = invite.acknowledgement(of: response)
        send(store[index].retained, index, into: &actions)
    }
}

// MARK: - Timers

extension TransactionTable {
    mutating func perform(
        _ action: ClientInviteTransaction.TimerAction, _ index: Int, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        switch action {
        case .none: break
        case .resend: resend(index, into: &actions)
        case .fail: report(.timeout, index, into: &actions)
        case .cancel: sendCancel(index, now: now, into: &actions)
        }
    }

    mutating func perform(
        _ action: ClientNonInviteTransaction.TimerAction, _ index: Int, into actions: inout [TransactionAction]
    ) {
        switch action {
        case .none: break
        case .resend: resend(index, into: &actions)
        case .fail: report(.timeout, index, into: &actions)
        }
    }
}
