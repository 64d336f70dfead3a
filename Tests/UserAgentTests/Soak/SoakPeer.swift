import SIP

@testable import UserAgent

/// A caller of the soak: it repeats what is not answered, acknowledges each final response, and does what its kind
/// does.
struct SoakPeer {
    /// What a caller has in mind.
    enum Kind: Int, CaseIterable {
        case hangsUp, listensToTheEnd, cancels, neverAcknowledges, vanishes, movesMedia, offersLate
        case answersBadly, sharesNoCodec, goesSilent, asksOptions, losesConnection, hangsUpEarly
    }

    /// A wish of the caller, some time after something has happened.
    enum Wish { case bye, cancel, reinvite, loseConnection }

    /// What it wants of the network and the clock.
    enum Output {
        case send([UInt8])
        /// Send, and repeat until `isWaiting` says that there is an answer.
        case sendUntilAnswered([UInt8], Method)
        case wish(Wish, after: Duration)
    }

    let kind: Kind
    let source: TransportAddress
    private var caller: Caller
    private var invite: Caller
    /// Methods whose request has no answer yet.
    private var waiting: Set<Method> = []
    private var hasEstablished = false
    private var isOver = false
    private(set) var hasConnection = true

    init(_ kind: Kind, number: Int) {
        self.kind = kind
        caller = Caller(callID: "soak-\(number)", fromTag: "s\(number)")
        if kind == .losesConnection {
            caller.transport = "TCP"
            source = TransportAddress(.tcp, .test("198.51.100.7"), port: 40_000, flow: UInt64(number) + 10)
        } else {
            source = .caller
        }
        invite = caller
    }

    func isWaiting(for method: Method) -> Bool { waiting.contains(method) && hasConnection }

    mutating func start() -> [Output] {
        if kind == .asksOptions {
            waiting.insert(.options)
            return [.sendUntilAnswered(caller.request("OPTIONS"), .options)]
        }
        let offer =
            switch kind {
            case .offersLate, .answersBadly: ""
            case .sharesNoCodec: Caller.offer(payloads: "18")
            default: Caller.offer()
            }
        let bytes = caller.invite(offer)
        invite = caller
        waiting.insert(.invite)
        var outputs = [Output.sendUntilAnswered(bytes, .invite)]
        if kind == .cancels { outputs.append(.wish(.cancel, after: .milliseconds(300))) }
        if kind == .losesConnection { outputs.append(.wish(.loseConnection, after: .milliseconds(600))) }
        return outputs
    }

    mutating func fulfil(_ wish: Wish) -> [Output] {
        guard !isOver, hasConnection else { return [] }
        switch wish {
        case .cancel:
            waiting.insert(.cancel)
            return [.sendUntilAnswered(invite.cancel(), .cancel)]
        case .bye:
            isOver = true
            waiting.insert(.bye)
            return [.sendUntilAnswered(caller.next("BYE"), .bye)]
        case .reinvite:
            let bytes = caller.next("INVITE", body: Caller.offer(port: 30_000, version: 2))
            invite = caller
            waiting.insert(.invite)
            return [.sendUntilAnswered(bytes, .invite), .wish(.bye, after: .seconds(2))]
        case .loseConnection:
            hasConnection = false
            return []
        }
    }

    mutating func receive(_ message: Message) -> [Output] {
        switch message {
        case .request(let request):
            guard kind != .vanishes else { return [] }
            isOver = true
            return [.send(request.response(status: 200, toTag: nil, from: .caller))]
        case .response(let response):
            guard response.cSeq.method == .invite else {
                waiting.remove(response.cSeq.method)
                return []
            }
            return receiveInvite(response)
        }
    }

    private mutating func receiveInvite(_ response: Response) -> [Output] {
        // A response to an earlier INVITE is only acknowledged again.
        let isLatest = response.cSeq.number == invite.sequence
        if isLatest { waiting.remove(.invite) }
        if response.status < 200 {
            if caller.toTag == nil { caller.learn(from: response) }
            guard kind == .hangsUpEarly, caller.toTag != nil, !isOver else { return [] }
            return fulfil(.bye)
        }
        guard response.status < 300 else { return isLatest ? [.send(invite.ack(refusal: response))] : [] }
        guard kind != .neverAcknowledges, kind != .vanishes else { return [] }
        if caller.toTag == nil { caller.learn(from: response) }
        var outputs = [Output.send(acknowledgement(sequence: response.cSeq.number))]
        if !hasEstablished {
            hasEstablished = true
            switch kind {
            case .hangsUp, .offersLate, .cancels, .hangsUpEarly: outputs.append(.wish(.bye, after: .seconds(3)))
            case .movesMedia: outputs.append(.wish(.reinvite, after: .seconds(1)))
            default: break
            }
        }
        return outputs
    }

    private mutating func acknowledgement(sequence: UInt32) -> [UInt8] {
        let body =
            switch kind {
            case .offersLate: Caller.offer()
            case .answersBadly: "no answer"
            default: ""
            }
        return caller.request("ACK", sequence: sequence, body: body)
    }
}
