import SDP
import SIP

extension UserAgentCore {
    /// A request with a To tag: it belongs to a dialog, or is refused with 481 (RFC 3261 12.2.2).
    mutating func receiveInDialog(
        _ request: Request, transaction: ServerTransactionID?, from source: TransportAddress, now: Instant
    ) {
        guard let id = DialogID(received: request), let call = callsByDialog[id] else {
            if let transaction { respond(Reply(481), to: request, in: transaction, from: source, now: now) }
            return
        }
        guard let transaction else { return acknowledged(call, by: request, now: now) }
        guard call.phase != .over else {
            // Our BYE crossed the peer's request, which may be its BYE (RFC 3261 15.1.2).
            let reply = request.method == .bye ? Reply(200) : Reply(481)
            respond(reply, to: request, in: transaction, from: source, now: now)
            return
        }
        switch call.dialog?.receive(request) {
        case .outOfOrder:
            respond(Reply(500, retryAfter: 1), to: request, in: transaction, from: source, now: now)
            return
        case .inOrder, nil: break
        }
        let reply: Reply
        switch request.method {
        case .bye: return receiveBye(request, transaction: transaction, from: source, of: call, now: now)
        case .invite: return receiveReinvite(request, transaction: transaction, from: source, of: call, now: now)
        case .prack: return receivePrack(request, transaction: transaction, from: source, of: call, now: now)
        case .options: return receiveOptions(request, transaction, from: source, now: now)
        case .update: reply = receiveUpdate(request, of: call, now: now)
        case .info: reply = receiveInfo(request, of: call)
        case .ack, .cancel, .register, .message, .notify, .refer, .subscribe, .publish, .other:
            reply = sessionless(request) ?? Reply(405)
        }
        respond(reply, to: request, in: transaction, from: source, now: now)
        schedule(call)
    }

    /// The ACK of a 2xx; it brings the answer if the 2xx made the offer.
    private mutating func acknowledged(_ call: Call, by ack: Request, now: Instant) {
        // An ACK that comes again after the next INVITE is not that one's.
        guard ack.cSeq.number == call.inviteSequence, call.retransmission?.acknowledged() == true else { return }
        call.retransmission = nil
        call.phase = .established
        call.nextReport = configuration.collector?.interval.map { now + $0 }
        proved(call, now: now)
        if call.session.isOfferPending { acceptAnswer(of: ack, call, now: now) }
        hangUpIfDue(call, now: now)
        refreshIfDue(call, now: now)
        schedule(call)
    }

    /// The answer to our offer, in an ACK (RFC 3264 4, RFC 3261 13.2.2.4).
    private mutating func acceptAnswer(of ack: Request, _ call: Call, now: Instant) {
        guard case .description(let answer) = ack.offer, (try? call.session.accept(answer)) != nil else {
            call.hangUp = (now, .callee, .badAnswer)
            return
        }
        publish(.changed(call.mediaDescription), of: call)
        startMedia(call)
    }

    /// A re-INVITE: a new offer, or the wish for one of ours (RFC 3261 14.2).
    private mutating func receiveReinvite(
        _ request: Request, transaction: ServerTransactionID, from source: TransportAddress, of call: Call,
        now: Instant
    ) {
        guard let port = call.media.port else { return }
        var reply = Reply(200, contact: call.contact)
        do throws(Refusal) {
            try inspectTimer(request)
            reply.sessionDescription = try reinviteBody(request, of: call, port: port)
        } catch {
            respond(error.reply, to: request, in: transaction, from: source, now: now)
            return
        }
        agreeOnTimer(request, &reply, of: call, now: now)
        call.dialog?.refreshTarget(from: request)
        call.phase = .answered
        callsByConnection.remove(call.handle, call.source)
        call.source = source
        callsByConnection.add(call.handle, source)
        call.inviteTransaction = transaction
        call.inviteSequence = request.cSeq.number
        let response = respond(reply, to: request, in: transaction, from: source, now: now)
        call.retransmission = AcceptedInviteRetransmission(response: response, now: now)
        if !call.session.isOfferPending { sessionChanged(of: call) }
        schedule(call)
    }

    private mutating func reinviteBody(
        _ request: Request, of call: Call, port: UInt16
    ) throws(Refusal) -> [UInt8] {
        // 14.2: a re-INVITE that crosses ours gets 491; one before the last INVITE's ACK gets 500.
        if call.refresh?.isInvite == true { throw Refusal(Reply(491)) }
        guard call.phase == .established, !call.session.isOfferPending else { throw tooEarly() }
        guard let offer = try description(in: request) else { return call.session.offer(port: port) }
        return try answer(to: offer, of: call, port: port)
    }

    /// UPDATE (RFC 3311 5.2): the target, the session timer and, with an offer, the session are renewed.
    private mutating func receiveUpdate(_ request: Request, of call: Call, now: Instant) -> Reply {
        var reply = Reply(200, contact: call.contact)
        do throws(Refusal) {
            try inspectTimer(request)
            let offer = try description(in: request)
            if let offer {
                // An offer that crosses ours gets 491; one before our answer gets 500.
                if call.session.isOfferPending || call.refresh?.isInvite == true { throw Refusal(Reply(491)) }
                guard call.session.audio != nil, let port = call.media.port else { throw tooEarly() }
                reply.sessionDescription = try answer(to: offer, of: call, port: port)
            }
            agreeOnTimer(request, &reply, of: call, now: now)
            call.dialog?.refreshTarget(from: request)
            if offer != nil { sessionChanged(of: call) }
            return reply
        } catch {
            return error.reply
        }
    }

    /// INFO: a digit, as phones send it that know no telephone events.
    private mutating func receiveInfo(_ request: Request, of call: Call) -> Reply {
        switch request.infoDigit {
        case .digit(let digit):
            publish(.digit(CallDigit(digit: digit, method: .info)), of: call)
            return Reply(200)
        case .none:
            return Reply(200)
        case .malformed:
            return Reply(400, warning: (399, "no digit in the body"))
        case .unsupported:
            return Reply(415, accept: "application/dtmf-relay, application/dtmf")
        }
    }
}

// MARK: - Offers and answers

extension UserAgentCore {
    /// The session description in a request, nil where it has no body.
    func description(in request: Request) throws(Refusal) -> SessionDescription? {
        switch request.offer {
        case .none: return nil
        case .malformed(let error): throw Refusal(Reply(400, warning: (399, error)))
        case .unsupported: throw Refusal(Reply(415, accept: Capability.accept))
        case .description(let description): return description
        }
    }

    /// Our answer to an offer in a call that has a session.
    func answer(to offer: SessionDescription, of call: Call, port: UInt16) throws(Refusal) -> [UInt8] {
        do {
            return try call.session.answer(to: offer, port: port)
        } catch {
            throw Refusal(Reply(error))
        }
    }

    /// The media follows what was agreed on; before our 200 there is none yet.
    mutating func sessionChanged(of call: Call) {
        guard !call.phase.isBeforeAnswer else { return }
        publish(.changed(call.mediaDescription), of: call)
        startMedia(call)
    }

    /// 500 with a Retry-After of 0 to 10 seconds (RFC 3261 14.2, RFC 3311 5.2).
    mutating func tooEarly() -> Refusal {
        Refusal(Reply(500, retryAfter: Int(random.next(upperBound: 11 as UInt64))))
    }
}

/// An answer that refuses.
struct Refusal: Error {
    let reply: Reply

    init(_ reply: Reply) { self.reply = reply }
}
