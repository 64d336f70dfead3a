import Networking

/// Why a session gets no ports.
public enum MediaPortError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Every pair is in use, has been freed just now, or belongs to somebody else: 503 for the caller.
    case exhausted(PortPoolStatistics)
    /// The system refuses sockets or the address to bind to.
    case system(SystemError)

    /// The reason in a line.
    public var description: String {
        switch self {
        case .exhausted(let pool):
            "of \(pool.pairs) pairs of ports \(pool.inUse) are in use, \(pool.resting) freed just now"
        case .system(let error):
            error.description
        }
    }
}
