import Glibc

/// All connections of the signalling domain.
final class StreamTransport {
    /// They hold for connections that are up too, but none is closed because there are fewer now.
    var limits: StreamLimits
    var counters = StreamCounters()
    /// What new connections to TLS listeners get, and what new secured connections of our own get.
    var contexts: (server: TLSContext?, client: TLSContext?) = (nil, nil)
    /// Where bytes are read to before they are cut to size.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)

    private let queue: SignallingQueue
    private let sink: EventSink
    private var admission = StreamAdmission()
    private var connections: [UInt64: StreamConnection] = [:]
    private(set) var listeners: [StreamListener] = []
    private var timer: DeadlineTimer?
    private var resumption: ContinuousClock.Instant?

    init(limits: StreamLimits, on queue: SignallingQueue, sink: EventSink) throws(SystemError) {
        self.limits = limits
        self.queue = queue
        self.sink = sink
        timer = try DeadlineTimer(on: queue) { [weak self] in self?.sweep() }
    }

    deinit { scratch.deallocate() }

    private var reactor: Reactor { queue.reactor }

    func start(_ listener: StreamListener) throws(SystemError) {
        try listener.start(in: reactor)
        listeners.append(listener)
    }

    /// Ends everything at once and without a word to the user.
    func close() {
        timer?.cancel()
        closeListeners()
        for connection in connections.values { reactor.remove(token: connection.flow) }
        connections = [:]
    }

    func closeListeners() {
        for listener in listeners { listener.close(in: reactor) }
        listeners = []
    }

    // MARK: The user's calls

    func connect(to peer: SocketAddress, from local: SocketAddress?, security: StreamSecurity) -> UInt64 {
        let flow = reactor.makeToken()
        do throws(StreamRefusal) {
            let transform = try makeTransform(security)
            if let reason = admission.admitOutgoing(limits: limits) { throw StreamRefusal(reason: reason) }
            do throws(SystemError) {
                try open(flow, to: peer, from: local, transform: transform)
            } catch {
                admission.releaseOutgoing()
                throw StreamRefusal(reason: .failed(error))
            }
        } catch {
            counters.connectFailed &+= 1
            sink.post(.closed(flow: flow, reason: error.reason))
        }
        return flow
    }

