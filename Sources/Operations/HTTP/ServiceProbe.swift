import Media
import Networking
import UserAgent

/// The parts that health and metrics are asked of. Nothing here may wait: answers come later, on any thread, or never.
public struct ServiceParts: Sendable {
    /// Asks signalling for its figures.
    let signalling: @Sendable (_ answer: @escaping @Sendable (UserAgentFigures) -> Void) -> Void
    /// Asks every media worker whether it works; each answers with its number.
    let workers: @Sendable (_ answer: @escaping @Sendable (Int) -> Void) -> Void
    /// What the media workers published last.
    let media: @Sendable () -> MediaStatistics
    /// Those that know of calls.
    let calls: CallParts

    /// Parts behind functions.
    init(
        signalling: @escaping @Sendable (_ answer: @escaping @Sendable (UserAgentFigures) -> Void) -> Void,
        workers: @escaping @Sendable (_ answer: @escaping @Sendable (Int) -> Void) -> Void,
        media: @escaping @Sendable () -> MediaStatistics, calls: CallParts
    ) {
        (self.signalling, self.workers, self.media, self.calls) = (signalling, workers, media, calls)
    }

    /// The parts of a user agent.
    public init(_ userAgent: UserAgent) {
        self.init(
            signalling: { answer in userAgent.askForFigures(answer) },
            workers: { answer in userAgent.pingMedia(answer) },
            media: { userAgent.mediaStatistics }, calls: CallParts(userAgent))
    }
}

/// Takes snapshots of the daemon. Requests that come while one is taken share it, so that however many there are, no part
/// is asked more than once at a time.
public actor ServiceProbe {
    /// Which parts have to answer.
    enum Scope: Hashable {
        case signalling, everything
    }

    private enum Answer: Sendable {
        case signalling(UserAgentFigures)
        case worker(Int)
        case http
    }

    private struct Life: Sendable {
        var state = ServiceState.starting
        var listeners: [ServiceListener] = []
        var maximumCalls: Int
        /// Asks the HTTP server whether it works; nil where there is none.
        var http: (@Sendable (_ answer: @escaping @Sendable () -> Void) -> Void)?
        /// Where call records are counted, and read; nil where none are kept.
        var records: (@Sendable () -> RecordCounts)?
        var history: HistoryPage?
    }

    private let parts: ServiceParts
    nonisolated let calls: CallDirectory
    nonisolated let names = CallNames(start: LogRecord.now() / 1_000_000_000)
    nonisolated let tally = HTTPTally()
    private let patience: Duration
    private let start = ContinuousClock.now
    private nonisolated let life: Locked<Life>
    private var running: [Scope: Task<ServiceSnapshot, Never>] = [:]

    /// A probe of a daemon that starts now.
    ///
    /// - Parameters:
    ///   - parts: what to ask.
    ///   - maximumCalls: the limit of calls at once.
    ///   - patience: how long a part may take to answer.
    public init(_ parts: ServiceParts, maximumCalls: Int, patience: Duration = .seconds(1)) {
        self.parts = parts
        calls = CallDirectory(parts.calls, patience: patience)
        life = Locked(Life(maximumCalls: maximumCalls))
        self.patience = patience
    }

    /// The state that health tells.
    public nonisolated var state: ServiceState { life.withLock { $0.state } }

    /// The state that health tells from now on.
    public nonisolated func enter(_ state: ServiceState) {
        life.withLock { $0.state = state }
    }

    /// The limit of calls at once from now on.
    public nonisolated func limitCalls(to maximum: Int) {
        life.withLock { $0.maximumCalls = maximum }
    }

    /// A socket is bound.
    public nonisolated func add(_ listener: ServiceListener) {
        life.withLock { $0.listeners.append(listener) }
    }

    /// HTTP is served, and has to answer too.
    public nonisolated func add(_ http: HTTPService) {
        life.withLock { life in
            life.listeners.append(http.listener)
            life.http = { http.ping($0) }
        }
    }

    /// Call records are kept.
    public nonisolated func add(_ records: CallRecords) {
        life.withLock { life in
            life.records = { records.counts }
            life.history = records.database.map(HistoryPage.init(database:))
        }
    }

    /// Where call records are read; nil where there is no database.
    nonisolated var history: HistoryPage? { life.withLock { $0.history } }

    /// Who does not answer in time.
    public func silentParts() async -> [ServicePart] { await snapshot(.everything).silent }

    /// The sockets that are bound.
    public nonisolated var listeners: [ServiceListener] { life.withLock { $0.listeners } }

    func snapshot(_ scope: Scope) async -> ServiceSnapshot {
        if let task = running[scope] { return await task.value }
        let task = Task { await take(scope) }
        running[scope] = task
        defer { running[scope] = nil }
        return await task.value
    }

    private func take(_ scope: Scope) async -> ServiceSnapshot {
        var snapshot = ServiceSnapshot()
        (snapshot.signalling, snapshot.asked, snapshot.silent) = await ask(scope)
        snapshot.media = parts.media()
        snapshot.requests = tally.samples
        (snapshot.state, snapshot.listeners, snapshot.maximumCalls) = life.withLock {
            ($0.state, $0.listeners, $0.maximumCalls)
        }
        snapshot.records = life.withLock { $0.records }?()
        snapshot.uptime = .now - start
        snapshot.process = .measured()
        return snapshot
    }

    /// What signalling answers, who was asked, and who does not answer in time.
    private func ask(_ scope: Scope) async -> (UserAgentFigures?, asked: [ServicePart], silent: [ServicePart]) {
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
        var missing: [ServicePart] = [.signalling]
        parts.signalling { continuation.yield(.signalling($0)) }
        if scope == .everything {
            missing += parts.media().workers.indices.map(ServicePart.media)
            parts.workers { continuation.yield(.worker($0)) }
            if let http = life.withLock({ $0.http }) {
                missing.append(.http)
                http { continuation.yield(.http) }
            }
        }
        let asked = missing
        // Answers that come after it go nowhere.
        let limit = Task { [patience] in
            try? await Task.sleep(for: patience)
            continuation.finish()
        }
        defer { limit.cancel() }
        var figures: UserAgentFigures?
        for await answer in answers {
            switch answer {
            case .signalling(let answer):
                figures = answer
                missing.removeAll { $0 == .signalling }
            case .worker(let worker):
                missing.removeAll { $0 == .media(worker) }
            case .http:
                missing.removeAll { $0 == .http }
            }
            if missing.isEmpty { break }
        }
        return (figures, asked, missing)
    }
}
