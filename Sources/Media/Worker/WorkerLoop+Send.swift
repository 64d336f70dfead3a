import Audio
import CLinux
import Glibc
import Networking
import RTP

extension WorkerLoop {
    /// The first tick at which a session has a frame to send; nil where none sends by the clock.
    ///
    /// Changes nothing; but for a method that only reads, the compiler copies the whole loop.
    mutating func nextDueTick() -> Int64? {
        var next = owing.lazy.map(\.tick).min()
        var turning = turningWheels
        while turning != 0 {
            let period = turning.trailingZeroBitCount
            turning &= turning &- 1
            if let tick = wheels[period].nextDueTick { next = min(next ?? tick, tick) }
        }
        return next
    }

    /// Sends every frame that is due.
    mutating func pace() {
        var turning = turningWheels
        while turning != 0 {
            let period = turning.trailingZeroBitCount
            turning &= turning &- 1
            for tick in wheels[period].takeDueTicks(pacing.tick(at: now)) { serve(tick, period: period) }
        }
        if !owing.isEmpty { catchUp() }
    }

    /// How far a session may be behind and still send all that it missed: milliseconds.
    private static var longestDebt: Int64 { 100 }

    /// Sends the frames between the regular ones by which sessions catch up after a short stall.
    private mutating func catchUp() {
        let tick = pacing.tick(at: now)
        var index = 0
        while index < owing.count {
            guard owing[index].tick <= tick else {
                index += 1
                continue
            }
            let slot = owing[index].slot
            owing.swapAt(index, owing.count - 1)
            owing.removeLast()
            // The slot may have passed to another session meanwhile, which is not behind.
            guard sessions.isOpen(slot), sessions[slot].pointee.wheel != 0, sessions[slot].pointee.dueTick < tick else {
                continue
            }
            let due = pacing.nanoseconds(of: sessions[slot].pointee.dueTick)
            lateness.record(nanoseconds: SystemClock.monotonicNanoseconds &- due, packets: 1)
            sendDueFrame(sessions[slot])
        }
    }

    private mutating func serve(_ tick: Int64, period: Int) {
        let slots = wheels[period].slots(at: tick)
        guard !slots.isEmpty else { return }
        isUnpublished = true
        let due = pacing.nanoseconds(of: tick)
        lateness.record(nanoseconds: SystemClock.monotonicNanoseconds &- due, packets: slots.count)
        for slot in slots { sendFrame(sessions[slot], tick: tick, period: Int64(period)) }
    }

    /// Sends a session's frame at its turn. After a stall of up to `longestDebt` nothing is lost and nothing comes in a
    /// burst: the frames that were missed follow in between, one a packet time. What a longer one has missed is left out.
    private mutating func sendFrame(_ session: UnsafeMutablePointer<Session>, tick: Int64, period: Int64) {
        let behind = tick &- session.pointee.dueTick
        if behind > Self.longestDebt {
            let missed = behind / period
            session.pointee.frames?.skip(Int(missed) &* session.pointee.frameOctets)
            session.pointee.counters.skippedFrames &+= UInt32(truncatingIfNeeded: missed)
            totals.skippedFrames &+= UInt64(missed)
            session.pointee.dueTick = tick
        }
        sendDueFrame(session)
        if session.pointee.dueTick <= tick {
            owing.append(OwedFrame(slot: session.pointee.slot, tick: tick &+ period / 2))
        }
    }

    /// Sends the frame that is due next, with the timestamp of when it was due.
    private mutating func sendDueFrame(_ session: UnsafeMutablePointer<Session>) {
        let octets = session.pointee.frameOctets
        let due = session.pointee.dueTick
        session.pointee.dueTick = due &+ Int64(session.pointee.wheel)
        let header = session.pointee.stream.frame(
            payloadType: session.pointee.sendPayloadType, ticks: session.pointee.frameTicks,
            dueNanoseconds: pacing.nanoseconds(of: due), beginsTalk: session.pointee.beginsTalk)
        session.pointee.beginsTalk = false
        header.write(into: UnsafeMutableRawBufferPointer(start: outgoing, count: RTPHeader.fixedLength))
        session.pointee.frames?.take(octets, into: outgoing + RTPHeader.fixedLength)
        send(outgoing, payloadOctets: octets, session)
    }

    /// One frame of silence, at once.
    mutating func sendSilence(_ session: UnsafeMutablePointer<Session>) {
        var silence = PacedFrames(silence: session.pointee.parameters.format.codec)
        let octets = session.pointee.frameOctets
        let header = session.pointee.stream.frame(
            payloadType: session.pointee.sendPayloadType, ticks: session.pointee.frameTicks, dueNanoseconds: now,
            beginsTalk: true)
        header.write(into: UnsafeMutableRawBufferPointer(start: outgoing, count: RTPHeader.fixedLength))
        silence.take(octets, into: outgoing + RTPHeader.fixedLength)
        send(outgoing, payloadOctets: octets, session)
    }

    /// Gives the kernel a packet for where the session's media goes.
    mutating func send(
        _ packet: UnsafeRawPointer, payloadOctets: Int, _ session: UnsafeMutablePointer<Session>
    ) {
        let length = RTPHeader.fixedLength + payloadOctets
        guard transmit(packet, length, session) >= 0 || retry(packet, length, session) else { return }
        if session.pointee.sent.packets == 0 { session.pointee.sent.first = now }
        session.pointee.sent.packets &+= 1
        session.pointee.sent.octets &+= Int64(payloadOctets)
        session.pointee.sent.last = now
        totals.packetsSent &+= 1
    }

    /// What `sendto` returns.
    @inline(__always)
    mutating func transmit(
        _ packet: UnsafeRawPointer, _ length: Int, _ session: UnsafeMutablePointer<Session>
    ) -> Int {
        guard session.pointee.latch.route == .connected else { return transmitElsewhere(packet, length, session) }
        return clinux_media_send(session.pointee.outlet, packet, length, nil)
    }

    /// The first packet to an address, and every packet where the kernel does not connect.
    @inline(never)
    private mutating func transmitElsewhere(
        _ packet: UnsafeRawPointer, _ length: Int, _ session: UnsafeMutablePointer<Session>
    ) -> Int {
        if session.pointee.latch.route == .untried { connect(session) }
        if session.pointee.latch.route == .connected {
            return clinux_media_send(session.pointee.outlet, packet, length, nil)
        }
        return session.pointee.latch.current.send(packet, length: length, by: session.pointee.outlet)
    }

    /// The kernel may answer with the error of an earlier packet instead of taking this one: then it is asked again.
    @inline(never)
    private mutating func retry(
        _ packet: UnsafeRawPointer, _ length: Int, _ session: UnsafeMutablePointer<Session>
    ) -> Bool {
        switch errno {
        case EAGAIN, EWOULDBLOCK, ENOBUFS, ENOMEM:
            session.pointee.counters.blocked &+= 1
            totals.blocked &+= 1
            return false
        case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EPROTO, EMSGSIZE, EINTR:
            drainErrors(session, session.pointee.outlet)
            if transmit(packet, length, session) >= 0 { return true }
        default: break
        }
        session.pointee.counters.sendFailures &+= 1
        totals.sendFailures &+= 1
        return false
    }
}
