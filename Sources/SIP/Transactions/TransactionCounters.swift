/// What a `TransactionTable` has seen since it was made.
public struct TransactionCounters: Hashable, Sendable {
    /// A count for each of the four machines.
    public struct ByKind: Hashable, Sendable {
        private var counts = InlineArray<4, UInt64>(repeating: 0)

        /// The count of one machine.
        public subscript(kind: TransactionKind) -> UInt64 {
            get { counts[ByKind.index(kind)] }
            set { counts[ByKind.index(kind)] = newValue }
        }

        /// The sum of all machines.
        public var total: UInt64 { TransactionKind.allCases.reduce(0) { $0 &+ self[$1] } }

        private static func index(_ kind: TransactionKind) -> Int {
            switch kind {
            case .serverInvite: 0
            case .serverNonInvite: 1
            case .clientInvite: 2
            case .clientNonInvite: 3
            }
        }

        /// Whether all counts are equal.
        public static func == (one: ByKind, other: ByKind) -> Bool {
            TransactionKind.allCases.allSatisfy { one[$0] == other[$0] }
        }

        /// Hashes all counts.
        public func hash(into hasher: inout Hasher) {
            for kind in TransactionKind.allCases { hasher.combine(self[kind]) }
        }
    }

    /// Transactions made.
    public var created = ByKind()
    /// Requests (server) or responses (client) that a transaction had already.
    public var retransmissionsReceived = ByKind()
    /// Messages sent again, by a timer or because the peer repeated its own.
    public var retransmissionsSent = ByKind()
    /// Transactions given up: timers B, F and H, and requests that our user left unanswered.
    public var timeouts = ByKind()
    /// Errors of the transport reported to the user.
    public var transportErrors = ByKind()
    /// Requests refused because of a limit.
    public var refused: UInt64 = 0
    /// Requests that came on two ways and were answered 482 (RFC 3261 §8.2.2.2).
    public var merged: UInt64 = 0
    /// CANCELs of an INVITE, or of nothing (answered 481).
    public var cancels: UInt64 = 0
    /// CANCELs that matched nothing, answered 481.
    public var strayCancels: UInt64 = 0
    /// Responses that belong to no transaction, and were dropped.
    public var strayResponses: UInt64 = 0
    /// 100 Trying sent because the user took longer than 200 ms.
    public var automaticTryings: UInt64 = 0

    /// Zeros.
    public init() {}
}
