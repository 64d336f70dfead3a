@testable import SIP

/// Two user agents with a table each, and calls between them over a `SimulatedNetwork`.
struct SimulatedCalls {
    /// What becomes of a call, if nothing goes wrong.
    enum Course: CaseIterable {
        case callerHangsUp
        case calleeHangsUp
        case busy
        case cancelled
    }

    /// How far a call is on one side.
    enum Progress {
        case new
        case ringing
        case talking
        case hangingUp
        case ended
    }

    /// What is due to happen to a call.
    enum Event: UInt32 {
        case start
        case cancel
        case answer
        case hangUp
        case repeatAnswer
    }

    struct Call {
        let course: Course
        var caller = Progress.new
        var callee = Progress.new
        var invite: ClientTransactionID?
        var answering: ServerTransactionID?
        var request: Request?
        var answer: AcceptedInviteRetransmission?
        var wasAnswered = false
        var hasFailed = false
    }

    static let callerAddress = TransportAddress(.udp, IPAddress(v4: 0xC000_0201), port: 5060)
    static let calleeAddress = TransportAddress(.udp, IPAddress(v4: 0xC000_0209), port: 5060)

    var network: SimulatedNetwork
    var calls: [Call]
    var caller = TransactionTable(seed: 1)
    var callee = TransactionTable(seed: 2)
    private(set) var now: Instant
    private var random: SplitMix64
    private var events = DeadlineQueue()

    init(count: Int, network: SimulatedNetwork, seed: UInt64) {
        self.network = network
        now = Instant(nanoseconds: 0)
        random = SplitMix64(seed: seed)
        calls = (0..<count).map {
            Call(
                course: $0 % 10 == 0 ? .busy : $0 % 10 == 1 ? .cancelled : $0 % 2 == 0 ? .calleeHangsUp : .callerHangsUp
            )
        }
        for number in 0..<count { schedule(.start, number, after: .milliseconds(number)) }
    }

    /// Runs until nothing is due any more.
    mutating func run() throws {
        while let next = [
            network.nextArrival, caller.nextDeadline, callee.nextDeadline, events.first?.deadline,
        ]
        .compactMap({ $0 }).min() {
            now = max(now, next)
            while let datagram = network.receive(now: now) {
                let message = try Message(parsing: datagram.bytes)
                var actions: [TransactionAction] = []
                if datagram.to == Self.callerAddress {
                    caller.receive(message, from: datagram.from, now: now, into: &actions)
                    try callerHandles(actions)
                } else {
                    callee.receive(message, from: datagram.from, now: now, into: &actions)
                    try calleeHandles(actions)
                }
            }
            var actions: [TransactionAction] = []
            caller.advance(to: now, into: &actions)
            try callerHandles(actions)
            actions.removeAll()
            callee.advance(to: now, into: &actions)
            try calleeHandles(actions)
            while let event = events.popFirst(dueBy: now) {
                if let kind = Event(rawValue: event.generation) { try happen(kind, Int(event.slot)) }
            }
        }
    }

    private mutating func schedule(_ event: Event, _ number: Int, after delay: Duration) {
        events.insert(.init(deadline: now + delay, slot: UInt32(number), generation: event.rawValue))
    }

    private mutating func pause(upTo milliseconds: Int) -> Duration {
        .milliseconds(Int.random(in: 0...milliseconds, using: &random))
    }

    private mutating func happen(_ event: Event, _ number: Int) throws {
        var actions: [TransactionAction] = []
        switch event {
        case .start:
            calls[number].invite = try caller.send(
                try request("INVITE", number, fromCaller: true), to: Self.calleeAddress, now: now, into: &actions)
            calls[number].caller = .ringing
            try callerHandles(actions)
        case .cancel:
            guard let id = calls[number].invite else { return }
            caller.cancel(id, now: now, into: &actions)
            try callerHandles(actions)
        case .answer:
            try answer(number)
        case .hangUp:
            try hangUp(number)
        case .repeatAnswer:
            try repeatAnswer(number)
        }
    }
}

// MARK: - The caller

extension SimulatedCalls {
    private mutating func callerHandles(_ actions: [TransactionAction]) throws {
        for action in actions {
            switch action {
            case .send(let bytes, let peer, _):
                network.send(bytes, from: Self.callerAddress, to: peer, now: now)
            case .deliverResponse(let response, _, _):
                try callerReceives(response, number(response.callID))
            case .deliverRequest(let request, let id, _):
                guard let id else { continue }
                calls[number(request.callID)].caller = .ended
                try respond(200, to: request, id, by: \.caller)
            case .failed(let id, _):
                for number in calls.indices where calls[number].invite == id { calls[number].caller = .ended }
                for number in calls.indices where calls[number].caller == .hangingUp { calls[number].hasFailed = true }
            case .cancelled, .refused, .serverFailed, .ended:
                break
            }
        }
    }

    private mutating func callerReceives(_ response: Response, _ number: Int) throws {
        switch (response.cSeq.method, response.status) {
        case (.invite, 100..<200):
            if calls[number].course == .cancelled { schedule(.cancel, number, after: pause(upTo: 200)) }
        case (.invite, 200..<300):
            // The ACK has no transaction: each 2xx is acknowledged again.
            network.send(
                try request("ACK", number, fromCaller: true).bytes, from: Self.callerAddress, to: Self.calleeAddress,
                now: now)
            guard calls[number].caller == .ringing else { return }
            calls[number].caller = .talking
            calls[number].wasAnswered = true
            if calls[number].course != .calleeHangsUp { schedule(.hangUp, number, after: pause(upTo: 3_000)) }
        case (.invite, _), (.bye, _):
            calls[number].caller = .ended
        default:
            throw NotWhatWasWritten()
        }
    }
}

