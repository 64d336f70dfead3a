/// The transactions of a user agent: the four machines, and the finding of the one that a message belongs to
/// (RFC 3261 §17).
///
/// The table does no I/O and reads no clock. Each input appends what is to be done to an array of actions; when
/// `nextDeadline` has come, `advance` is due.
public struct TransactionTable: Sendable {
    /// The timers of all transactions.
    public let timers: TimerValues
    /// How much the table takes on.
    public var limits: TransactionLimits
    /// What the table has seen.
    public internal(set) var counters = TransactionCounters()
    /// The INVITEs that wait for their final response.
    public internal(set) var pendingInvites = 0

    var store = TransactionStore()
    @usableFromInline var deadlines = DeadlineQueue()
    var key = TransactionKey()
    var tags: TagSource

    /// An empty table. The seed, a random number, makes the To tags of the responses that the table sends by itself.
    public init(timers: TimerValues = .standard, limits: TransactionLimits = TransactionLimits(), seed: UInt64) {
        self.timers = timers
        self.limits = limits
        tags = TagSource(seed: seed)
    }

    /// The number of transactions of both sides.
    public var count: Int { store.count }

    /// The number of transactions in which we answer.
    public var serverCount: Int { store.serverCount }

    /// The number of transactions in which we ask.
    public var clientCount: Int { store.clientCount }

    /// When `advance` is due next; at times it then finds nothing to do.
    @inlinable public var nextDeadline: Instant? { deadlines.first?.deadline }

    /// A message has come. One that is of no use is dropped and counted.
    public mutating func receive(
        _ message: Message, from source: TransportAddress, now: Instant,
        into actions: inout [TransactionAction]
    ) {
        switch message {
        case .request(let request): receive(request, from: source, now: now, into: &actions)
        case .response(let response): receive(response, from: source, now: now, into: &actions)
        }
    }

    /// Time has passed: everything that is due by now is done.
    public mutating func advance(to now: Instant, into actions: inout [TransactionAction]) {
        while let entry = deadlines.popFirst(dueBy: now) {
            guard let index = store.index(slot: entry.slot, generation: entry.generation),
                store[index].scheduled == entry.deadline
            else { continue }
            store[index].scheduled = nil
            while let due = store[index].machine.deadline, due <= now {
                advance(index, to: now, into: &actions)
            }
            settle(index, into: &actions)
        }
    }

    private mutating func advance(
        _ index: Int, to now: Instant, into actions: inout [TransactionAction]
    ) {
        switch store[index].machine {
        case .serverInvite(var machine):
            let action = machine.advance(to: now, timers: timers)
            store[index].machine = .serverInvite(machine)
            perform(action, index, into: &actions)
        case .serverNonInvite(var machine):
            let action = machine.advance(to: now)
            store[index].machine = .serverNonInvite(machine)
            perform(action, index, into: &actions)
        case .clientInvite(var machine):
            let action = machine.advance(to: now, timers: timers)
            store[index].machine = .clientInvite(machine)
            perform(action, index, now: now, into: &actions)
        case .clientNonInvite(var machine):
            let action = machine.advance(to: now, timers: timers)
            store[index].machine = .clientNonInvite(machine)
            perform(action, index, into: &actions)
        case .none:
            break
        }
    }
}

// MARK: - What all four have in common

extension TransactionTable {
    /// After an input: a transaction that has ended goes; another is put down for its next deadline.
    mutating func settle(_ index: Int, into actions: inout [TransactionAction]) {
        guard !store[index].machine.isTerminated else {
            if !store[index].isInternal { actions.append(.ended(store.id(index))) }
            store.remove(index)
            if store.count == 0 { deadlines.removeAll() }
            return
        }
        guard let deadline = store[index].machine.deadline else { return }
        // A deadline that was put off is found out when the queue calls at the earlier one.
        if let scheduled = store[index].scheduled, scheduled <= deadline { return }
        store[index].scheduled = deadline
        deadlines.insert(
            .init(deadline: deadline, slot: UInt32(index), generation: store[index].generation))
    }

    /// Sends a message of a transaction.
    func send(_ bytes: [UInt8], _ index: Int, into actions: inout [TransactionAction]) {
        actions.append(.send(bytes, to: store[index].peer, transaction: store.id(index)))
    }

    /// Sends again what the transaction keeps.
    mutating func resend(_ index: Int, into actions: inout [TransactionAction]) {
        guard let kind = store[index].kind else { return }
        counters.retransmissionsSent[kind] &+= 1
        send(store[index].retained, index, into: &actions)
    }

    /// Tells the user of a failure, unless the transaction is the table's own.
    mutating func report(
        _ failure: TransactionFailure, _ index: Int, into actions: inout [TransactionAction]
    ) {
        guard let kind = store[index].kind else { return }
        switch failure {
        case .timeout, .noAcknowledgement, .abandoned: counters.timeouts[kind] &+= 1
        case .transport: counters.transportErrors[kind] &+= 1
        }
        guard !store[index].isInternal else { return }
        switch kind {
        case .serverInvite, .serverNonInvite: actions.append(.serverFailed(store.serverID(index), failure))
        case .clientInvite, .clientNonInvite: actions.append(.failed(store.clientID(index), failure))
        }
    }

    /// Adds a transaction whose key is in `key`.
    mutating func insert(
        _ machine: TransactionSlot.Machine, method: Method, peer: TransportAddress, request: [UInt8]
    ) -> Int {
        let index = store.insert(
            TransactionSlot(
                machine: machine, method: method, peer: peer, match: key.match, matchHash: key.matchHash,
                merge: key.merge, mergeHash: key.mergeHash, retained: request, generation: 0))
        if let kind = store[index].kind { counters.created[kind] &+= 1 }
        return index
    }
}

// MARK: - Errors of the transport

extension TransactionTable {
    /// A message of a transaction could not be sent (RFC 3261 §17.1.4, §17.2.4).
    public mutating func transportFailed(_ transaction: TransactionID, into actions: inout [TransactionAction]) {
        let index =
            switch transaction {
            case .server(let id): store.index(slot: id.slot, generation: id.generation)
            case .client(let id): store.index(slot: id.slot, generation: id.generation)
            }
        guard let index else { return }
        transportFailed(index, into: &actions)
    }

    /// A connection is gone, or could not be made: all transactions that use it are told. One to which no connection
    /// was assigned yet (flow 0) is found by its address alone. Datagram transports have no connections.
    public mutating func connectionFailed(_ address: TransportAddress, into actions: inout [TransactionAction]) {
        for index in store.onPath(address) { transportFailed(index, into: &actions) }
    }

    private mutating func transportFailed(_ index: Int, into actions: inout [TransactionAction]) {
        let isReported: Bool
        switch store[index].machine {
        case .serverInvite(var machine):
            isReported = machine.transportFailed() == .report
            store[index].machine = .serverInvite(machine)
        case .serverNonInvite(var machine):
            isReported = machine.transportFailed() == .fail
            store[index].machine = .serverNonInvite(machine)
        case .clientInvite(var machine):
            isReported = machine.transportFailed() == .fail
            store[index].machine = .clientInvite(machine)
        case .clientNonInvite(var machine):
            isReported = machine.transportFailed() == .fail
            store[index].machine = .clientNonInvite(machine)
        case .none:
            isReported = false
        }
        if isReported { report(.transport, index, into: &actions) }
        settle(index, into: &actions)
    }
}
