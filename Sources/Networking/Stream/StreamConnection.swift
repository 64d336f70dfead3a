import CLinux
import Glibc

/// A TCP connection, accepted or our own, perhaps with TLS in it.
final class StreamConnection: ReactorMember {
    enum Phase {
        /// Our connect has not been answered.
        case connecting
        /// The transform is settling.
        case handshaking
        case open
        /// Closing: what waits is still sent.
        case flushing
        /// Closing: our side is closed, the peer's is not. Closing at once would let a late byte of the peer's reset the
        /// connection, and the reset could overtake what we sent last.
        case draining
        case closed
    }

    let flow: UInt64
    let peer: SocketAddress
    /// The listener that accepted it; nil for our own.
    let listener: UInt64?
    private(set) var phase: Phase
    /// Whether the peer has sent anything that counts.
    private(set) var isProved: Bool
    /// Whether the user was told of it.
    private(set) var wasOpened = false

    private let socket: FileDescriptor
    private unowned let transport: StreamTransport
    private let transform: (any StreamTransform)?
    private var output = OutputQueue()
    /// What the user sent before the transform was established.
    private var waiting: [[UInt8]] = []
    private var waitingBytes = 0
    private var watched: Epoll.Events
    private var inputEnded = false
    private var closeReason = StreamCloseReason.requested
    private var phaseStart: ContinuousClock.Instant
    private var lastActivity: ContinuousClock.Instant
    private var stalledSince: ContinuousClock.Instant?

    /// How many times one event reads, so that one busy peer leaves room for the others.
    private static let readsPerEvent = 4

    init(
        flow: UInt64, peer: SocketAddress, listener: UInt64?, socket: consuming FileDescriptor,
        transport: StreamTransport, transform: (any StreamTransform)?
    ) {
        self.flow = flow
        self.peer = peer
        self.listener = listener
        self.socket = socket
        self.transport = transport
        self.transform = transform
        isProved = listener == nil
        phase = listener == nil ? .connecting : transform == nil ? .open : .handshaking
        watched = listener == nil ? .writable : .readable
        phaseStart = .now
        lastActivity = phaseStart
    }

    func register(in reactor: Reactor) throws(SystemError) {
        try reactor.add(self, socket, watched, token: flow)
    }

    // MARK: Deadlines

    /// When the connection has to end if nothing happens, and why then.
    func deadline(_ limits: StreamLimits) -> (at: ContinuousClock.Instant, reason: StreamCloseReason) {
        switch phase {
        case .connecting: return (phaseStart + limits.connectTimeout, .connectTimedOut)
        case .handshaking: return (phaseStart + limits.handshakeTimeout, .handshakeTimedOut)
        case .open:
            if let stalledSince, stalledSince + limits.stallTimeout < lastActivity + limits.idleTimeout {
                return (stalledSince + limits.stallTimeout, .stalled)
            }
            guard isProved else { return (phaseStart + limits.silenceTimeout, .silent) }
            return (lastActivity + limits.idleTimeout, .idle)
        case .flushing: return (phaseStart + max(limits.closeTimeout, limits.stallTimeout), closeReason)
        case .draining, .closed: return (phaseStart + limits.closeTimeout, closeReason)
        }
    }

    // MARK: Events

    func ready(_ events: Epoll.Events, _ arrivals: inout Arrivals) {
        if phase == .connecting {
            finishConnecting()
            return
        }
        if events.contains(.writable) { flush() }
        if !events.isDisjoint(with: [.readable, .hangUp, .error]), phase != .closed { readAvailable() }
    }

    private func finishConnecting() {
        do throws(SystemError) {
            let code = try Socket.get(socket, SOL_SOCKET, SO_ERROR)
            guard code == 0 else { throw SystemError(code: code, call: "connect") }
        } catch {
            end(.failed(error))
            return
        }
        enter(transform == nil ? .open : .handshaking)
        connected()
    }

    /// Goes on with a connection that is there: we were answered, or it has just been accepted.
    func connected() {
        if let transform {
            do {
                apply(try transform.start())
            } catch {
                end(.securityFailed(error.reason))
            }
        } else {
            opened()
        }
    }

    private func opened() {
        wasOpened = true
        enter(.open)
        let local = (try? SocketAddress(boundBy: socket)) ?? .any(peer.family)
        let description = StreamDescription(
            flow: flow, peer: peer, local: local, listener: listener, security: transform?.security)
        transport.opened(self, description)
        let messages = waiting
        waiting = []
        waitingBytes = 0
        for bytes in messages where phase == .open { _ = send(bytes) }
        watch()
    }

