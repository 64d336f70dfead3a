import Dispatch
import Glibc

/// Finds the addresses of host names off the signalling queue, and tells them on it.
///
/// It belongs to its queue. This is the last step of RFC 3263 (§4.2, A and AAAA); NAPTR and SRV, which say what host to
/// ask for, stand before it.
public final class HostResolver {
    /// What looking up may take.
    public struct Limits: Hashable, Sendable {
        /// Lookups at once; each occupies a thread until the system gives up, whatever the timeout.
        public var concurrent = 4
        /// Lookups that wait for their turn.
        public var waiting = 256
        /// How long the user waits, its turn included.
        public var timeout = Duration.seconds(5)

        /// The defaults.
        public init() {}
    }

    /// Asks the system, on a thread that may wait: addresses with port 0, the best first.
    public typealias Lookup =
        @Sendable (_ host: String, _ family: SocketAddress.Family?) -> Result<[SocketAddress], ResolutionError>

    private struct Query {
        let host: String
        let port: UInt16
        let family: SocketAddress.Family?
        let deadline: ContinuousClock.Instant
        let completion: (Result<[SocketAddress], ResolutionError>) -> Void
    }

    private let queue: SignallingQueue
    private let limits: Limits
    private let lookup: Lookup
    private let workers = DispatchQueue(label: "milliwatt.resolver", attributes: .concurrent)
    private var timer: DeadlineTimer?
    private var queries: [UInt64: Query] = [:]
    private var waiting: [UInt64] = []
    private var running = 0
    private var lastID: UInt64 = 0

    /// A resolver.
    ///
    /// - Parameter lookup: how to ask; the system's `getaddrinfo` by default.
    public init(
        on queue: SignallingQueue, limits: Limits = Limits(), lookup: @escaping Lookup = HostResolver.askSystem
    ) throws(SystemError) {
        self.queue = queue
        self.limits = limits
        self.lookup = lookup
        timer = try DeadlineTimer(on: queue) { [weak self] in self?.expire() }
    }

    /// Asks for the addresses of a host.
    ///
    /// - Parameters:
    ///   - host: a name, or an address, which is its own answer.
    ///   - port: the port of the addresses in the answer.
    ///   - family: the only family to ask for; nil for both.
    ///   - completion: called once on the queue, never within this call: at least one address, the best first.
    /// - Returns: the number of the query, for `cancel`.
    @discardableResult
    public func resolve(
        _ host: String, port: UInt16, family: SocketAddress.Family? = nil,
        completion: @escaping (Result<[SocketAddress], ResolutionError>) -> Void
    ) -> UInt64 {
        queue.checkIsolated()
        lastID += 1
        let id = lastID
        let query = Query(
            host: host, port: port, family: family, deadline: .now + limits.timeout, completion: completion)
        queries[id] = query
        if let address = SocketAddress(host: host, port: 0) {
            let fits = family == nil || family == address.family
            finishLater(id, fits ? .success([address]) : .failure(.notFound(host)))
        } else if waiting.count >= limits.waiting {
            finishLater(id, .failure(.tooMany))
        } else {
            waiting.append(id)
            timer?.arm(query.deadline)
            startNext()
        }
        return id
    }

    /// Forgets a query: its completion is not called.
    public func cancel(_ id: UInt64) {
        queue.checkIsolated()
        queries[id] = nil
        waiting.removeAll { $0 == id }
    }

    private func startNext() {
        while running < limits.concurrent, !waiting.isEmpty {
            let id = waiting.removeFirst()
            guard let query = queries[id] else { continue }
            running += 1
            let (host, family, lookup, queue) = (query.host, query.family, lookup, queue)
            let bound = QueueBound(WeakResolver(self), to: queue)
            workers.async {
                let result = lookup(host, family)
                queue.async { bound.assumeOnQueue().resolver?.looked(up: id, result) }
            }
        }
    }

    private func looked(up id: UInt64, _ result: Result<[SocketAddress], ResolutionError>) {
        running -= 1
        finish(id, result)
        startNext()
    }

    private func finishLater(_ id: UInt64, _ result: Result<[SocketAddress], ResolutionError>) {
        let bound = QueueBound(WeakResolver(self), to: queue)
        queue.async { bound.assumeOnQueue().resolver?.finish(id, result) }
    }

    private func finish(_ id: UInt64, _ result: Result<[SocketAddress], ResolutionError>) {
        guard let query = queries.removeValue(forKey: id) else { return }
        switch result {
        case .success(let addresses) where addresses.isEmpty: query.completion(.failure(.notFound(query.host)))
        case .success(let addresses): query.completion(.success(addresses.map { $0.with(port: query.port) }))
        case .failure: query.completion(result)
        }
    }

    private func expire() {
        let now = ContinuousClock.now
        let late = queries.filter { $0.value.deadline <= now }
        for id in late.keys.sorted() {
            waiting.removeAll { $0 == id }
            finish(id, .failure(.timedOut))
        }
        timer?.arm(queries.values.map(\.deadline).min())
    }
}

/// Keeps a lookup that never ends from keeping its resolver.
private struct WeakResolver {
    weak var resolver: HostResolver?

    init(_ resolver: HostResolver) { self.resolver = resolver }
}

/// A host name has no address to give.
public enum ResolutionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such host, or it has no address of the family.
    case notFound(String)
    /// No answer came in time.
    case timedOut
    /// As many names are being looked up as may be.
    case tooMany
    /// The system could not ask: its words.
    case failed(String)

    /// For instance `no address for phone.example`.
    public var description: String {
        switch self {
        case .notFound(let host): "no address for \(host)"
        case .timedOut: "no answer about the name in time"
        case .tooMany: "too many names are being looked up"
        case .failed(let words): words
        }
    }
}
