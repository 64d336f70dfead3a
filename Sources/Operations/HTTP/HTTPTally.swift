import Networking

/// HTTP requests by what was asked for and answered: paths that there are not, and what is no request, have one name.
final class HTTPTally: Sendable {
    private struct Key: Hashable {
        let path: String
        let status: Int
    }

    /// From zero, so that the first request of a path shows as an increase.
    private let counts = Locked<[Key: UInt64]>(
        Dictionary(uniqueKeysWithValues: HTTPAnswer.Endpoint.allCases.map { (Key(path: $0.rawValue, status: 200), 0) }))

    /// A request is answered.
    ///
    /// - Parameter endpoint: nil where there is none, or what came is no request.
    func count(_ endpoint: HTTPAnswer.Endpoint?, status: Int) {
        counts.withLock { $0[Key(path: endpoint?.rawValue ?? "other", status: status), default: 0] &+= 1 }
    }

    /// What was counted, by path and status.
    var samples: [(path: String, status: Int, count: UInt64)] {
        counts.withLock { $0 }.map { ($0.path, $0.status, $1) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    }
}
