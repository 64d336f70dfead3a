import Media
import SIP

extension UserAgentCore {
    /// The peer hangs up (RFC 3261 15.1.2).
    mutating func receiveBye(
        _ request: Request, transaction: ServerTransactionID, from source: TransportAddress, of call: Call,
        now: Instant
    ) {
        respond(Reply(200), to: request, in: transaction, from: source, now: now)
        guard let invite = call.invite else {
            return end(call, .caller, .callerHungUp, status: 200, now: now)
        }
        respond(
            Reply(487, toTag: call.localTag), to: invite, in: call.inviteTransaction, from: call.source, now: now)
        end(call, .caller, .cancelled, status: 487, now: now)
    }

    /// We hang up if it is time to: a BYE, and the media ends. Before its ACK a call gets no BYE (RFC 3261 15).
    mutating func hangUpIfDue(_ call: Call, now: Instant) {
        guard call.phase == .established, let hangUp = call.hangUp, hangUp.at <= now else { return }
        request(.bye, call.handle, now: now)
        end(call, hangUp.party, hangUp.why, status: 200, now: now)
    }

    /// Notes how the call ended, and closes what it holds. It is published when the media's report is there.
    mutating func end(
        _ call: Call, _ party: CallEnd.Party, _ reason: CallEnd.Reason, cause: String? = nil, status: Int?, now: Instant
    ) {
        guard call.ending == nil else { return }
        call.ending = CallEnding(party: party, reason: reason, cause: cause, status: status, at: now)
        leaveEdge(call)
        count(call, reason)
        callsByInvite[call.inviteTransaction] = nil
        call.ringingDeadline = nil
        call.hangUp = nil
        call.retransmission = nil
        call.reliable = nil
        call.sessionTimer = nil
        call.refreshRetry = nil
        call.nextReport = nil
        call.invite = nil
        call.offer = nil
        call.phase = .over
        if let refresh = call.refresh, refresh.isInvite {
            transactions.cancel(refresh.transaction, now: now, into: &pending)
        }
        let held = call.media
        call.media = held == .none ? .none : .closing
        if held == .none {
            finish(call, report: nil, now: now)
        } else {
            actions.append(.closeMedia(call.handle))
        }
    }

    private mutating func count(_ call: Call, _ reason: CallEnd.Reason) {
        guard call.answeredAt != nil else {
            statistics.ringing -= 1
            if reason == .cancelled { statistics.cancelled += 1 } else { statistics.refused += 1 }
            return
        }
        statistics.active -= 1
        switch reason {
        case .noAcknowledgement, .mediaTimeout, .transportFailure, .dialogLost, .badAnswer, .sessionExpired:
            statistics.failed += 1
        case .callerHungUp, .cancelled, .toneFinished, .maximumDuration, .noAnswer, .overLimit, .notAcceptable,
            .badRequest, .noPorts, .noProvisionalAcknowledgement, .replaced, .shutdown:
            break
        }
    }

    /// The media of a call is closed, or its reserved ports are given back.
    /// - Parameter report: what was measured; nil if no media was open.
    public mutating func mediaClosed(_ handle: CallHandle, report: MediaReport?, now: Instant) {
        guard let call = calls[handle], call.media == .closing else { return }
        call.media = .none
        finish(call, report: report, now: now)
        carryOut(now: now)
    }

    /// Publishes the end of a call; forgets it when its BYE is done too.
    private mutating func finish(_ call: Call, report: MediaReport?, now: Instant) {
        publishEnd(of: call, report: report)
        if let report { self.report(.end, on: call, report, now: now) }
        forgetIfDone(call)
    }

    /// Forgets a call of which nothing is left: no media, no request of ours on its way.
    mutating func forgetIfDone(_ call: Call) {
        guard call.phase == .over, call.media == .none, call.requestsUnderWay == 0 else { return }
        if let dialog = call.dialog?.id { callsByDialog[dialog] = nil }
        calls[call.handle] = nil
        callsByConnection.remove(call.handle, call.source)
        stoppedIfDone()
    }

    /// Says that we have stopped, once no call is left and the collector knows of the last.
    mutating func stoppedIfDone() {
        if stopping, calls.isEmpty, reports?.isIdle ?? true { actions.append(.stopped) }
    }

    /// Takes no more calls: INVITE and OPTIONS get 503. `.stopped` says that no call is left, nor a report on one.
    ///
    /// - Parameter drain: how long calls that are up may go on; then they get a BYE, and those that ring a 503.
    public mutating func stop(_ drain: CallDrain = .none, now: Instant) {
        if !stopping {
            stopping = true
            sendReports(now: now)
            stoppedIfDone()
        }
        switch drain {
        case .none:
            drainsUntil = nil
            hangUpAll(now: now)
        case .within(let limit): drainsUntil = now + limit
        case .untilCallsEnd: drainsUntil = nil
        }
        carryOut(now: now)
    }

    /// The time for calls to end by themselves may be over.
    mutating func advanceDrain(to now: Instant) {
        guard let end = drainsUntil, end <= now else { return }
        drainsUntil = nil
        hangUpAll(now: now)
    }

    private mutating func hangUpAll(now: Instant) {
        for handle in calls.keys.sorted(by: { $0.number < $1.number }) {
            guard let call = calls[handle] else { continue }
            if call.phase.isBeforeAnswer {
                refuse(call, CallRefusal(Reply(503, retryAfter: Self.retryAfterStop), .shutdown), now: now)
            } else if call.phase != .over {
                call.hangUp = (now, .callee, .shutdown)
                hangUpIfDue(call, now: now)
            }
        }
    }

    mutating func publish(_ kind: CallEvent.Kind, of call: Call) {
        actions.append(.publish(CallEvent(call: call.identity, kind: kind)))
    }

    mutating func publishEnd(of call: Call, report: MediaReport?) {
        guard let ending = call.ending else { return }
        let end = CallEnd(
            party: ending.party, reason: ending.reason, cause: ending.cause, status: ending.status,
            answerDelay: call.answeredAt.map { $0 - call.arrival },
            duration: call.answeredAt.map { ending.at - $0 }, media: report)
        measures.observe(end)
        publish(.ended(end), of: call)
    }
}
