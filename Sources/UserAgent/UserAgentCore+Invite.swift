import SDP
import SIP

extension UserAgentCore {
    /// An INVITE without a To tag: a call, unless it has to be refused (RFC 3261 8.2, 13.3.1).
    mutating func receiveInvite(
        _ request: Request, transaction: ServerTransactionID, from source: TransportAddress, at local: LocalEndpoint,
        now: Instant
    ) {
        lastHandle += 1
        statistics.total += 1
        let handle = CallHandle(number: lastHandle)
        let identity = CallIdentity(request, handle: handle, source: source)
        let session = CallSession(
            capabilities, at: configuration.advertisedAddress ?? local.address, identifier: random.next() >> 2)
        let call = Call(
            identity, invite: request, transaction: transaction, localTag: token(), session: session, at: local,
            now: now)
        publish(.incoming, of: call)
        if let refusal = refusal(of: request, call) {
            return turnAway(call, refusal, now: now)
        }
        calls[handle] = call
        callsByConnection.add(handle, source)
        callsByInvite[transaction] = call
        countStranger(call)
        statistics.ringing += 1
        // Where nothing rings, 180 and 200 come at once: a 100 would be one message more for nothing (RFC 3261 17.2.1).
        if ringingTime(of: call) != .zero { respond(Reply(100), to: request, in: transaction, from: source, now: now) }
        actions.append(.reserveMedia(handle, place(of: call)))
    }

    /// Where the media of a call is to be: where its signalling is, unless the offer wants the other family.
    private func place(of call: Call) -> MediaPlace {
        let remote = call.offer?.audio?.remote.flatMap { IPAddress(parsing: $0.host) }
        guard let remote, remote.isIPv4 != call.session.address.isIPv4 else {
            return .at(call.local.address)
        }
        return .towards(remote)
    }

    /// Why a new call cannot be taken, nil if it can.
    private func refusal(of request: Request, _ call: Call) -> CallRefusal? {
        if stopping {
            return CallRefusal(Reply(503, retryAfter: Self.retryAfterStop), .shutdown)
        }
        do throws(Refusal) {
            call.replaces = try replacedCall(request)
            try inspectTimer(request)
        } catch {
            return CallRefusal(error.reply, .badRequest)
        }
        // A call that takes the place of another is none more.
        let isFull = statistics.active + statistics.ringing >= configuration.maximumCalls
        if call.replaces == nil, isFull || strangersFill(call) {
            switch configuration.overLimitResponse {
            case .busyHere: return CallRefusal(Reply(486), .overLimit)
            case .serviceUnavailable(let seconds): return CallRefusal(Reply(503, retryAfter: seconds), .overLimit)
            }
        }
        guard request.firstContact?.uri.isSIP == true else {
            // 8.1.1.8: without it there is nowhere to send a BYE to.
            return CallRefusal(Reply(400, warning: (399, "no SIP URI in Contact")), .badRequest)
        }
        do {
            guard let offer = try description(in: request) else { return nil }
            do {
                call.offer = try call.session.consider(offer)
                return nil
            } catch {
                return CallRefusal(Reply(error), .notAcceptable)
            }
        } catch {
            return CallRefusal(error.reply, .badRequest)
        }
    }

    /// The ports of a call are bound: it rings.
    /// - Parameters:
    ///   - address: the address of ours that was chosen for a place `.towards` the peer; nil for one `.at` an address.
    ///   - port: the RTP port.
    public mutating func mediaReserved(
        _ handle: CallHandle, address: IPAddress? = nil, port: UInt16, now: Instant
    ) {
        guard let call = calls[handle], let invite = call.invite, call.phase == .preparing else {
            actions.append(.closeMedia(handle))
            return
        }
        call.media = .reserved(port: port)
        if let address { call.session.mediaAddress = address }
        call.phase = .ringing
        call.dialog = Dialog(
            answering: invite, localTag: call.localTag, state: .early, transport: call.source.transport)
        if let dialog = call.dialog?.id { callsByDialog[dialog] = call }
        let delay = ringingTime(of: call)
        call.ringingDeadline = now + (delay ?? configuration.ringTimeout)
        ring(call, answering: invite, port: port, now: now)
        publish(.ringing, of: call)
        if let delay, delay <= .zero { answer(call, now: now) }
        schedule(call)
        carryOut(now: now)
    }

    /// How long a call rings until we answer; nil where we do not. What takes the place of a call that is up does not ring.
    private func ringingTime(of call: Call) -> Duration? {
        if call.replaces != nil { return .zero }
        return configuration.autoAnswer ? max(.zero, configuration.autoAnswerDelay) : nil
    }

