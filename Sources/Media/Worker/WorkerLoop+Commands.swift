import Audio
import CLinux
import Glibc
import Networking
import RTP
import Synchronization

extension WorkerLoop {
    /// Commands obeyed between two looks at packets and schedule: opening a session takes as long as a few packets.
    private static var commandsATurn: Int { 16 }

    /// Obeys some of the commands that wait.
    mutating func obeyCommands() {
        isUnpublished = true
        let end = min(commands.count, nextCommand + Self.commandsATurn)
        while nextCommand < end, !isStopping {
            obey(commands[nextCommand])
            nextCommand += 1
        }
        if nextCommand == commands.count {
            commands.removeAll(keepingCapacity: true)
            nextCommand = 0
        }
    }

    private mutating func obey(_ command: WorkerCommand) {
        switch command {
        case .open(let request): open(request)
        case .update(let id, let parameters):
            if let slot = slotsByID[id] { update(sessions[slot], parameters) }
        case .close(let id):
            if let slot = slotsByID[id] { close(sessions[slot]) }
        case .report(let id):
            if let slot = slotsByID[id] { report(sessions[slot]) }
        case .inspect(let id, let answer):
            answer(slotsByID[id].map { sessions[$0].pointee.report(now, realtime, scoring) })
        case .ping(let answer): answer()
        case .stop:
            for slot in sessions.openSlots { close(sessions[slot]) }
            isStopping = true
        }
    }

    private mutating func report(_ session: UnsafeMutablePointer<Session>) {
        events.append(.report(session.pointee.id, session.pointee.report(now, realtime, scoring)))
    }

    private mutating func open(_ request: OpenRequest) {
        let slot = sessions.reserve()
        let session = sessions.insert(Session(request, slot: slot, now: now, scoring: scoring))
        slotsByID[request.id] = slot
        do {
            try watch(SocketToken(.rtp, request.ports.rtpDescriptor), slot, isKnown: request.isKnown)
            try watch(SocketToken(.rtcp, request.ports.rtcpDescriptor), slot, isKnown: request.isKnown)
        } catch {
            unwatch(request.ports.rtpDescriptor)
            unwatch(request.ports.rtcpDescriptor)
            session.pointee.failure = error
            close(session)
            return
        }
        configure(session)
        awaitMedia(session)
        arrange(session)
    }

    /// Has one of the ports' sockets serve a session.
    ///
    /// - Parameter isKnown: whether it may be in the set since an earlier session.
    private mutating func watch(_ token: SocketToken, _ slot: UInt32, isKnown: Bool) throws(SystemError) {
        if !isKnown || !sockets.isWatched(token.descriptor) {
            do {
                try control(token, EPOLL_CTL_ADD)
            } catch let error where error.code == EEXIST {
                // It was put there so that the first packet could wake the worker.
            }
        }
        sockets.give(token.descriptor, to: slot)
    }

    /// Removes a socket that serves no session from the set.
    mutating func unwatch(_ descriptor: Int32) {
        mailbox.unwatch(descriptor)
        sockets.forget(descriptor)
    }

    /// Changes for what a socket is watched.
    func control(_ token: SocketToken, _ operation: Int32, events: UInt32 = EPOLLIN.rawValue) throws(SystemError) {
        let set = mailbox.epoll.rawValue
        try SystemCall.run("epoll_ctl") {
            clinux_epoll_control(set, operation, token.descriptor, events, token.rawValue)
        }
    }

    /// Another offer and answer: the same stream goes on, to another address or with another payload.
    private mutating func update(_ session: UnsafeMutablePointer<Session>, _ parameters: MediaSessionParameters) {
        let family = session.pointee.ports.rtp.family
        let before = session.pointee.latch.current
        leaveWheel(session)
        session.pointee.parameters = parameters
        session.pointee.payloadTypes = PayloadTypes(parameters)
        session.pointee.latch.renegotiate(
            signalled: parameters.remote.map { RawAddress($0, socket: family) } ?? RawAddress())
        let clockRate = UInt32(parameters.format.codec.clockRate)
        session.pointee.stream.clockRate = clockRate
        session.pointee.account.changeClockRate(to: clockRate)
        // The wait for media begins anew: it could not come while the call was held.
        session.pointee.lastTaken = now
        session.pointee.isTimedOut = false
        configure(session)
        if session.pointee.latch.current != before { awaitMedia(session) }
        arrange(session)
    }

    /// Derives from the parameters what packets need.
    private mutating func configure(_ session: UnsafeMutablePointer<Session>) {
        let parameters = session.pointee.parameters
        let codec = parameters.format.codec
        let packetTime = PacketTimes.clamp(parameters.packetTime)
        session.pointee.sendPayloadType = parameters.format.sendPayloadType
        session.pointee.frameOctets = packetTime * codec.octetsPerMillisecond
        session.pointee.frameTicks = UInt32(packetTime * codec.clockRate / 1000)
        switch parameters.source {
        case .tone(let signal):
            // A tone in another codec than the session's would be noise.
            session.pointee.frames = signal.codec == codec ? PacedFrames(signal) : PacedFrames(silence: codec)
        case .silence: session.pointee.frames = PacedFrames(silence: codec)
        case .echo, .nothing: session.pointee.frames = nil
        }
        session.pointee.mediaTimeout =
            session.pointee.expectsMedia ? parameters.mediaTimeout.map { max(1, $0.nanoseconds) } : nil
        session.pointee.configureRTCP()
        session.pointee.account.keepSummaries(!parameters.statisticsSummary.isEmpty)
        session.pointee.listens = parameters.detectsInBandDigits
        if !parameters.detectsInBandDigits {
            session.pointee.detector = nil
            // The sequence goes on unheard: what is heard later begins anew.
            session.pointee.ordered = PacketReordering()
        } else if session.pointee.detector == nil {
            session.pointee.detector = DTMFDetector()
        }
    }

