import Audio
import Media
import Networking
import SIP

/// The user agent: the core, its transports, its media engine and the clock, on the signalling queue.
///
/// All its state belongs to the queue; transports and timers call in there, and the media engine's events are brought
/// there. Nothing waits on it.
public actor UserAgent {
    /// The queue that everything of signalling runs on.
    public nonisolated let queue: SignallingQueue
    /// The queue as the actor's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    var core: UserAgentCore
    let transports: SignallingTransports
    let resolver: HostResolver
    let engine: MediaEngine
    let publish: @Sendable (CallEvent) -> Void
    let tell: @Sendable (EdgeEvent) -> Void
    var timer: DeadlineTimer?
    /// When the timer runs out at the latest; nil while it is not armed.
    var armedFor: Instant?
    /// When the timer may run out again.
    var restsUntil = Instant.now
    /// Bound ports of calls that have no session yet.
    var ports: [CallHandle: MediaPorts] = [:]
    var sessions: [CallHandle: MediaSessionID] = [:]
    var calls: [MediaSessionID: CallHandle] = [:]
    /// Connections that are up.
    var streams: [UInt64: SignallingStream] = [:]
    /// Messages that have begun on a connection.
    var partialMessages: PartialMessages
    var streamTimer: DeadlineTimer?
    /// Connections of ours, up or on their way.
    var outgoing = OutgoingStreams()
    /// The memory of the actions that are carried out at a time; empty between two times.
    var actions: [CoreAction] = []
    /// Messages that leave when all else is done.
    var outbox = Outbox()
    var memoryReturn = MemoryReturn()
    var hasStopped = false
    var stopWaiters: [CheckedContinuation<Void, Never>] = []

    /// Room for some 2000 messages of each UDP socket that come at once; as much of it as the system allows.
    private static let receiveBuffer = 4 << 20

    /// A user agent that does not listen yet.
    /// - Parameters:
    ///   - configuration: what it does with calls.
    ///   - media: how its media engine works.
    ///   - publish: told of every change of a call, on the signalling queue; must not block.
    ///   - tell: told of what happens at the edge, likewise.
    /// - Throws: what the system refuses.
    public init(
        configuration: UserAgentConfiguration, media: MediaEngineConfiguration,
        publish: @escaping @Sendable (CallEvent) -> Void, tell: @escaping @Sendable (EdgeEvent) -> Void = { _ in }
    ) throws(SystemError) {
        let queue = try SignallingQueue()
        let relay = MediaRelay()
        self.queue = queue
        self.publish = publish
        self.tell = tell
        core = UserAgentCore(configuration: configuration, random: KernelRandom())
        partialMessages = PartialMessages(limit: configuration.edge.streams.messageTimeout)
        transports = try SignallingTransports(
            on: queue, limits: configuration.edge.streams,
            buffers: SocketBuffers(receiveBytes: Self.receiveBuffer))
        resolver = try HostResolver(on: queue)
        engine = try MediaEngine(media) { relay.deliver($0) }
        relay.open(to: self)
    }

    /// Opens the listeners and begins to serve.
    /// - Throws: a `ListenError` for the first listener that cannot be opened.
    public func start(listeners: [ListenerConfiguration]) throws -> [BoundListener] {
        queue.rest(upTo: core.configuration.longestRest)
        timer = try DeadlineTimer(on: queue) { [weak self] in self?.assumeIsolated { $0.deadline() } }
        streamTimer = try DeadlineTimer(on: queue) { [weak self] in self?.assumeIsolated { $0.endOverdueStreams() } }
        return try transports.start(listeners: listeners) { [weak self] event in
            self?.assumeIsolated { $0.receive(event) }
        }
    }

    /// Sets what TLS uses, before `start` and again when its files have changed. Connections that are up keep what they
    /// have.
    /// - Parameters:
    ///   - server: for TLS listeners.
    ///   - client: for connections of our own.
    public func useTLS(server: TLSContext?, client: TLSContext?) {
        transports.useTLS(server: server, client: client)
    }

    /// Does from now on what another configuration says. Calls and connections that are up stay, and keep their times and
    /// the limits of their messages.
    public func reconfigure(_ configuration: UserAgentConfiguration) {
        core.reconfigure(configuration)
        transports.limit(configuration.edge.streams)
        queue.rest(upTo: configuration.longestRest)
    }

    /// What it has done so far.
    public var statistics: UserAgentStatistics {
        var statistics = core.statistics
        statistics.edge = core.edge.statistics
        return statistics
    }

    /// Takes no more calls, and hangs up on those that are up when it is time.
    ///
    /// - Parameter drain: how long calls may go on before we hang up.
    public func stop(_ drain: CallDrain = .none) {
        core.stop(drain, now: .now)
        carryOut()
    }

    /// Returns when, after `stop`, the last BYE is answered or given up.
    public func stopped() async {
        guard !hasStopped else { return }
        await withCheckedContinuation { stopWaiters.append($0) }
    }

    /// Lets `stopped` return although calls are left; those that are still up get their BYE, whose answer nobody awaits.
    public func abandonStop() {
        core.stop(now: .now)
        carryOut()
        hasStopped = true
        for waiter in stopWaiters { waiter.resume() }
        stopWaiters = []
    }

    /// Closes the transports and the engine. Nothing is sent or received after it.
    public func shutDown() {
        timer?.cancel()
        timer = nil
        streamTimer?.cancel()
        streamTimer = nil
        transports.stop()
        engine.shutDown()
    }
}

/// Brings the media engine's events to the user agent, which is made after the engine.
private final class MediaRelay: Sendable {
    private let destination = Locked<UserAgent?>(nil)

    func open(to userAgent: UserAgent) {
        destination.withLock { $0 = userAgent }
    }

    /// On a media thread, once for a batch.
    func deliver(_ events: [MediaEvent]) {
        guard let userAgent = destination.withLock({ $0 }) else { return }
        userAgent.queue.async { userAgent.assumeIsolated { $0.receive(events) } }
    }
}