    /// There are no ports: the call is refused with 503 (RFC 3261 21.5.4).
    ///
    /// - Parameter cause: why there are none, in words for the log.
    public mutating func mediaUnavailable(_ handle: CallHandle, cause: String, now: Instant) {
        guard let call = calls[handle], call.phase == .preparing else { return }
        refuse(call, CallRefusal(Reply(503, retryAfter: 5), .noPorts, cause: cause), now: now)
        carryOut(now: now)
    }

    /// 200 with the answer, or with our offer where the INVITE had none (RFC 3261 13.3.1.4).
    mutating func answer(_ call: Call, now: Instant) {
        guard let invite = call.invite, case .reserved(let port) = call.media else { return }
        // RFC 3262 3: not while a provisional response with an offer has no answer; we wait for every PRACK.
        guard call.reliable?.isDone ?? true else {
            call.ringingDeadline = nil
            call.isAnswerDue = true
            return
        }
        var reply = Reply(200, toTag: call.localTag, contact: call.contact)
        if let offer = call.offer {
            reply.sessionDescription = call.session.answer(to: offer, port: port)
        } else if call.session.audio == nil {
            reply.sessionDescription = call.session.offer(port: port)
        }
        agreeOnTimer(invite, &reply, of: call, now: now)
        call.reliable = nil
        call.isAnswerDue = false
        call.phase = .answered
        call.ringingDeadline = nil
        call.answeredAt = now
        measures.observeAnswer(to: call.arrival, due: call.arrival + (ringingTime(of: call) ?? .zero), now: now)
        call.dialog?.confirm()
        callsByInvite[call.inviteTransaction] = nil
        setHangUp(of: call, now: now)
        statistics.ringing -= 1
        statistics.active += 1
        statistics.answered += 1
        let response = respond(reply, to: invite, in: call.inviteTransaction, from: call.source, now: now)
        call.retransmission = AcceptedInviteRetransmission(response: response, now: now)
        call.invite = nil
        call.offer = nil
        publish(.answered(call.mediaDescription), of: call)
        startMedia(call)
        endReplaced(by: call, now: now)
        schedule(call)
    }

    /// How long the call may last: the tone's duration, and the longest call.
    private func setHangUp(of call: Call, now: Instant) {
        let tone = call.identity.dialled == .tone ? configuration.toneDuration : nil
        call.hangUp = tone.map { (now + $0, .callee, .toneFinished) }
        if let limit = configuration.maximumCallDuration, limit < tone ?? .seconds(Int64.max) {
            call.hangUp = (now + limit, .callee, .maximumDuration)
        }
    }

    /// The caller gave up (RFC 3261 9.2).
    mutating func cancelled(_ transaction: ServerTransactionID, now: Instant) {
        guard let call = callsByInvite[transaction], let invite = call.invite else { return }
        respond(Reply(487, toTag: call.localTag), to: invite, in: transaction, from: call.source, now: now)
        end(call, .caller, .cancelled, status: 487, now: now)
    }

    /// Refuses a call that is not answered yet.
    mutating func refuse(_ call: Call, _ refusal: CallRefusal, now: Instant) {
        guard let invite = call.invite else { return }
        var reply = refusal.reply
        reply.toTag = call.localTag
        respond(reply, to: invite, in: call.inviteTransaction, from: call.source, now: now)
        end(call, .callee, refusal.reason, cause: refusal.cause, status: reply.status, now: now)
    }

    /// Refuses a call that never came into the table.
    private mutating func turnAway(_ call: Call, _ refusal: CallRefusal, now: Instant) {
        guard let invite = call.invite else { return }
        var reply = refusal.reply
        reply.toTag = call.localTag
        respond(reply, to: invite, in: call.inviteTransaction, from: call.source, now: now)
        statistics.refused += 1
        call.ending = CallEnding(
            party: .callee, reason: refusal.reason, cause: refusal.cause, status: reply.status, at: now)
        publishEnd(of: call, report: nil)
    }

    /// What Retry-After says while we stop, in seconds: about what a restart takes.
    static let retryAfterStop = 5
}

/// A refusal and what the log calls it.
struct CallRefusal: Sendable {
    let reply: Reply
    let reason: CallEnd.Reason
    let cause: String?

    init(_ reply: Reply, _ reason: CallEnd.Reason, cause: String? = nil) {
        self.reply = reply
        self.reason = reason
        self.cause = cause
    }
}
