/// A server transaction of one table: a name that costs nothing to look up and is not used twice.
public struct ServerTransactionID: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

/// A client transaction of one table: a name that costs nothing to look up and is not used twice.
public struct ClientTransactionID: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

/// A transaction of either side.
public enum TransactionID: Hashable, Sendable {
    /// We answer.
    case server(ServerTransactionID)
    /// We ask.
    case client(ClientTransactionID)
}

/// The four machines of RFC 3261 §17.
public enum TransactionKind: Hashable, Sendable, CaseIterable {
    /// We answer an INVITE.
    case serverInvite
    /// We answer another request.
    case serverNonInvite
    /// We sent an INVITE.
    case clientInvite
    /// We sent another request.
    case clientNonInvite
}
