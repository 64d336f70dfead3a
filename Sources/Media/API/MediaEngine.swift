import CLinux
import Networking
import Synchronization

/// The RTP engine: worker threads that own the sessions, and the ports that calls get.
///
/// Every method may be called on any thread and none waits for a worker: what is asked crosses in batches, and so do the
/// events that come back. Adding and ending a call never makes another one wait.
public final class MediaEngine: Sendable {
    private let workers: [MediaWorker]
    private let pool: SharedPortPool
    private let rtcp: RTCPConfiguration
    private let random = KernelRandom()
    private let nextNumber = Atomic<UInt64>(1)
    private let isShutDown = Atomic(false)

    /// Starts the workers.
    ///
    /// - Parameters:
    ///   - configuration: how to work.
    ///   - events: is called on the workers' threads, by one worker at a time with its own sessions' events. It must
    ///     return soon, for its worker serves no call meanwhile, and must not hold the engine's last reference.
    public init(
        _ configuration: MediaEngineConfiguration = .init(), events: @escaping @Sendable ([MediaEvent]) -> Void
    ) throws(SystemError) {
        let canonicalName = Self.canonicalName(configuration.canonicalName)
        let count = min(max(1, configuration.workers ?? Self.processors - 1), 256)
        let realTime = configuration.realTime.permitted(workers: count, processors: Self.processors)
        let pool = SharedPortPool(configuration)
        var workers: [MediaWorker] = []
        do {
            for index in 0..<count {
                workers.append(
                    try MediaWorker(
                        index: index, pool: pool, configuration: configuration, realTime: realTime,
                        canonicalName: canonicalName, deliver: events))
            }
        } catch {
            for worker in workers { worker.stop() }
            throw error
        }
        self.workers = workers
        self.pool = pool
        rtcp = RTCPConfiguration(
            canonicalName: canonicalName, reducesMinimum: configuration.reducesRTCPMinimum)
    }

    deinit {
        shutDown()
    }

    /// Binds a pair of ports for a call.
    ///
    /// - Parameter address: which of our addresses, or a wildcard; its port is not looked at.
    public func reservePorts(on address: SocketAddress) throws(MediaPortError) -> MediaPorts {
        try pool.reserve(on: address)
    }

    /// Opens a session. What the peer has sent since the ports were bound waits in the sockets and is taken first.
    ///
    /// - Parameter ports: bound by this engine and not used for a session before; anything else is the caller's error.
    public func open(_ ports: MediaPorts, _ parameters: MediaSessionParameters) -> MediaSessionID {
        ports.claim()
        var random = random
        let worker = worker(for: ports)
        let isKnown = ports.watcher == worker
        if let watcher = ports.watcher, !isKnown {
            workers[watcher].mailbox.unwatch(ports.rtpDescriptor)
            workers[watcher].mailbox.unwatch(ports.rtcpDescriptor)
        }
        ports.watcher = worker
        let number = nextNumber.wrappingAdd(1, ordering: .relaxed).oldValue
        let id = MediaSessionID(number: number, worker: worker)
        let mailbox = workers[worker].mailbox
        mailbox.load.add(1, ordering: .relaxed)
        // A session that only answers has time until the first packet, which wakes the worker.
        let isPatient = !parameters.source.isPaced && (isKnown || mailbox.watch(ports.rtpDescriptor))
        let request = OpenRequest(
            id: id, ports: ports, parameters: parameters, identity: .make(using: &random), configuration: rtcp,
            isKnown: isKnown)
        mailbox.post(.open(request), isPatient: isPatient)
        return id
    }

    /// Applies another offer and answer, or another source. SSRC, sequence numbers and timestamps go on; the peer's
    /// address may be latched once more. Nothing happens where the session has ended.
    public func update(_ id: MediaSessionID, _ parameters: MediaSessionParameters) {
        mailbox(of: id)?.post(.update(id, parameters))
    }

    /// Ends a session, within 10 ms; `closed` follows, with its final report. Nothing happens where it has ended.
    public func close(_ id: MediaSessionID) {
        mailbox(of: id)?.post(.close(id), isPatient: true)
    }

    /// Asks for a session's report on behalf of who takes its events: `report` follows in its place among them, before
    /// `closed`. Nothing happens where the session has ended, for `closed` has its report.
    public func requestReport(_ id: MediaSessionID) {
        mailbox(of: id)?.post(.report(id))
    }

    /// Asks for a session's report on behalf of an onlooker, who takes none of its events: it goes to who asks, in no order
    /// with them, and who takes them has nothing to do with it.
    ///
    /// - Parameter answer: is called once, on the thread of the session's worker; nil where the session has ended. It is not
    ///   called once the engine is shut down.
    public func inspect(_ id: MediaSessionID, _ answer: @escaping @Sendable (MediaReport?) -> Void) {
        guard let mailbox = mailbox(of: id) else { return answer(nil) }
        mailbox.post(.inspect(id, answer))
    }

    /// Asks every worker whether it still works.
    ///
    /// - Parameter answer: is called once by each worker, on its thread, with its index.
    public func ping(_ answer: @escaping @Sendable (Int) -> Void) {
        for (index, worker) in workers.enumerated() {
            worker.mailbox.post(.ping { answer(index) })
        }
    }

    /// How many workers there are.
    public var workerCount: Int { workers.count }

    /// The engine's own figures.
    public func statistics() -> MediaStatistics {
        MediaStatistics(workers: workers.map(\.statistics), ports: pool.statistics)
    }

    /// Ends all sessions, with their final events, and then the threads. What is asked of the engine later has no
    /// effect. Not to be called on a worker's thread.
    public func shutDown() {
        guard !isShutDown.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for worker in workers { worker.stop() }
    }

    /// Where a session is opened: at the worker that has least to do, or at the one that watches the ports already if it
    /// has hardly more to do.
    private func worker(for ports: MediaPorts) -> Int {
        let loads = workers.map { $0.mailbox.load.load(ordering: .relaxed) }
        guard let least = loads.min() else { return 0 }
        if let watcher = ports.watcher, loads[watcher] <= least + least / 16 + 1 { return watcher }
        return loads.firstIndex(of: least) ?? 0
    }

    private func mailbox(of id: MediaSessionID) -> WorkerMailbox? {
        id.worker < workers.count ? workers[id.worker].mailbox : nil
    }

    /// Processors that this process may run on.
    private static var processors: Int {
        Int(clinux_media_processors())
    }

    /// The name that was set, cut to what SDES can carry, or a random one (RFC 7022 section 4.2).
    private static func canonicalName(_ configured: String) -> String {
        guard configured.isEmpty else {
            var name = configured
            while name.utf8.count > 255 { name.removeLast() }
            return name
        }
        let random = KernelRandom()
        return String(random.next() as UInt64, radix: 36) + String(random.next() as UInt64, radix: 36)
    }
}