    private func open(
        _ flow: UInt64, to peer: SocketAddress, from local: SocketAddress?, transform: (any StreamTransform)?
    ) throws(SystemError) {
        let socket = try Socket.open(peer.family, .stream)
        try configure(socket)
        if let local {
            try Socket.set(socket, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            try Socket.bind(socket, to: local.with(port: 0))
        }
        try Socket.connect(socket, to: peer)
        let connection = StreamConnection(
            flow: flow, peer: peer, listener: nil, socket: socket, transport: self, transform: transform)
        try connection.register(in: reactor)
        connections[flow] = connection
        deadlineChanged(connection)
    }

    private func makeTransform(_ security: StreamSecurity) throws(StreamRefusal) -> (any StreamTransform)? {
        switch security {
        case .plain: return nil
        case .tls(let serverName): return try makeSession(contexts.client, serverName)
        }
    }

    private func makeSession(_ context: TLSContext?, _ serverName: String?) throws(StreamRefusal) -> TLSSession {
        guard let context else { throw StreamRefusal(reason: .securityFailed("TLS is not configured")) }
        do {
            return try TLSSession(context, serverName: serverName)
        } catch {
            throw StreamRefusal(reason: .securityFailed(error.reason))
        }
    }

    func send(_ bytes: [UInt8], on flow: UInt64) -> Bool {
        connections[flow]?.send(bytes) ?? false
    }

    func close(_ flow: UInt64) {
        connections[flow]?.close()
    }

    func contains(_ flow: UInt64) -> Bool { connections[flow] != nil }

    // MARK: From the listeners

    func accepted(_ socket: consuming FileDescriptor, from peer: SocketAddress, by listener: StreamListener) {
        counters.accepted &+= 1
        if let reason = admission.admit(peer, limits: limits) {
            counters.turnedAway &+= 1
            sink.emit(.turnedAway(peer: peer, listener: listener.id, reason: reason))
            return
        }
        do throws(StreamRefusal) {
            let transform = listener.isSecure ? try makeSession(contexts.server, nil) : nil
            do throws(SystemError) {
                try configure(socket)
                let connection = StreamConnection(
                    flow: reactor.makeToken(), peer: peer, listener: listener.id, socket: socket, transport: self,
                    transform: transform)
                try connection.register(in: reactor)
                connections[connection.flow] = connection
                deadlineChanged(connection)
                connection.connected()
            } catch {
                throw StreamRefusal(reason: .failed(error))
            }
        } catch {
            admission.release(peer, wasProved: false)
            counters.turnedAway &+= 1
            sink.emit(.turnedAway(peer: peer, listener: listener.id, reason: error.reason))
        }
    }

    func pause(_ listener: StreamListener, _ socket: borrowing FileDescriptor) {
        counters.descriptorsExhausted &+= 1
        try? reactor.modify(socket, [], token: listener.id)
        let moment = ContinuousClock.now + limits.exhaustionPause
        resumption = min(moment, resumption ?? moment)
        timer?.arm(moment)
    }

    private func configure(_ socket: borrowing FileDescriptor) throws(SystemError) {
        let seconds = Int32(clamping: limits.keepAliveTime.components.seconds)
        let tcp = Int32(IPPROTO_TCP)
        try Socket.set(socket, tcp, TCP_NODELAY, 1)
        guard seconds > 0 else { return }
        try Socket.set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        try Socket.set(socket, tcp, TCP_KEEPIDLE, min(seconds, 32767))
        try Socket.set(socket, tcp, TCP_KEEPINTVL, min(max(seconds / 4, 1), 32767))
        try Socket.set(socket, tcp, TCP_KEEPCNT, 4)
    }

    // MARK: From the connections

    func opened(_ connection: StreamConnection, _ description: StreamDescription) {
        if connection.listener == nil { counters.connected &+= 1 }
        sink.emit(.opened(description))
    }

    func received(_ bytes: [UInt8], _ connection: StreamConnection) {
        sink.emit(.received(bytes, flow: connection.flow))
    }

    func proved() { admission.proved() }

    func watch(_ connection: StreamConnection, _ socket: borrowing FileDescriptor, _ events: Epoll.Events) {
        do {
            try reactor.modify(socket, events, token: connection.flow)
        } catch {
            connection.end(.failed(error))
        }
    }

    func ended(_ connection: StreamConnection, _ reason: StreamCloseReason, wasConnecting: Bool) {
        connections[connection.flow] = nil
        reactor.remove(token: connection.flow)
        count(reason, wasConnecting: wasConnecting)
        if let listener = connection.listener {
            admission.release(connection.peer, wasProved: connection.isProved)
            guard connection.wasOpened else {
                sink.post(.turnedAway(peer: connection.peer, listener: listener, reason: reason))
                return
            }
        } else {
            admission.releaseOutgoing()
        }
        sink.post(.closed(flow: connection.flow, reason: reason))
    }

    private func count(_ reason: StreamCloseReason, wasConnecting: Bool) {
        if wasConnecting { counters.connectFailed &+= 1 }
        switch reason {
        case .idle, .silent: counters.idle &+= 1
        case .stalled, .outputOverflow: counters.stalled &+= 1
        case .handshakeTimedOut, .securityFailed: counters.handshakeFailed &+= 1
        case .requested, .peerClosed, .connectTimedOut, .tooManyConnections, .tooManyFromSource, .tooManyHalfOpen,
            .failed:
            break
        }
    }

    /// The number of connections, for the counters.
    var openConnections: Int { connections.count }

    // MARK: Deadlines

    func deadlineChanged(_ connection: StreamConnection) {
        timer?.arm(connection.deadline(limits).at)
    }

    /// Ends what is past its deadline. It looks at all connections, but at most sixteen times in the shortest of the
    /// limits: a timer that followed each byte would cost more than it is worth.
    private func sweep() {
        let now = ContinuousClock.now
        if let moment = resumption, moment <= now {
            resumption = nil
            for listener in listeners { listener.resume(in: reactor) }
        }
        var next = resumption
        for connection in Array(connections.values) {
            let deadline = connection.deadline(limits)
            if deadline.at <= now {
                connection.end(deadline.reason)
            } else {
                next = min(next ?? deadline.at, deadline.at)
            }
        }
        guard let next else { return }
        timer?.arm(max(next, now + limits.shortest / 16))
    }
}

/// A connection that was not begun.
private struct StreamRefusal: Error {
    let reason: StreamCloseReason
}
