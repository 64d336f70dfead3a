import SDP
import SIP

extension UserAgentCore {
    /// Sends the 180: reliably where the caller demands that (RFC 3262 3). Our offer goes with a reliable one, if the
    /// INVITE had none (RFC 3261 13.2.1).
    mutating func ring(_ call: Call, answering invite: Request, port: UInt16, now: Instant) {
        var reply = Reply(180, toTag: call.localTag, contact: call.contact)
        guard invite.lists("100rel", in: .require) else {
            respond(reply, to: invite, in: call.inviteTransaction, from: call.source, now: now)
            return
        }
        // The first one is between 1 and 2**31 - 1.
        let sequence = UInt32.random(in: 1...0x7FFF_FFFF, using: &random)
        reply.fields = [("Require", "100rel"), ("RSeq", "\(sequence)")]
        if call.offer == nil { reply.sessionDescription = call.session.offer(port: port) }
        let response = respond(reply, to: invite, in: call.inviteTransaction, from: call.source, now: now)
        call.reliable = ReliableProvisional(
            response: response, sequence: sequence, inviteSequence: invite.cSeq.number, now: now)
    }

    /// The PRACK of our reliable 180 (RFC 3262 3); it may bring the answer to our offer (5).
    mutating func receivePrack(
        _ request: Request, transaction: ServerTransactionID, from source: TransportAddress, of call: Call,
        now: Instant
    ) {
        let reply = prack(request, of: call)
        respond(reply, to: request, in: transaction, from: source, now: now)
        if reply.status == 200 { proved(call, now: now) }
        // The 200 has waited for it.
        if reply.status == 200, call.isAnswerDue { answer(call, now: now) }
        schedule(call)
    }

    private mutating func prack(_ request: Request, of call: Call) -> Reply {
        guard let acknowledged = RAck(request) else { return Reply(400, warning: (399, "no usable RAck")) }
        do throws(Refusal) {
            let description = try description(in: request)
            // It is acknowledged only if what it brings can be used: it may come again with something better.
            if let description, call.reliable?.matches(acknowledged) == true {
                guard call.session.isOfferPending else {
                    throw Refusal(Reply(400, warning: (399, "no offer before our answer")))
                }
                do { try call.session.accept(description) } catch { throw Refusal(Reply(error)) }
            }
        } catch {
            return error.reply
        }
        return call.reliable?.receive(acknowledged) == .accept ? Reply(200) : Reply(481)
    }

    /// Repeats the reliable 180 until its PRACK comes; without one the INVITE is refused (RFC 3262 3).
    mutating func repeatProvisional(_ call: Call, now: Instant) {
        guard call.phase == .ringing else { return }
        switch call.reliable?.advance(to: now) {
        case .resend?:
            guard let response = call.reliable?.response,
                allowsRepeat(of: response, in: call.inviteTransaction, now: now)
            else { return }
            transactions.respond(response, status: 180, in: call.inviteTransaction, now: now, into: &pending)
        case .giveUp?:
            refuse(call, CallRefusal(Reply(504), .noProvisionalAcknowledgement), now: now)
        case nil, .some(.none):
            break
        }
    }
}