// MARK: - The callee

extension SimulatedCalls {
    private mutating func calleeHandles(_ actions: [TransactionAction]) throws {
        for action in actions {
            switch action {
            case .send(let bytes, let peer, _):
                network.send(bytes, from: Self.calleeAddress, to: peer, now: now)
            case .deliverRequest(let request, let id, _):
                try calleeReceives(request, id, number(request.callID))
            case .cancelled(let id, let cancel):
                let number = number(cancel.callID)
                guard let invite = calls[number].request else { continue }
                calls[number].callee = .ended
                try respond(487, to: invite, id, by: \.callee)
            case .deliverResponse(let response, _, _):
                if response.status >= 200 { calls[number(response.callID)].callee = .ended }
            case .failed, .serverFailed, .refused:
                throw NotWhatWasWritten()
            case .ended:
                break
            }
        }
    }

    private mutating func calleeReceives(_ request: Request, _ id: ServerTransactionID?, _ number: Int) throws {
        switch request.method {
        case .invite:
            guard let id, calls[number].callee == .new else { throw NotWhatWasWritten() }
            calls[number].callee = .ringing
            calls[number].answering = id
            calls[number].request = request
            // Some ring at once, and some let the transaction say 100 first.
            if number % 3 != 0 { try respond(180, to: request, id, by: \.callee) }
            schedule(.answer, number, after: pause(upTo: 600))
        case .ack:
            guard calls[number].answer?.acknowledged() == true else { return }
            if calls[number].course == .calleeHangsUp { schedule(.hangUp, number, after: pause(upTo: 3_000)) }
        case .bye:
            guard let id else { throw NotWhatWasWritten() }
            calls[number].answer?.acknowledged()
            calls[number].callee = .ended
            try respond(200, to: request, id, by: \.callee)
        default:
            throw NotWhatWasWritten()
        }
    }

    private mutating func answer(_ number: Int) throws {
        guard calls[number].callee == .ringing, let id = calls[number].answering, let invite = calls[number].request
        else { return }
        guard calls[number].course != .busy else {
            calls[number].callee = .ended
            return try respond(486, to: invite, id, by: \.callee)
        }
        calls[number].callee = .talking
        calls[number].answer = AcceptedInviteRetransmission(
            response: invite.response(status: 200, toTag: "b\(number)", from: Self.callerAddress), now: now)
        try respond(200, to: invite, id, by: \.callee)
        schedule(.repeatAnswer, number, after: .milliseconds(500))
    }

    private mutating func repeatAnswer(_ number: Int) throws {
        guard let id = calls[number].answering, let invite = calls[number].request,
            let action = calls[number].answer?.advance(to: now)
        else { return }
        switch action {
        case .none: break
        case .resend: try respond(200, to: invite, id, by: \.callee)
        case .giveUp:
            calls[number].hasFailed = true
            try hangUp(number)
        }
        if let deadline = calls[number].answer?.deadline {
            schedule(.repeatAnswer, number, after: deadline - now)
        }
    }
}

// MARK: - Both

extension SimulatedCalls {
    private mutating func hangUp(_ number: Int) throws {
        var actions: [TransactionAction] = []
        if calls[number].course == .calleeHangsUp {
            guard calls[number].callee == .talking else { return }
            calls[number].callee = .hangingUp
            _ = try callee.send(
                try request("BYE", number, fromCaller: false), to: Self.callerAddress, now: now, into: &actions)
            try calleeHandles(actions)
        } else {
            guard calls[number].caller == .talking else { return }
            calls[number].caller = .hangingUp
            _ = try caller.send(
                try request("BYE", number, fromCaller: true), to: Self.calleeAddress, now: now, into: &actions)
            try callerHandles(actions)
        }
    }

    private mutating func respond(
        _ status: Int, to request: Request, _ id: ServerTransactionID,
        by table: WritableKeyPath<SimulatedCalls, TransactionTable>
    ) throws {
        let isCaller = table == \.caller
        let peer = isCaller ? Self.calleeAddress : Self.callerAddress
        let response = request.response(
            status: status, toTag: isCaller ? nil : "b\(number(request.callID))", from: peer)
        var actions: [TransactionAction] = []
        self[keyPath: table].respond(response, status: status, in: id, now: now, into: &actions)
        if isCaller { try callerHandles(actions) } else { try calleeHandles(actions) }
    }

    private func request(_ method: String, _ number: Int, fromCaller: Bool) throws -> Request {
        try Request(
            Wire.request(
                method, branch: "z9hG4bK-\(number)-\(method)", host: fromCaller ? "192.0.2.1" : "192.0.2.9",
                fromTag: fromCaller ? "a\(number)" : "b\(number)",
                toTag: method == "INVITE" ? nil : fromCaller ? "b\(number)" : "a\(number)", callID: "\(number)",
                cSeq: method == "BYE" ? 2 : 1))
    }

    private func number(_ callID: WireText) -> Int { Int(callID.description) ?? 0 }
}
