import Networking
import SIP

extension TransactionLimits {
    /// As many transactions as the edge allows; at most half of them INVITEs that ring.
    init(_ edge: EdgeConfiguration) {
        self.init(
            serverTransactions: edge.maximumTransactions,
            pendingInvites: min(100_000, max(1, edge.maximumTransactions / 2)))
    }
}

extension EdgeEvent.Capacity {
    /// The limit for which a connection was turned away; nil for other reasons.
    init?(_ reason: StreamCloseReason) {
        switch reason {
        case .tooManyConnections: self = .connections
        case .tooManyFromSource: self = .connectionsOfSource
        case .tooManyHalfOpen: self = .halfOpenConnections
        case .requested, .peerClosed, .idle, .silent, .stalled, .outputOverflow, .connectTimedOut,
            .handshakeTimedOut, .securityFailed, .failed:
            return nil
        }
    }
}
