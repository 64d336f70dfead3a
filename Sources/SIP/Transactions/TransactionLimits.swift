/// How much a `TransactionTable` takes on.
///
/// A transaction costs about 0.5 kB, and the response that it keeps, for 32 s after its answer over UDP: a call
/// costs two of them.
public struct TransactionLimits: Hashable, Sendable {
    /// Server transactions of all methods; a request beyond is refused.
    public var serverTransactions: Int
    /// INVITEs without a final response; an INVITE beyond is refused.
    public var pendingInvites: Int
    /// Client transactions; a request beyond is not sent.
    public var clientTransactions: Int

    /// Limits; each is an inclusive maximum.
    public init(
        serverTransactions: Int = 800_000, pendingInvites: Int = 100_000, clientTransactions: Int = 400_000
    ) {
        self.serverTransactions = serverTransactions
        self.pendingInvites = pendingInvites
        self.clientTransactions = clientTransactions
    }
}
