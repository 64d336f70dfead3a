/// The transactions of a table and the ways to find them.
///
/// They lie in a slab, so that a name is an index; the dictionaries lead from a hash to the first slot of a chain,
/// whose slots are compared in full.
struct TransactionStore: Sendable {
    private(set) var slots: [TransactionSlot] = []
    /// The number of server transactions.
    private(set) var serverCount = 0
    /// The number of client transactions.
    private(set) var clientCount = 0

    private var free: [UInt32] = []
    private var matches = SlotChains<Int>()
    private var merges = SlotChains<Int>()
    private var paths = SlotChains<TransportAddress>()
    /// Counts transactions, so that the name of one that is gone is not the name of another. After 2**32
    /// transactions numbers come again; whoever kept a name for so long is not told.
    private var generation: UInt32 = 0

    /// The number of transactions.
    var count: Int { serverCount + clientCount }

    subscript(index: Int) -> TransactionSlot {
        _read { yield slots[index] }
        _modify { yield &slots[index] }
    }
}

// MARK: - Finding

extension TransactionStore {
    /// The slot of a name, unless its transaction is gone.
    func index(slot: UInt32, generation: UInt32) -> Int? {
        let index = Int(slot)
        guard index < slots.count, slots[index].generation == generation, slots[index].kind != nil else { return nil }
        return index
    }

    /// The name of a transaction.
    func id(_ index: Int) -> TransactionID {
        slots[index].isServer ? .server(serverID(index)) : .client(clientID(index))
    }

    /// The name of a server transaction.
    func serverID(_ index: Int) -> ServerTransactionID {
        ServerTransactionID(slot: UInt32(index), generation: slots[index].generation)
    }

    /// The name of a client transaction.
    func clientID(_ index: Int) -> ClientTransactionID {
        ClientTransactionID(slot: UInt32(index), generation: slots[index].generation)
    }

    /// The transaction that a key belongs to, of those whose method satisfies a condition.
    func find(_ key: borrowing TransactionKey, where isWanted: (Method) -> Bool) -> Int? {
        var next = matches.first(key.matchHash)
        while let index = next {
            if isWanted(slots[index].method), slots[index].match == key.match { return index }
            next = matches.next(after: index)
        }
        return nil
    }

    /// A transaction whose request has From tag, Call-ID and CSeq in common with another (RFC 3261 §8.2.2.2).
    func findMerged(_ key: borrowing TransactionKey) -> Int? {
        var next = merges.first(key.mergeHash)
        while let index = next {
            if slots[index].merge == key.merge { return index }
            next = merges.next(after: index)
        }
        return nil
    }

    /// The transactions whose messages go to an address by a connection; an address or a transaction whose
    /// connection is not known yet (flow 0) matches all.
    func onPath(_ address: TransportAddress) -> [Int] {
        var found: [Int] = []
        var next = paths.first(TransactionStore.path(address))
        while let index = next {
            let flow = slots[index].peer.flow
            if flow == address.flow || flow == 0 || address.flow == 0 { found.append(index) }
            next = paths.next(after: index)
        }
        return found
    }

    /// An address without the connection, which is not known yet when a request of ours leaves.
    private static func path(_ address: TransportAddress) -> TransportAddress {
        TransportAddress(address.transport, address.address, port: address.port)
    }
}

// MARK: - Adding and removing

extension TransactionStore {
    /// Adds a transaction. Its place is told by the index.
    mutating func insert(_ new: consuming TransactionSlot) -> Int {
        generation &+= 1
        new.generation = generation
        if new.isServer { serverCount += 1 } else { clientCount += 1 }
        let index = free.popLast().map { Int($0) } ?? slots.count
        matches.insert(index, under: new.matchHash)
        if !new.merge.isEmpty { merges.insert(index, under: new.mergeHash) }
        if new.peer.transport.isReliable { paths.insert(index, under: TransactionStore.path(new.peer)) }
        if index < slots.count {
            slots[index] = new
        } else {
            slots.append(new)
        }
        return index
    }

    /// Removes a transaction.
    mutating func remove(_ index: Int) {
        if slots[index].isServer { serverCount -= 1 } else { clientCount -= 1 }
        matches.remove(index, under: slots[index].matchHash)
        if !slots[index].merge.isEmpty { merges.remove(index, under: slots[index].mergeHash) }
        let peer = slots[index].peer
        if peer.transport.isReliable { paths.remove(index, under: TransactionStore.path(peer)) }
        slots[index].machine = .none
        slots[index].match = []
        slots[index].merge = []
        slots[index].retained = []
        slots[index].scheduled = nil
        free.append(UInt32(index))
        if count == 0 { releaseMemory() }
    }

    /// A flood leaves the slab as long as it has made it; when it is over, the memory goes back.
    private mutating func releaseMemory() {
        guard slots.count > 4_096 else { return }
        slots = []
        free = []
        matches.removeAll()
        merges.removeAll()
        paths.removeAll()
    }
}
