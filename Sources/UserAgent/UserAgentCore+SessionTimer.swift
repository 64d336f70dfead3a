import SIP

extension UserAgentCore {
    /// Throws 422 where an INVITE or UPDATE of the peer wants a shorter interval than we agree to (RFC 4028 9).
    func inspectTimer(_ request: Request) throws(Refusal) {
        guard case .tooBrief(let minimum)? = configuration.sessionTimers?.answer(SessionTimerOffer(request)) else {
            return
        }
        var reply = Reply(422)
        reply.fields.append(("Min-SE", "\(minimum)"))
        throw Refusal(reply)
    }

    /// Agrees on a session timer with an INVITE or UPDATE that is accepted: the reply says so, and the call's timer starts
    /// afresh (RFC 4028 9).
    mutating func agreeOnTimer(_ request: Request, _ reply: inout Reply, of call: Call, now: Instant) {
        call.peerUpdates = request.allowsUpdate ?? call.peerUpdates
        switch configuration.sessionTimers?.answer(SessionTimerOffer(request)) {
        case nil, .some(.none), .tooBrief?:
            call.sessionTimer = nil
        case .agreed(let agreement)?:
            if agreement.isRequired { reply.fields.append(("Require", "timer")) }
            reply.fields.append(("Session-Expires", agreement.fieldValue))
            call.sessionTimer = SessionTimer(agreement, as: .uas, now: now)
        }
        call.isRefreshDue = false
        call.refreshRetry = nil
    }

    /// Refreshes the session when that is ours to do, or ends it when nobody did (RFC 4028 10).
    mutating func sessionTimerDue(_ call: Call, now: Instant) {
        switch call.sessionTimer?.advance(to: now) {
        case .refresh?: call.isRefreshDue = true
        case .expire?: call.hangUp = (now, .network, .sessionExpired)
        case nil, .some(.none): break
        }
        if let retry = call.refreshRetry, retry <= now {
            call.refreshRetry = nil
            call.isRefreshDue = true
        }
        refreshIfDue(call, now: now)
    }
}

extension MessageHead {
    /// Whether the peer takes UPDATE; nil where there is no Allow.
    var allowsUpdate: Bool? {
        contains(.allow) ? lists("UPDATE", in: .allow, hasCase: true) : nil
    }
}
