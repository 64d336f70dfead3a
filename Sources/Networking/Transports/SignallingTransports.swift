import Glibc

/// All sockets of signalling: UDP, TCP and TLS listeners and connections.
///
/// It belongs to its queue: but for `init` all calls are made there, and the handler runs there, so that an actor on the
/// queue calls it and is called by it without waiting. A handler may call back; no call makes a handler run within it.
public final class SignallingTransports {
    /// The queue that it belongs to.
    public let queue: SignallingQueue
    /// The listeners that are up.
    public private(set) var listeners: [BoundListener] = []

    private let buffers: SocketBuffers
    private let batch: DatagramBatch
    private let outbox: DatagramOutbox
    private let sink: EventSink
    private let streams: StreamTransport
    private var datagrams: [DatagramListener] = []
    private var isStopped = false

    /// How often picking one port for several sockets is tried.
    private static let portAttempts = 16

    /// Transports without a listener.
    ///
    /// - Parameters:
    ///   - limits: what connections may take.
    ///   - buffers: the kernel's buffers of each UDP socket.
    public init(
        on queue: SignallingQueue, limits: StreamLimits = StreamLimits(), buffers: SocketBuffers = SocketBuffers()
    ) throws(SystemError) {
        self.queue = queue
        self.buffers = buffers
        batch = try DatagramBatch()
        outbox = try DatagramOutbox()
        sink = EventSink(on: queue)
        streams = try StreamTransport(limits: limits, on: queue, sink: sink)
    }

    deinit {
        // The last owner may let go on any thread, while the queue serves a socket.
        let parts = QueueBound((queue, sink, streams, datagrams), to: queue)
        queue.async {
            let (queue, sink, streams, datagrams) = parts.assumeOnQueue()
            sink.close()
            streams.close()
            for listener in datagrams { listener.close(in: queue.reactor) }
        }
    }

    // MARK: Listening

    /// Opens the listeners, all or none, and begins to deliver.
    ///
    /// - Parameters:
    ///   - configurations: where to listen; none for a user that only connects.
    ///   - handler: called on the queue for each event; kept until `stop`.
    /// - Returns: the listeners in the order of the configurations.
    /// - Throws: the first listener that could not be opened, also a TLS listener without a certificate. None is open then, and it may be tried again.
    public func start(
        listeners configurations: [ListenerConfiguration], handler: @escaping (TransportEvent) -> Void
    ) throws(ListenError) -> [BoundListener] {
        queue.checkIsolated()
        precondition(listeners.isEmpty && !isStopped, "started twice")
        sink.open(handler)
        var attempt = 1
        while true {
            do {
                try open(configurations)
                return listeners
            } catch {
                // The port that the system picked for one socket may be taken for another.
                let mayHelp = error.cause.code == EADDRINUSE && error.listener.address.port == 0
                guard mayHelp, attempt < SignallingTransports.portAttempts else { throw error }
                attempt += 1
            }
        }
    }

    /// Sets what TLS uses: before `start` where there is a TLS listener, and again when the files have changed. New
    /// connections get it; those that are up keep what they have.
    ///
    /// - Parameters:
    ///   - server: for TLS listeners.
    ///   - client: for connections of our own.
    public func useTLS(server: TLSContext?, client: TLSContext?) {
        queue.checkIsolated()
        precondition(server.map { $0.role == .server } ?? true && client.map { $0.role == .client } ?? true)
        streams.contexts = (server, client)
    }

    /// Other limits hold for connections from now on; none that is up is closed because there may be fewer.
    public func limit(_ limits: StreamLimits) {
        queue.checkIsolated()
        streams.limits = limits
    }

    private func open(_ configurations: [ListenerConfiguration]) throws(ListenError) {
        let reactor = queue.reactor
        var picked = PickedPorts()
        var bound: [BoundListener] = []
        var opened: (datagrams: [DatagramListener], streams: [StreamListener]) = ([], [])
        for configuration in configurations {
            let id = reactor.makeToken()
            let wanted = picked.fill(configuration)
            let address: SocketAddress
            do throws(SystemError) {
                switch configuration.transport {
                case .udp:
                    let listener = try DatagramListener(id: id, wanted, buffers: buffers, batch: batch, sink: sink)
                    opened.datagrams.append(listener)
                    address = listener.address
                case .tcp, .tls:
                    if configuration.transport == .tls, streams.contexts.server == nil {
                        throw SystemError(code: EPROTONOSUPPORT, call: "useTLS")
                    }
                    let listener = try StreamListener(id: id, wanted, transport: streams)
                    opened.streams.append(listener)
                    address = listener.address
                }
            } catch {
                throw ListenError(listener: configuration, cause: error)
            }
            picked.note(configuration, address.port)
            bound.append(BoundListener(id: id, transport: configuration.transport, address: address))
        }
        do {
            for listener in opened.datagrams { try listener.start(in: reactor) }
            for listener in opened.streams { try streams.start(listener) }
        } catch {
            for listener in opened.datagrams { listener.close(in: reactor) }
            streams.closeListeners()
            throw ListenError(listener: configurations[0], cause: error)
        }
        datagrams = opened.datagrams
        listeners = bound
    }

