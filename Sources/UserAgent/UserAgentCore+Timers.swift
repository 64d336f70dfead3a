import SIP

extension UserAgentCore {
    /// Does what is due in a call.
    mutating func callDeadline(_ call: Call, now: Instant) {
        if let deadline = call.ringingDeadline, deadline <= now {
            call.ringingDeadline = nil
            if configuration.autoAnswer || call.replaces != nil {
                answer(call, now: now)
            } else {
                refuse(call, CallRefusal(Reply(480), .noAnswer), now: now)
            }
        }
        repeatProvisional(call, now: now)
        repeatAnswer(call, now: now)
        sessionTimerDue(call, now: now)
        reportDue(call, now: now)
        hangUpIfDue(call, now: now)
    }

    /// Asks for what the collector is to be told of a call that goes on.
    private mutating func reportDue(_ call: Call, now: Instant) {
        guard call.phase == .established, let due = call.nextReport, due <= now,
            let interval = configuration.collector?.interval
        else { return }
        call.nextReport = max(due + interval, now)
        actions.append(.reportMedia(call.handle))
    }

    /// Repeats the 200 until its ACK comes; without one the call is ended by a BYE (RFC 3261 13.3.1.4).
    private mutating func repeatAnswer(_ call: Call, now: Instant) {
        switch call.retransmission?.advance(to: now) {
        case .resend?:
            guard let response = call.retransmission?.response,
                allowsRepeat(of: response, in: call.inviteTransaction, now: now)
            else { return }
            transactions.respond(response, status: 200, in: call.inviteTransaction, now: now, into: &pending)
        case .giveUp?:
            call.retransmission = nil
            call.phase = .established
            call.hangUp = (now, .network, .noAcknowledgement)
        case nil, .some(.none):
            break
        }
    }
}
