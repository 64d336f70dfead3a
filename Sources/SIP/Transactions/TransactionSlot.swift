/// One transaction of a table, with what the machine itself does not need to know.
struct TransactionSlot: Sendable {
    /// The machine of a transaction.
    enum Machine: Hashable, Sendable {
        case serverInvite(ServerInviteTransaction)
        case serverNonInvite(ServerNonInviteTransaction)
        case clientInvite(ClientInviteTransaction)
        case clientNonInvite(ClientNonInviteTransaction)
        /// The slot is not in use.
        case none

        var deadline: Instant? {
            switch self {
            case .serverInvite(let machine): machine.deadline
            case .serverNonInvite(let machine): machine.deadline
            case .clientInvite(let machine): machine.deadline
            case .clientNonInvite(let machine): machine.deadline
            case .none: nil
            }
        }

        var isTerminated: Bool {
            switch self {
            case .serverInvite(let machine): machine.state == .terminated
            case .serverNonInvite(let machine): machine.state == .terminated
            case .clientInvite(let machine): machine.state == .terminated
            case .clientNonInvite(let machine): machine.state == .terminated
            case .none: true
            }
        }
    }

    var machine: Machine
    /// The method of the request.
    var method: Method
    /// Where messages of this transaction go.
    var peer: TransportAddress
    /// What a message must have to belong here (see `TransactionKey`), and its hash.
    var match: [UInt8]
    var matchHash: Int
    /// What a request that came on two ways has in common with this one, and its hash; empty where there is none.
    var merge: [UInt8]
    var mergeHash: Int
    /// The request until something else is to be sent again: then the last response, or nothing.
    var retained: [UInt8]
    /// Whether `retained` is a response of ours and no longer the request.
    var hasResponse = false
    /// Whether the table asked or answers by itself and the user knows nothing of the transaction.
    var isInternal = false
    /// Tells this transaction from earlier ones of the slot.
    var generation: UInt32
    /// When the deadline queue will call.
    var scheduled: Instant?

    /// The kind of the machine; `nil` for a slot that is not in use.
    var kind: TransactionKind? {
        switch machine {
        case .serverInvite: .serverInvite
        case .serverNonInvite: .serverNonInvite
        case .clientInvite: .clientInvite
        case .clientNonInvite: .clientNonInvite
        case .none: nil
        }
    }

    /// Whether the request is matched by other requests or by responses.
    var isServer: Bool {
        switch machine {
        case .serverInvite, .serverNonInvite: true
        case .clientInvite, .clientNonInvite, .none: false
        }
    }

    /// Whether the INVITE waits for its final response.
    var isPendingInvite: Bool {
        switch machine {
        case .serverInvite(let machine): machine.state == .proceeding
        case .serverNonInvite, .clientInvite, .clientNonInvite, .none: false
        }
    }

    /// The request that is kept, read again: what needs it is rare. It was parsed once, so no limit is in its way.
    var retainedRequest: Request? {
        guard !hasResponse, case .request(let request) = try? Message(parsing: retained, limits: .none) else {
            return nil
        }
        return request
    }

    /// The response that is kept, read again; `nil` for none.
    var retainedResponse: Response? {
        guard hasResponse, case .response(let response) = try? Message(parsing: retained, limits: .none) else {
            return nil
        }
        return response
    }
}

extension MessageLimits {
    /// No limits, for messages that have passed them or that are ours.
    fileprivate static let none = MessageLimits(
        messageBytes: .max, bodyBytes: .max, headBytes: .max, headerCount: .max, headerBytes: .max)
}