    /// Closes all listeners and connections and delivers nothing more, for good. Bytes that the kernel has
    /// not taken yet are lost.
    public func stop() {
        queue.checkIsolated()
        isStopped = true
        sink.close()
        streams.close()
        for listener in datagrams { listener.close(in: queue.reactor) }
        datagrams = []
        listeners = []
    }

    /// For tests, which let the system calls of a listener fail.
    var streamListeners: [StreamListener] { streams.listeners }

    // MARK: Datagrams

    /// Sends a datagram.
    ///
    /// - Parameters:
    ///   - bytes: the payload.
    ///   - peer: where to.
    ///   - local: the address that it leaves from where the listener has several (a wildcard): that of `Datagram.local` for
    ///     an answer; nil leaves it to the routing. Its port counts for nothing.
    ///   - listener: the listener whose port it leaves from.
    @discardableResult
    public func send(
        _ bytes: [UInt8], to peer: SocketAddress, from local: SocketAddress? = nil, by listener: UInt64
    ) -> DatagramResult {
        assert(queue.isCurrent)
        guard let listener = datagrams.first(where: { $0.id == listener }) else {
            return .failed(SystemError(code: ENOTCONN, call: "sendmsg"))
        }
        return listener.send(bytes, to: peer, from: local)
    }

    /// Sends datagrams in their order, many with one system call.
    ///
    /// - Parameter failed: told the index of each that the system has refused, in their order.
    public func send(_ outgoing: [OutgoingDatagram], failed: (Int, SystemError) -> Void) {
        assert(queue.isCurrent)
        var start = 0
        while start < outgoing.count {
            let id = outgoing[start].listener
            let end = outgoing[start...].firstIndex { $0.listener != id } ?? outgoing.count
            if let listener = datagrams.first(where: { $0.id == id }) {
                listener.send(outgoing[start..<end], by: outbox, failed: failed)
            } else {
                for index in start..<end { failed(index, SystemError(code: ENOTCONN, call: "sendmsg")) }
            }
            start = end
        }
    }

    /// The UDP listener to reach a peer by who has not written to us: one of its family, rather one of this machine's own
    /// addresses for a peer on this machine, and rather another for other peers.
    public func datagramListener(towards peer: SocketAddress) -> UInt64? {
        func reaches(_ listener: DatagramListener) -> Bool {
            listener.address.family == peer.family || listener.takesBothFamilies
        }
        let candidates = datagrams.filter(reaches)
        let suited = candidates.first { $0.address.isWildcard || $0.address.isLoopback == peer.isLoopback }
        return (suited ?? candidates.first)?.id
    }

    // MARK: Connections

    /// Opens a connection; `opened` or `closed` tells what became of it. What is sent before waits.
    ///
    /// - Parameters:
    ///   - peer: where to.
    ///   - local: the address that it leaves from; nil leaves it to the routing. Its port counts for nothing.
    ///   - security: whether it is secured.
    /// - Returns: its flow.
    public func connect(
        to peer: SocketAddress, from local: SocketAddress? = nil, security: StreamSecurity = .plain
    ) -> UInt64 {
        queue.checkIsolated()
        return streams.connect(to: peer, from: local, security: security)
    }

    /// Sends bytes by a connection.
    ///
    /// - Returns: whether the connection has taken them. False when there is no such connection, when it is being closed,
    ///   and when more waits on it than it may hold: then it ends.
    @discardableResult
    public func send(_ bytes: [UInt8], on flow: UInt64) -> Bool {
        assert(queue.isCurrent)
        return streams.send(bytes, on: flow)
    }

    /// Closes a connection after what waits on it has been sent; `closed` tells when it is done. Nothing more is received.
    public func close(_ flow: UInt64) {
        queue.checkIsolated()
        streams.close(flow)
    }

    /// Whether a flow is a connection that has not ended.
    public func hasConnection(_ flow: UInt64) -> Bool { streams.contains(flow) }

    // MARK: Counters

    /// What has been done since the start.
    public var counters: TransportCounters {
        var counters = TransportCounters()
        for listener in datagrams { counters.datagrams += listener.counters }
        counters.streams = streams.counters
        counters.streams.open = UInt64(streams.openConnections)
        return counters
    }
}

/// One port for all plain listeners that left it to the system, and one for all secure ones.
private struct PickedPorts {
    private var plain: UInt16 = 0
    private var secure: UInt16 = 0

    func fill(_ configuration: ListenerConfiguration) -> ListenerConfiguration {
        guard configuration.address.port == 0 else { return configuration }
        var filled = configuration
        switch configuration.transport {
        case .udp, .tcp: filled.address.port = plain
        case .tls: filled.address.port = secure
        }
        return filled
    }

    mutating func note(_ configuration: ListenerConfiguration, _ port: UInt16) {
        guard configuration.address.port == 0 else { return }
        switch configuration.transport {
        case .udp, .tcp: plain = port
        case .tls: secure = port
        }
    }
}
