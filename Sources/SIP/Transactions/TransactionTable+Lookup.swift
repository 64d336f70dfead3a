extension TransactionTable {
    /// Whether a request belongs to a server transaction that is there: it was sent again, or it is the CANCEL of a
    /// request that is being served.
    public mutating func holds(_ request: Request) -> Bool {
        key.set(request)
        let method = request.method
        return store.find(key, where: { $0 == method || method == .cancel }) != nil
    }

    /// Where the responses of a server transaction go; nil once it is gone.
    public func peer(of transaction: ServerTransactionID) -> TransportAddress? {
        store.index(slot: transaction.slot, generation: transaction.generation).map { store[$0].peer }
    }
}
