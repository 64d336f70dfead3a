/// The client's side of a request other than INVITE and ACK (RFC 3261 §17.1.2, figure 6).
public struct ClientNonInviteTransaction: Hashable, Sendable {
    /// The states of figure 6.
    public enum State: Hashable, Sendable {
        /// The request is repeated until a response comes.
        case trying
        /// A provisional response has come; the request is repeated every T2.
        case proceeding
        /// The final response has come; repeated ones are absorbed.
        case completed
        /// Nothing more happens here.
        case terminated
    }

    /// What a response leads to.
    public enum ResponseAction: Hashable, Sendable {
        /// It is for the user.
        case deliver
        /// Nothing.
        case absorb
    }

    /// What the passing of time leads to.
    public enum TimerAction: Hashable, Sendable {
        /// Nothing is due, or only the end of timer K.
        case none
        /// Send the request again (timer E).
        case resend
        /// No final response has come (timer F): tell the user.
        case fail
    }

    /// What an error of the transport leads to.
    public enum TransportErrorAction: Hashable, Sendable {
        /// Tell the user; the transaction has ended.
        case fail
        /// Nothing.
        case ignore
    }

    /// The state.
    public private(set) var state = State.trying
    /// Whether the transport repeats what was lost.
    public let isReliable: Bool
    /// Timer F, then K.
    private var expiry: Instant?
    /// Timer E.
    private var repetition: Repetition?

    /// The request is sent.
    public init(reliable: Bool, now: Instant, timers: TimerValues) {
        isReliable = reliable
        expiry = now.advanced(by: timers.f)
        repetition = Repetition(every: timers.e(reliable: reliable), from: now)
    }

    /// When `advance` is due next.
    public var deadline: Instant? { earliest(expiry, repetition?.deadline) }

    /// A response has come.
    public mutating func receive(
        status: Int, now: Instant, timers: TimerValues
    ) -> ResponseAction {
        switch (state, ResponseClass(status: status)) {
        case (.trying, .provisional), (.proceeding, .provisional):
            state = .proceeding
            return .deliver
        case (.trying, .success), (.trying, .failure), (.proceeding, .success), (.proceeding, .failure):
            repetition = nil
            let wait = timers.k(reliable: isReliable)
            state = wait > .zero ? .completed : .terminated
            expiry = wait > .zero ? now.advanced(by: wait) : nil
            return .deliver
        case (.completed, _), (.terminated, _):
            return .absorb
        }
    }

    /// Time has passed. One thing that is due is done; the deadline tells whether there is more.
    public mutating func advance(to now: Instant, timers: TimerValues) -> TimerAction {
        if let expiry, expiry <= now { return expire() }
        guard let due = repetition?.deadline, due <= now else { return .none }
        if state == .proceeding {
            repetition = Repetition(every: timers.t2, from: now)
        } else {
            repetition?.back(offUpTo: timers.t2, from: now)
        }
        return .resend
    }

    private mutating func expire() -> TimerAction {
        expiry = nil
        repetition = nil
        defer { state = .terminated }
        switch state {
        case .trying, .proceeding: return .fail
        case .completed, .terminated: return .none
        }
    }

    /// The request could not be sent, or the connection that its response was to come by is gone.
    public mutating func transportFailed() -> TransportErrorAction {
        switch state {
        case .trying, .proceeding:
            state = .terminated
            expiry = nil
            repetition = nil
            return .fail
        case .completed, .terminated:
            return .ignore
        }
    }
}
