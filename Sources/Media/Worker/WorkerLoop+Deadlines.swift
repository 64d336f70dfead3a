import Networking
import RTP

extension WorkerLoop {
    /// Sets when the session is to be looked at next. Packets do not move a deadline: when it comes, it is seen whether
    /// they have.
    mutating func arm(_ session: UnsafeMutablePointer<Session>) {
        var deadline = session.pointee.nextInterval
        if let timeout = session.pointee.mediaDeadline { deadline = min(deadline, timeout) }
        if let opening = session.pointee.opensPathAt { deadline = min(deadline, opening) }
        if session.pointee.sendsRTCP {
            deadline = min(deadline, session.pointee.rtcp.schedule.nextNanoseconds)
        }
        deadlines.set(session.pointee.slot, to: deadline)
    }

    mutating func meetDeadlines() {
        while let next = deadlines.next, next <= now, let slot = deadlines.nextSlot {
            let session = sessions[slot]
            if let due = session.pointee.mediaDeadline, due <= now { timeOut(session) }
            if let due = session.pointee.opensPathAt, due <= now { openPath(session, due) }
            if session.pointee.sendsRTCP { reportByRTCP(session) }
            if session.pointee.nextInterval <= now { scoreInterval(session) }
            arm(session)
        }
    }

    private mutating func timeOut(_ session: UnsafeMutablePointer<Session>) {
        session.pointee.isTimedOut = true
        totals.timeouts &+= 1
        events.append(.timedOut(session.pointee.id))
        arrange(session)
    }

    private mutating func openPath(_ session: UnsafeMutablePointer<Session>, _ due: Int64) {
        session.pointee.opensPathAt = nil
        let hasCome = session.pointee.lastTaken > due &- MediaSessionParameters.pathDelay.nanoseconds
        if !hasCome, session.pointee.maySend, session.pointee.frames == nil { sendSilence(session) }
    }

    private mutating func scoreInterval(_ session: UnsafeMutablePointer<Session>) {
        let interval = session.pointee.takeInterval(now, realtime, scoring)
        if reportsIntervals { events.append(.interval(session.pointee.id, interval)) }
        let length = scoring.intervalNanoseconds
        // After a stall one interval covers what several would have.
        session.pointee.nextInterval = max(session.pointee.nextInterval, now &- length) &+ length
    }
}

extension Session {
    /// When the peer will have been silent for too long; nil where it may be.
    var mediaDeadline: Int64? {
        guard let mediaTimeout, !isTimedOut else { return nil }
        return lastTaken &+ mediaTimeout
    }

    /// Whether RTCP is sent: it goes on while the call is held (RFC 3264 section 5.1).
    var sendsRTCP: Bool { parameters.sendsRTCP && latch.canSend && !isTimedOut }
}
