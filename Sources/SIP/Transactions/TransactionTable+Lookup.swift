extension TransactionTable {
    /// Where an answer goes to a request that belongs to a server transaction: one that was sent again, or the CANCEL
    /// of a request that is being served. Nil for a request that is new.
    public mutating func peer(of request: Request) -> TransportAddress? {
        key.set(request)
        let method = request.method
        return store.find(key, where: { $0 == method || method == .cancel }).map { store[$0].peer }
    }

    /// Where the responses of a server transaction go; nil once it is gone.
    public func peer(of transaction: ServerTransactionID) -> TransportAddress? {
        store.index(slot: transaction.slot, generation: transaction.generation).map { store[$0].peer }
    }
}
