import Networking

/// A user of the transports as the daemon's is one: an actor on the signalling queue, which keeps what it is told.
actor Endpoint {
    struct TimedOut: Error {}

    nonisolated let queue: SignallingQueue
    let transports: SignallingTransports
    private(set) var events: [TransportEvent] = []
    private var look: (() -> Bool)?
    private var timer: DeadlineTimer?
    private var echoes = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    init(limits: StreamLimits = StreamLimits(), buffers: SocketBuffers = SocketBuffers()) throws {
        queue = try SignallingQueue()
        transports = try SignallingTransports(on: queue, limits: limits, buffers: buffers)
    }

    @discardableResult
    func start(_ listeners: ListenerConfiguration..., echoing: Bool = false) throws -> [BoundListener] {
        echoes = echoing
        return try transports.start(listeners: listeners) { self.take($0) }
    }

    func stop() {
        transports.stop()
        timer?.cancel()
    }

    private func take(_ event: TransportEvent) {
        queue.checkIsolated()
        if echoes {
            switch event {
            case .datagrams(let datagrams):
                for datagram in datagrams {
                    transports.send(datagram.bytes, to: datagram.source, from: datagram.local, by: datagram.listener)
                }
            case .received(let bytes, let flow):
                transports.send(bytes, on: flow)
            case .opened, .closed, .turnedAway, .datagramFailed: break
            }
        }
        events.append(event)
        if let look, look() { self.look = nil }
    }

    /// Waits until something can be made of the events so far, and at most 20 s.
    func wait<Result: Sendable>(_ find: @escaping @Sendable ([TransportEvent]) -> Result?) async throws -> Result {
        let timer = try timer ?? DeadlineTimer(on: queue) { self.expire() }
        self.timer = timer
        let deadline = ContinuousClock.now + .seconds(20)
        defer { look = nil }
        return try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let attempt = {
                if let result = find(self.events) {
                    continuation.resume(returning: result)
                } else if ContinuousClock.now >= deadline {
                    continuation.resume(throwing: TimedOut())
                } else {
                    return false
                }
                return true
            }
            if !attempt() {
                look = attempt
                timer.arm(deadline)
            }
        }
    }

    private func expire() {
        guard let look else { return }
        if look() { self.look = nil } else { timer?.arm(.now + .seconds(1)) }
    }

    // MARK: The calls of the transports, for tests that are not on the queue

    func send(_ bytes: [UInt8], to peer: SocketAddress, from local: SocketAddress? = nil, by listener: UInt64)
        -> DatagramResult
    {
        transports.send(bytes, to: peer, from: local, by: listener)
    }

    func send(_ bytes: [UInt8], on flow: UInt64) -> Bool { transports.send(bytes, on: flow) }
    func connect(to peer: SocketAddress) -> UInt64 { transports.connect(to: peer) }
    func close(_ flow: UInt64) { transports.close(flow) }
    func run<Result: Sendable>(_ body: @Sendable (SignallingTransports) throws -> Result) rethrows -> Result {
        try body(transports)
    }
    var counters: TransportCounters { transports.counters }
}

// What tests wait for.
extension Endpoint {
    func datagram() async throws -> Datagram {
        try await wait { $0.datagrams.first }
    }

    func opened() async throws -> StreamDescription {
        try await wait { events in
            for case .opened(let description) in events { return description }
            return nil
        }
    }

    func closed(_ flow: UInt64) async throws -> StreamCloseReason {
        try await wait { events in
            for case .closed(flow, let reason) in events { return reason }
            return nil
        }
    }

    func turnedAway() async throws -> StreamCloseReason {
        try await wait { events in
            for case .turnedAway(_, _, let reason) in events { return reason }
            return nil
        }
    }

    /// All bytes of a flow, once there are so many.
    func received(_ count: Int, on flow: UInt64) async throws -> [UInt8] {
        try await wait { events in
            var bytes: [UInt8] = []
            for case .received(let chunk, flow) in events { bytes += chunk }
            return bytes.count >= count ? bytes : nil
        }
    }
}

extension [TransportEvent] {
    /// All datagrams that came, in their order.
    var datagrams: [Datagram] {
        flatMap { event -> [Datagram] in
            if case .datagrams(let datagrams) = event { datagrams } else { [] }
        }
    }
}