    private func readAvailable() {
        for _ in 0..<StreamConnection.readsPerEvent {
            guard !inputEnded, phase != .closed else { return }
            let number = socket.rawValue
            let scratch = transport.scratch
            do {
                let count = try SystemCall.unlessBlocked("recv") { recv(number, scratch.baseAddress, scratch.count, 0) }
                guard let count else { return }
                guard count > 0 else {
                    ended()
                    return
                }
                transport.counters.receivedBytes &+= UInt64(count)
                take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<count]))
                if count < scratch.count { return }
            } catch {
                end(error.code == ECONNRESET && phase != .handshaking ? .peerClosed : .failed(error))
                return
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .connecting, .flushing, .draining, .closed: return
        case .handshaking, .open: break
        }
        lastActivity = .now
        guard let transform else {
            prove()
            transport.received(Array(bytes), self)
            return
        }
        do {
            apply(try transform.receive(bytes))
        } catch {
            if !error.toSend.isEmpty { write(error.toSend) }
            end(.securityFailed(error.reason))
        }
    }

    private func apply(_ step: StreamTransformStep) {
        if !step.toSend.isEmpty { write(step.toSend) }
        if step.isEstablished, phase == .handshaking { opened() }
        if !step.received.isEmpty, phase == .open {
            prove()
            transport.received(step.received, self)
        }
        if step.isFinished { ended() }
    }

    private func prove() {
        guard !isProved else { return }
        isProved = true
        transport.proved()
        // From here on the idle time counts, which may be up earlier than the silence was.
        transport.deadlineChanged(self)
    }

    /// The peer has closed its side; what waits for it is still sent.
    private func ended() {
        inputEnded = true
        switch phase {
        case .connecting, .handshaking, .draining: end(phase == .draining ? closeReason : .peerClosed)
        case .open:
            closeReason = .peerClosed
            if output.isEmpty {
                end(.peerClosed)
            } else {
                enter(.flushing)
                watch()
            }
        case .flushing: watch()
        case .closed: break
        }
    }

    // MARK: Sending

    /// Sends bytes, or keeps them until they can be sent.
    ///
    /// - Returns: whether they were taken; false also where they were too many and the connection ends for it.
    func send(_ bytes: [UInt8]) -> Bool {
        switch phase {
        case .connecting, .handshaking:
            guard waitingBytes + bytes.count <= transport.limits.outputBytes else {
                end(.outputOverflow)
                return false
            }
            waiting.append(bytes)
            waitingBytes += bytes.count
            return true
        case .open:
            guard let transform else { return write(bytes) }
            do {
                return write(try transform.send(bytes))
            } catch {
                end(.securityFailed(error.reason))
                return false
            }
        case .flushing, .draining, .closed:
            return false
        }
    }

    @discardableResult
    private func write(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        var start = 0
        if output.isEmpty {
            guard let sent = bytes.withUnsafeBytes({ transmit($0) }) else { return false }
            start = sent
        }
        guard output.count + bytes.count - start <= transport.limits.outputBytes else {
            end(.outputOverflow)
            return false
        }
        output.append(bytes, from: start)
        watch()
        return true
    }

    /// - Returns: how many bytes the kernel took; nil when the connection has ended for it.
    private func transmit(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let number = socket.rawValue
        do throws(SystemError) {
            let sent = try SystemCall.unlessBlocked("send") {
                clinux_send(number, bytes.baseAddress, bytes.count)
            }
            guard let sent, sent > 0 else {
                stall(since: stalledSince ?? .now)
                return 0
            }
            transport.counters.sentBytes &+= UInt64(sent)
            lastActivity = .now
            stalledSince = nil
            if sent < bytes.count { stall(since: lastActivity) }
            return sent
        } catch {
            end(.failed(error))
            return nil
        }
    }

    private func stall(since moment: ContinuousClock.Instant) {
        stalledSince = moment
        transport.deadlineChanged(self)
    }

    private func flush() {
        while !output.isEmpty {
            guard let result = output.withNext({ transmit($0) }), let sent = result else { return }
            guard sent > 0 else { break }
            output.advance(by: sent)
        }
        if output.isEmpty {
            stalledSince = nil
            if phase == .flushing { endOutput() }
        }
        watch()
    }

    private func watch() {
        guard phase != .closed, phase != .connecting else { return }
        var wanted: Epoll.Events = inputEnded ? [] : .readable
        if !output.isEmpty { wanted.insert(.writable) }
        guard wanted != watched else { return }
        watched = wanted
        transport.watch(self, socket, wanted)
    }

    // MARK: Closing

    /// Closes after what waits has been sent.
    func close() {
        switch phase {
        case .connecting, .handshaking: end(.requested)
        case .open:
            if let transform { write(transform.finish()) }
            guard phase == .open else { return }
            enter(.flushing)
            if output.isEmpty { endOutput() }
            watch()
        case .flushing, .draining, .closed: break
        }
    }

    private func endOutput() {
        guard !inputEnded else {
            end(closeReason)
            return
        }
        _ = shutdown(socket.rawValue, Int32(SHUT_WR))
        enter(.draining)
    }

    /// Ends at once.
    func end(_ reason: StreamCloseReason) {
        guard phase != .closed else { return }
        let wasConnecting = phase == .connecting
        phase = .closed
        output = OutputQueue()
        waiting = []
        switch reason {
        case .outputOverflow, .stalled:
            // What the kernel still holds for a peer that does not read is not worth keeping.
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket.rawValue, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        default: break
        }
        transport.ended(self, reason, wasConnecting: wasConnecting)
    }

    private func enter(_ next: Phase) {
        phase = next
        phaseStart = .now
        transport.deadlineChanged(self)
    }
}
