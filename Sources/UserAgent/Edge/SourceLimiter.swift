import Networking
import SIP

/// Guards the user agent against sources that ask for too much, and addresses in the net against us: a token bucket a
/// source for requests that open something new, and budgets for what is sent where nobody has shown to be.
///
/// A value without I/O; time is a parameter. Everything in it has a bounded size.
public struct SourceLimiter: Sendable {
    /// What becomes of a request.
    public enum Verdict: Hashable, Sendable {
        /// It is served.
        case serve
        /// It gets a 503 with `Retry-After`, and nothing of it is kept.
        case refuse
        /// It gets no answer.
        case drop
    }

    private(set) var configuration: EdgeConfiguration
    private var scanners: [[UInt8]]
    private var table: SourceTable
    private var refusals = TokenBucket(EdgeBounds.refusals)
    private var repeats = TokenBucket(EdgeBounds.repeats)
    private var reports = SourceReports()
    private var scannerLines = LineLimit<SourceKey>()
    private var capacityLines = LineLimit<EdgeEvent.Capacity>()
    private var counters = EdgeStatistics()
    private var events: [EdgeEvent] = []

    /// Nobody has been seen yet.
    public init(_ configuration: EdgeConfiguration = EdgeConfiguration()) {
        self.configuration = configuration
        scanners = Self.scanners(configuration)
        table = SourceTable(
            capacity: configuration.trackedSources, requests: EdgeBounds.requestsPerSource(configuration),
            answers: EdgeBounds.answersPerSource(configuration.newRequestsPerSecond))
    }

    /// Other limits hold from now on. What is remembered of sources stays.
    public mutating func reconfigure(_ configuration: EdgeConfiguration) {
        self.configuration = configuration
        scanners = Self.scanners(configuration)
        table.requests = EdgeBounds.requestsPerSource(configuration)
        table.answers = EdgeBounds.answersPerSource(configuration.newRequestsPerSecond)
    }

    private static func scanners(_ configuration: EdgeConfiguration) -> [[UInt8]] {
        configuration.scannerUserAgents.map { Array($0.lowercased().utf8) }
    }

    /// What was turned away so far.
    public var statistics: EdgeStatistics {
        var statistics = counters
        statistics.sourcesTracked = table.count
        statistics.sourcesEvicted = table.evicted
        return statistics
    }

    /// When `advance(to:)` is due next.
    public var nextDeadline: Instant? { reports.nextDeadline }

    /// Time has passed.
    public mutating func advance(to now: Instant) { events += reports.advance(to: now) }

    /// What the log is to be told since the last time.
    public mutating func takeEvents() -> [EdgeEvent] {
        guard !events.isEmpty else { return [] }
        defer { events = [] }
        return events
    }

    /// Whether a source is in one of the nets that nothing here holds for.
    public func isAllowed(_ source: IPAddress) -> Bool {
        let address = SocketAddress(source, port: 0)
        return configuration.allowedNetworks.contains { $0.contains(address) }
    }

    /// A request that opens something new, or one that cannot be read, has come.
    /// - Parameter userAgent: what it says in `User-Agent`.
    public mutating func receive(
        from source: IPAddress, userAgent: WireText? = nil, now: Instant
    ) -> Verdict {
        guard !isAllowed(source) else { return .serve }
        let key = SourceKey(source)
        if let userAgent, isScanner(userAgent) {
            counters.scannersDropped &+= 1
            if scannerLines.allows(key, now: now) {
                events.append(.scannerDropped(source: source, userAgent: String(userAgent.description.prefix(80))))
            }
            return .drop
        }
        guard configuration.newRequestsPerSecond > 0 else { return .serve }
        let place = table.place(of: key, now: now)
        guard table[place].requests < 1 else {
            table[place].requests -= 1
            return .serve
        }
        let isRefused = table[place].refusals >= 1 && refusals.take(now: now)
        if isRefused { table[place].refusals -= 1 }
        countExcess(of: source, key, wasRefused: isRefused, now: now)
        return isRefused ? .refuse : .drop
    }

    /// Whether a request that opens nothing new, in a call or repeated, gets its answer.
    /// - Parameter peer: where that goes.
    public mutating func allowsAnswer(to peer: TransportAddress, now: Instant) -> Bool {
        guard configuration.newRequestsPerSecond > 0, !peer.transport.isReliable, !isAllowed(peer.address) else {
            return true
        }
        let key = SourceKey(peer.address)
        let place = table.place(of: key, now: now)
        guard table[place].answers < 1 else {
            table[place].answers -= 1
            return true
        }
        countExcess(of: peer.address, key, wasRefused: false, now: now)
        return false
    }

    private mutating func countExcess(
        of source: IPAddress, _ key: SourceKey, wasRefused: Bool, now: Instant
    ) {
        counters.limited &+= 1
        counters.refused &+= wasRefused ? 1 : 0
        if reports.note(source, key, wasRefused: wasRefused, now: now) { events.append(.limited(source: source)) }
    }

    private func isScanner(_ userAgent: WireText) -> Bool {
        guard configuration.dropsScanners else { return false }
        return scanners.contains { name in
            name.count <= userAgent.count
                && zip(name, userAgent.slice).allSatisfy { $0 == ($1 &- 0x41 < 26 ? $1 | 0x20 : $1) }
        }
    }
}

// MARK: - Limits of the whole daemon

extension SourceLimiter {
    /// There is no transaction left for a request. Whether it may get a 503.
    public mutating func refuseForCapacity(_ source: IPAddress, now: Instant) -> Bool {
        counters.overCapacity &+= 1
        tell(.transactions, source, now: now)
        return refusals.take(now: now)
    }

    /// A connection was turned away.
    public mutating func connectionRefused(
        _ capacity: EdgeEvent.Capacity, _ source: IPAddress, now: Instant
    ) {
        counters.connectionsRefused &+= 1
        tell(capacity, source, now: now)
    }

    private mutating func tell(_ capacity: EdgeEvent.Capacity, _ source: IPAddress, now: Instant) {
        if capacityLines.allows(capacity, now: now) { events.append(.overCapacity(capacity, source: source)) }
    }
}

// MARK: - What is sent to whom

extension SourceLimiter {
    /// Something came that only one who receives what we send to this address can have written, such as an ACK with
    /// our tag.
    public mutating func prove(_ address: IPAddress, now: Instant) {
        guard !isAllowed(address) else { return }
        let place = table.place(of: SourceKey(address), now: now)
        table[place].isProved = true
        table[place].isUsed = true
    }

    /// Whether an address is known to be that of a peer: by what has come, by a connection, or by the settings.
    public func isKnown(_ peer: TransportAddress) -> Bool {
        peer.transport.isReliable || table.isProved(SourceKey(peer.address)) || isAllowed(peer.address)
    }

    /// Whether a message may be sent again to a peer only because time has passed.
    public mutating func allowsRepeat(
        of octets: Int, to peer: TransportAddress, now: Instant
    ) -> Bool {
        guard !isKnown(peer) else { return true }
        let place = table.place(of: SourceKey(peer.address), now: now)
        guard table[place].repeats >= Double(octets), repeats.take(Double(octets), now: now) else {
            counters.repeatsSkipped &+= 1
            return false
        }
        table[place].repeats -= Double(octets)
        return true
    }

    /// A tone waits for a sign of the peer.
    mutating func mediaWithheld() { counters.mediaWithheld &+= 1 }
}