    /// Lets the session send, or not, as its parameters and its state say now.
    mutating func arrange(_ session: UnsafeMutablePointer<Session>) {
        let maySend = session.pointee.maySend
        if case .echo = session.pointee.parameters.source {
            setEchoes(session, maySend && session.pointee.parameters.direction.receives)
        } else {
            setEchoes(session, false)
        }
        let paces = maySend && session.pointee.frames != nil
        if paces, session.pointee.wheel == 0 {
            joinWheel(session)
        } else if !paces {
            leaveWheel(session)
        }
        arm(session)
    }

    private mutating func setEchoes(_ session: UnsafeMutablePointer<Session>, _ echoes: Bool) {
        echoingSessions += (echoes ? 1 : 0) - (session.pointee.echoes ? 1 : 0)
        session.pointee.echoes = echoes
    }

    /// Media may need a packet of ours before it can come.
    private func awaitMedia(_ session: UnsafeMutablePointer<Session>) {
        let opens = session.pointee.parameters.opensPath && session.pointee.frames == nil
        session.pointee.opensPathAt = opens ? now &+ MediaSessionParameters.pathDelay.nanoseconds : nil
    }

    private mutating func joinWheel(_ session: UnsafeMutablePointer<Session>) {
        let period = PacketTimes.clamp(session.pointee.parameters.packetTime)
        let (place, firstTick) = wheels[period].insert(session.pointee.slot, now: pacing.tick(at: now) + 1)
        session.pointee.wheel = period
        session.pointee.place = place
        session.pointee.dueTick = firstTick
        session.pointee.beginsTalk = true
        turningWheels |= 1 << UInt64(period)
        pacingSessions += 1
    }

    private mutating func leaveWheel(_ session: UnsafeMutablePointer<Session>) {
        let period = session.pointee.wheel
        guard period != 0 else { return }
        session.pointee.wheel = 0
        if let moved = wheels[period].remove(session.pointee.place) {
            sessions[moved].pointee.place = session.pointee.place
        }
        pacingSessions -= 1
        if wheels[period].members == 0 { turningWheels &= ~(1 << UInt64(period)) }
    }

    private mutating func close(_ session: UnsafeMutablePointer<Session>) {
        if session.pointee.failure == nil {
            takeWhatWaits(session)
            hearTheRest(session)
            sayGoodbye(session)
        }
        leaveWheel(session)
        setEchoes(session, false)
        deadlines.set(session.pointee.slot, to: nil)
        // What the kernel still knows of earlier packets belongs to the report.
        if !session.pointee.triesOutlet { drainErrors(session) }
        // The last, short interval has a score too if enough came in it.
        _ = session.pointee.takeInterval(now, realtime, scoring)
        events.append(.closed(session.pointee.id, session.pointee.report(now, realtime, scoring)))
        slotsByID[session.pointee.id] = nil
        mailbox.load.subtract(1, ordering: .relaxed)
        if session.pointee.outletSocket != nil {
            sockets.forget(session.pointee.outlet)
            settling.removeAll { $0.slot == session.pointee.slot }
            // Before the ports can go back to the pool.
            session.pointee.outletSocket = nil
        }
        let ports = session.pointee.ports
        sessions.remove(session.pointee.slot)
        sockets.release(ports.rtpDescriptor)
        sockets.release(ports.rtcpDescriptor)
        // They are closed, and epoll forgets them, or they are kept for another call and stay in the set.
        ports.giveBack(isWatched: sockets.isWatched(ports.rtpDescriptor) && sockets.isWatched(ports.rtcpDescriptor))
    }

    /// What came before the end of the session is part of it; a flood is not waited for.
    private mutating func takeWhatWaits(_ session: UnsafeMutablePointer<Session>) {
        if session.pointee.outletSocket != nil {
            for _ in 0..<256 where !receiveRTP(session, by: session.pointee.rtpDescriptor) { break }
            for _ in 0..<256 where !receiveRTP(session, by: session.pointee.outlet) { break }
        } else if clinux_media_any_waits(session.pointee.rtpDescriptor, session.pointee.rtcpDescriptor) {
            for _ in 0..<256 where !receiveRTP(session, by: session.pointee.rtpDescriptor) { break }
        } else {
            return
        }
        for _ in 0..<16 where !receiveRTCPDatagram(session) { break }
    }
}

extension Session {
    /// Whether RTP may go out now.
    var maySend: Bool { parameters.direction.sends && latch.canSend && !isTimedOut }

    /// Whether RTP should come now.
    var expectsMedia: Bool { parameters.direction.receives && !parameters.isHeld && parameters.remote != nil }
}
