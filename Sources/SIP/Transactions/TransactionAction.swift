/// What a `TransactionTable` asks its owner to do, in this order.
public enum TransactionAction: Sendable {
    /// Send a message. The transaction, if it is still there, is the one to name to
    /// `TransactionTable.transportFailed` when that cannot be done.
    case send([UInt8], to: TransportAddress, transaction: TransactionID?)
    /// A new request for the user; `nil` for an ACK that belongs to no transaction, which is that of a 2xx or nobody's.
    case deliverRequest(Request, transaction: ServerTransactionID?, from: TransportAddress)
    /// A response to a request of ours. Repeated 2xx to an INVITE come again, each to be acknowledged by the user
    /// (RFC 3261 §13.2.2.4).
    case deliverResponse(Response, transaction: ClientTransactionID, from: TransportAddress)
    /// A CANCEL (its 200 is sent) for an INVITE that has no final response yet: answer that with 487 (RFC 3261 §9.2).
    case cancelled(ServerTransactionID, by: Request)
    /// A request over a limit of the table, which keeps nothing of it: answer it statelessly with 503, or not at all.
    case refused(Request, from: TransportAddress)
    /// A request of ours has failed; the transaction has ended.
    case failed(ClientTransactionID, TransactionFailure)
    /// An answer of ours has failed. What has ended says `ended`.
    case serverFailed(ServerTransactionID, TransactionFailure)
    /// A transaction is gone; its name means nothing any more.
    case ended(TransactionID)
}

/// Why a transaction failed.
public enum TransactionFailure: Hashable, Sendable {
    /// No response to a request of ours (timers B and F), to be treated as a 408 (RFC 3261 §8.1.3.1).
    case timeout
    /// No ACK for a response of 300 to 699 (timer H).
    case noAcknowledgement
    /// Our user did not answer a request while its client waited (RFC 4320 §4.2).
    case abandoned
    /// The transport could not send, to be treated as a 503 by a client (RFC 3261 §8.1.3.1).
    case transport
}

/// Why a request was not sent.
public enum TransactionError: Error, Hashable, Sendable {
    /// The table holds as many client transactions as it may.
    case tooMany
    /// There is a transaction with this branch and method: a branch is unique (RFC 3261 §8.1.1.7).
    case branchInUse
    /// An ACK has no transaction: send it to the transport (RFC 3261 §13.2.2.4). A CANCEL is sent by
    /// `TransactionTable.cancel`.
    case notATransaction
}
