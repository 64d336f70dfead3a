import SDP
import SIP

/// A request of ours that refreshes the session and has no final response yet.
struct SessionRefresh: Hashable, Sendable {
    let transaction: ClientTransactionID
    /// Whether it is a re-INVITE, else an UPDATE without an offer.
    let isInvite: Bool
}

extension UserAgentCore {
    /// Sends the refresh that is due, unless another INVITE is under way: by UPDATE where the peer knows it, which
    /// leaves the session alone (RFC 4028 7.4), else by a re-INVITE with the session as it is.
    mutating func refreshIfDue(_ call: Call, now: Instant) {
        guard call.isRefreshDue, call.phase == .established, call.hangUp.map({ $0.at > now }) ?? true,
            call.refresh == nil, !call.session.isOfferPending
        else { return }
        call.isRefreshDue = false
        request(call.peerUpdates ? .update : .invite, call.handle, now: now)
    }

    /// What a refresh says besides what every request of a dialog says.
    mutating func complete(_ head: inout RequestHead, of call: Call) {
        head.contact = call.contact
        head.fields.append(("Allow", Capability.allow))
        head.fields.append(("Supported", configuration.supported))
        if let timer = call.sessionTimer {
            let interval = max(timer.interval, call.refreshMinimum)
            head.fields.append(("Session-Expires", "\(interval);refresher=\(timer.isOurs ? "uac" : "uas")"))
            head.fields.append(("Min-SE", "\(call.refreshMinimum)"))
        }
        if head.method == .invite, let port = call.media.port {
            head.body = call.session.offer(port: port)
            head.contentType = "application/sdp"
        }
    }

    /// A response to our refresh. Every 2xx to an INVITE is acknowledged, also one that comes again
    /// (RFC 3261 13.2.2.4), and also after we have hung up.
    mutating func refreshed(
        _ response: Response, _ request: PendingRequest, _ transaction: ClientTransactionID, now: Instant
    ) {
        guard let call = calls[request.call] else { return }
        let isSuccess = (200...299).contains(response.status)
        if isSuccess, request.method == .invite { acknowledge(response, of: call) }
        guard call.refresh?.transaction == transaction, response.status >= 200 else { return }
        call.refresh = nil
        requestDone(request.call)
        guard call.phase != .over else { return }
        if isSuccess {
            accepted(response, of: request, call, now: now)
        } else {
            if request.method == .invite { call.session.withdrawOffer() }
            refused(response, of: request, call, now: now)
        }
        hangUpIfDue(call, now: now)
        refreshIfDue(call, now: now)
        schedule(call)
    }

    private mutating func accepted(_ response: Response, of request: PendingRequest, _ call: Call, now: Instant) {
        call.dialog?.refreshTarget(from: response)
        call.peerUpdates = response.allowsUpdate ?? call.peerUpdates
        call.sessionTimer = SessionTimerAgreement(response).map { SessionTimer($0, as: .uac, now: now) }
        guard request.method == .invite else { return }
        let before = call.session.audio
        guard let bytes = response.sessionDescription, let answer = try? SessionDescription(parsing: bytes),
            (try? call.session.accept(answer)) != nil
        else {
            call.hangUp = (now, .callee, .badAnswer)
            return
        }
        if call.session.audio != before { sessionChanged(of: call) }
    }

    private mutating func refused(_ response: Response, of request: PendingRequest, _ call: Call, now: Instant) {
        switch response.status {
        case 408, 481:
            // The dialog is gone (RFC 3261 12.2.1.2).
            lost(call, now: now)
        case 491:
            // RFC 3261 14.1: who did not make the Call-ID waits 0 to 2 s, in steps of 10 ms.
            call.refreshRetry = now + .milliseconds(10 * Int64(random.next(upperBound: 201 as UInt64)))
        case 422:
            // RFC 4028 7.4: again with what the peer wants, if that is news.
            guard let minimum = response.numericValue(.minSE).map({ UInt32(clamping: $0) }),
                minimum > call.refreshMinimum
            else { return }
            call.refreshMinimum = minimum
            call.isRefreshDue = true
        case 405 where request.method == .update, 501 where request.method == .update:
            call.peerUpdates = false
            call.isRefreshDue = true
        default:
            // Another try, if the session lasts as long; else it expires.
            let seconds = response.numericValue(.retryAfter).map { Int64(clamping: $0) } ?? 10
            call.refreshRetry = now + .seconds(min(max(seconds, 1), 86_400))
        }
    }

    /// A refresh had no answer, or could not be sent.
    mutating func refreshFailed(_ request: PendingRequest, _ transaction: ClientTransactionID, now: Instant) {
        guard let call = calls[request.call], call.refresh?.transaction == transaction else { return }
        call.refresh = nil
        requestDone(request.call)
        guard call.phase != .over else { return }
        lost(call, now: now)
        hangUpIfDue(call, now: now)
        schedule(call)
    }

    private mutating func lost(_ call: Call, now: Instant) {
        call.hangUp = (now, .network, .dialogLost)
    }

    /// The ACK of a 2xx is a request without a transaction; it goes where the dialog's requests go.
    private mutating func acknowledge(_ response: Response, of call: Call) {
        guard let dialog = call.dialog,
            let peer = Destination(of: dialog.nextHop, call: call)?.address ?? call.resolvedHop
        else { return }
        let head = dialog.makeAcknowledgement(
            of: response, transport: peer.transport, sentBy: sentBy(of: call), branch: "z9hG4bK\(token())")
        actions.append(.send(head.encode(), to: peer, transaction: nil))
    }
}
