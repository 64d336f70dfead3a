import SDP
import SIP

extension UserAgentCore {
    /// A request with a To tag: it belongs to a dialog, or is refused with 481 (RFC 3261 12.2.2).
    mutating func receiveInDialog(
        _ request: Request, transaction: ServerTransactionID?, from source: TransportAddress, now: Instant
    ) {
        guard let id = DialogID(received: request), let handle = callsByDialog[id], let call = calls[handle] else {
            if let transaction { respond(Reply(481), to: request, in: transaction, from: source, now: now) }
            return
        }
        guard let transaction else { return acknowledged(handle, by: request, now: now) }
        guard call.phase != .over else {
            // Our BYE crossed the peer's request, which may be its BYE (RFC 3261 15.1.2).
            let reply = request.method == .bye ? Reply(200) : Reply(481)
            respond(reply, to: request, in: transaction, from: source, now: now)
            return
        }
        switch calls[handle]?.dialog?.receive(request) {
        case .outOfOrder:
            respond(Reply(500, retryAfter: 1), to: request, in: transaction, from: source, now: now)
            return
        case .inOrder, nil: break
        }
        switch request.method {
        case .bye: receiveBye(request, transaction: transaction, from: source, handle: handle, now: now)
        case .invite: receiveReinvite(request, transaction: transaction, from: source, handle: handle, now: now)
        case .options: receiveOptions(request, transaction, from: source, now: now)
        case .ack, .cancel, .register, .prack, .update, .info, .message, .notify, .refer, .subscribe, .publish, .other:
            respond(Reply(405), to: request, in: transaction, from: source, now: now)
        }
    }

    /// The ACK of a 2xx; it brings the answer if the 2xx made the offer.
    private mutating func acknowledged(_ handle: CallHandle, by ack: Request, now: Instant) {
        // An ACK that comes again after the next INVITE is not that one's.
        guard let call = calls[handle], ack.cSeq.number == call.inviteSequence,
            call.retransmission?.acknowledged() == true
        else { return }
        call.retransmission = nil
        call.phase = .established
        if call.session.isOfferPending { acceptAnswer(of: ack, handle, now: now) }
        hangUpIfDue(handle, now: now)
        schedule(handle)
    }

    /// The answer to our offer, in an ACK (RFC 3264 4, RFC 3261 13.2.2.4).
    private mutating func acceptAnswer(of ack: Request, _ handle: CallHandle, now: Instant) {
        guard let call = calls[handle] else { return }
        guard case .description(let answer) = ack.offer, (try? call.session.accept(answer)) != nil else {
            calls[handle]?.hangUp = (now, .callee, .badAnswer)
            return
        }
        publish(.changed(call.mediaDescription), of: call)
        startMedia(handle)
    }

    /// A re-INVITE: a new offer, or the wish for one of ours (RFC 3261 14.2).
    private mutating func receiveReinvite(
        _ request: Request, transaction: ServerTransactionID, from source: TransportAddress, handle: CallHandle,
        now: Instant
    ) {
        guard let call = calls[handle], let port = call.media.port else { return }
        let body: [UInt8]
        switch reinviteBody(request, &call.session, isReady: call.phase == .established, port: port) {
        case .success(let description):
            body = description
        case .failure(let refusal):
            respond(refusal.reply, to: request, in: transaction, from: source, now: now)
            return
        }
        call.dialog?.refreshTarget(from: request)
        call.phase = .answered
        call.source = source
        call.inviteTransaction = transaction
        call.inviteSequence = request.cSeq.number
        let response = respond(
            Reply(200, contact: call.contact, sessionDescription: body), to: request, in: transaction, from: source,
            now: now)
        call.retransmission = AcceptedInviteRetransmission(response: response, now: now)
        if !call.session.isOfferPending {
            publish(.changed(call.mediaDescription), of: call)
            startMedia(handle)
        }
        schedule(handle)
    }

    private mutating func reinviteBody(
        _ request: Request, _ session: inout CallSession, isReady: Bool, port: UInt16
    ) -> Result<[UInt8], Refusal> {
        guard isReady, !session.isOfferPending else {
            // 14.2: before the last INVITE's ACK it gets 500 with a Retry-After of 0 to 10 seconds.
            return .failure(Refusal(Reply(500, retryAfter: Int(random.next(upperBound: 11 as UInt64)))))
        }
        switch request.offer {
        case .none: return .success(session.offer(port: port))
        case .malformed(let error): return .failure(Refusal(Reply(400, warning: (399, error))))
        case .unsupported: return .failure(Refusal(Reply(415, accept: true)))
        case .description(let offer):
            do {
                return .success(try session.answer(to: offer, port: port))
            } catch {
                return .failure(Refusal(Reply(error)))
            }
        }
    }
}

/// An answer that refuses.
private struct Refusal: Error {
    let reply: Reply

    init(_ reply: Reply) { self.reply = reply }
}
