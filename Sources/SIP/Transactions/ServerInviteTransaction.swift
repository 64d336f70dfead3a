/// The server's side of an INVITE (RFC 3261 §17.2.1, figure 7, as amended by RFC 6026 §7.1).
///
/// The machine knows neither bytes nor addresses: its owner keeps the last response and does what the actions say.
/// It has ended when its state is `.terminated`.
public struct ServerInviteTransaction: Hashable, Sendable {
    /// The states of RFC 6026 §7.1.
    public enum State: Hashable, Sendable {
        /// The user has the INVITE and owes a final response.
        case proceeding
        /// The user answered 2xx; repeated INVITEs are absorbed while the user repeats the 2xx itself.
        case accepted
        /// The user answered 300 to 699, which is repeated until the ACK.
        case completed
        /// The ACK has come; repeated ones are absorbed.
        case confirmed
        /// Nothing more happens here.
        case terminated
    }

    /// What a repeated INVITE leads to.
    public enum RequestAction: Hashable, Sendable {
        /// Send the last response again.
        case resend
        /// Nothing.
        case absorb
    }

    /// What a response of the user leads to.
    public enum ResponseAction: Hashable, Sendable {
        /// Send it, and keep it to send it again.
        case send
        /// Send it; its repetition is the user's own business (a 2xx).
        case sendOnce
        /// The transaction is past this response, which is not sent.
        case refuse
    }

    /// What an ACK leads to.
    public enum AcknowledgementAction: Hashable, Sendable {
        /// It is for the user: the ACK of a 2xx.
        case deliver
        /// Nothing: the ACK of another response is the transaction's own.
        case absorb
    }

    /// What the passing of time leads to.
    public enum TimerAction: Hashable, Sendable {
        /// Nothing is due, or only the end of a wait.
        case none
        /// Answer 100: the user took longer than 200 ms.
        case sendTrying
        /// Send the last response again (timer G).
        case resend
        /// The ACK never came (timer H): tell the user.
        case fail
    }

    /// What an error of the transport leads to.
    public enum TransportErrorAction: Hashable, Sendable {
        /// Tell the user; the transaction goes on (RFC 6026 §7.1).
        case report
        /// Nothing.
        case ignore
    }

    /// The state.
    public private(set) var state = State.proceeding
    /// Whether the transport repeats what was lost.
    public let isReliable: Bool
    private var hasResponse = false
    /// The 100 while proceeding, then timer H, I or L.
    private var expiry: Instant?
    /// Timer G.
    private var repetition: Repetition?

    /// An INVITE has come and goes to the user.
    public init(reliable: Bool, now: Instant, timers: TimerValues) {
        isReliable = reliable
        expiry = now.advanced(by: timers.trying)
    }

    /// When `advance` is due next.
    public var deadline: Instant? { earliest(expiry, repetition?.deadline) }

    /// The INVITE has come again.
    public mutating func receiveInvite() -> RequestAction {
        switch state {
        case .proceeding, .completed: hasResponse ? .resend : .absorb
        case .accepted, .confirmed, .terminated: .absorb
        }
    }

    /// The user answers.
    public mutating func respond(
        status: Int, now: Instant, timers: TimerValues
    ) -> ResponseAction {
        switch (state, ResponseClass(status: status)) {
        case (.proceeding, .provisional):
            hasResponse = true
            expiry = nil
            return .send
        case (.proceeding, .success):
            state = .accepted
            expiry = now.advanced(by: timers.l)
            return .sendOnce
        case (.proceeding, .failure):
            state = .completed
            hasResponse = true
            expiry = now.advanced(by: timers.h)
            repetition = Repetition(every: timers.g(reliable: isReliable), from: now)
            return .send
        case (.accepted, .success):
            return .sendOnce
        case (.accepted, .provisional), (.accepted, .failure), (.completed, _), (.confirmed, _), (.terminated, _):
            return .refuse
        }
    }

    /// An ACK has come.
    public mutating func receiveAcknowledgement(
        now: Instant, timers: TimerValues
    ) -> AcknowledgementAction {
        switch state {
        case .accepted:
            return .deliver
        case .completed:
            repetition = nil
            let wait = timers.i(reliable: isReliable)
            state = wait > .zero ? .confirmed : .terminated
            expiry = wait > .zero ? now.advanced(by: wait) : nil
            return .absorb
        case .proceeding, .confirmed, .terminated:
            return .absorb
        }
    }

    /// Time has passed. One thing that is due is done; the deadline tells whether there is more.
    public mutating func advance(to now: Instant, timers: TimerValues) -> TimerAction {
        if let expiry, expiry <= now { return expire() }
        guard let due = repetition?.deadline, due <= now else { return .none }
        repetition?.back(offUpTo: timers.t2, from: now)
        return .resend
    }

    private mutating func expire() -> TimerAction {
        expiry = nil
        switch state {
        case .proceeding:
            hasResponse = true
            return .sendTrying
        case .completed:
            state = .terminated
            repetition = nil
            return .fail
        case .accepted, .confirmed, .terminated:
            state = .terminated
            return .none
        }
    }

    /// A response could not be sent.
    public mutating func transportFailed() -> TransportErrorAction {
        switch state {
        case .proceeding, .accepted, .completed: .report
        case .confirmed, .terminated: .ignore
        }
    }
}

/// The earlier of two deadlines.
func earliest(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
}
