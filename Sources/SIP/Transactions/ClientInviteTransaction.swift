/// The client's side of an INVITE (RFC 3261 §17.1.1, figure 5, as amended by RFC 6026 §7.2), with its CANCEL (§9.1).
///
/// The machine knows neither bytes nor addresses: its owner keeps the request and does what the actions say.
/// It has ended when its state is `.terminated`.
public struct ClientInviteTransaction: Hashable, Sendable {
    /// The states of RFC 6026 §7.2.
    public enum State: Hashable, Sendable {
        /// The INVITE is repeated until a response comes.
        case calling
        /// A provisional response has come.
        case proceeding
        /// A 2xx has come; others, of other branches of a fork, may follow.
        case accepted
        /// A response of 300 to 699 has come, and each repetition of it is acknowledged again.
        case completed
        /// Nothing more happens here.
        case terminated
    }

    /// What a response leads to.
    public enum ResponseAction: Hashable, Sendable {
        /// It is for the user.
        case deliver
        /// It is for the user, and the CANCEL that waited for it may leave (§9.1).
        case deliverAndCancel
        /// Send the ACK, and give the response to the user.
        case acknowledgeAndDeliver
        /// Send the ACK again.
        case acknowledge
        /// Nothing.
        case absorb
    }

    /// What the wish to cancel leads to.
    public enum CancelAction: Hashable, Sendable {
        /// Send the CANCEL.
        case send
        /// Nothing yet: a CANCEL may not leave before a provisional response has come (§9.1).
        case wait
        /// Nothing: the INVITE has its final response, or its CANCEL.
        case ignore
    }

    /// What the passing of time leads to.
    public enum TimerAction: Hashable, Sendable {
        /// Nothing is due, or only the end of a wait.
        case none
        /// Send the INVITE again (timer A).
        case resend
        /// No response has come (timer B, or 64 T1 after the CANCEL): tell the user.
        case fail
        /// No further response has come (timer C): send a CANCEL.
        case cancel
    }

    /// What an error of the transport leads to.
    public enum TransportErrorAction: Hashable, Sendable {
        /// Tell the user; the transaction has ended.
        case fail
        /// Nothing: nothing was to be sent.
        case ignore
    }

    private enum Cancellation: Hashable, Sendable {
        case none
        case wanted
        case sent
    }

    /// The state.
    public private(set) var state = State.calling
    /// Whether the transport repeats what was lost.
    public let isReliable: Bool
    private var cancellation = Cancellation.none
    /// Timer B, C, D or M, or the end of waiting after a CANCEL.
    private var expiry: Instant?
    /// Timer A.
    private var repetition: Repetition?

    /// The INVITE is sent.
    public init(reliable: Bool, now: Instant, timers: TimerValues) {
        isReliable = reliable
        expiry = now.advanced(by: timers.b)
        repetition = Repetition(every: timers.a(reliable: reliable), from: now)
    }

    /// When `advance` is due next.
    public var deadline: Instant? { earliest(expiry, repetition?.deadline) }

    /// A response has come.
    public mutating func receive(
        status: Int, now: Instant, timers: TimerValues
    ) -> ResponseAction {
        switch (state, ResponseClass(status: status)) {
        case (.calling, .provisional), (.proceeding, .provisional):
            return receiveProvisional(now: now, timers: timers)
        case (.calling, .success), (.proceeding, .success):
            state = .accepted
            repetition = nil
            expiry = now.advanced(by: timers.m)
            return .deliver
        case (.calling, .failure), (.proceeding, .failure):
            repetition = nil
            let wait = timers.d(reliable: isReliable)
            state = wait > .zero ? .completed : .terminated
            expiry = wait > .zero ? now.advanced(by: wait) : nil
            return .acknowledgeAndDeliver
        case (.accepted, .success):
            return .deliver
        case (.completed, .failure):
            return .acknowledge
        case (.accepted, .provisional), (.accepted, .failure), (.completed, .provisional), (.completed, .success),
            (.terminated, _):
            return .absorb
        }
    }

    private mutating func receiveProvisional(
        now: Instant, timers: TimerValues
    ) -> ResponseAction {
        state = .proceeding
        repetition = nil
        switch cancellation {
        case .none:
            expiry = now.advanced(by: timers.c)
            return .deliver
        case .wanted:
            cancellation = .sent
            expiry = now.advanced(by: timers.cancelled)
            return .deliverAndCancel
        case .sent:
            return .deliver
        }
    }

    /// The user gives the call up.
    public mutating func cancel(now: Instant, timers: TimerValues) -> CancelAction {
        switch (state, cancellation) {
        case (.calling, .none):
            cancellation = .wanted
            return .wait
        case (.proceeding, .none):
            cancellation = .sent
            expiry = now.advanced(by: timers.cancelled)
            return .send
        case (.calling, .wanted), (.calling, .sent), (.proceeding, .wanted), (.proceeding, .sent), (.accepted, _),
            (.completed, _), (.terminated, _):
            return .ignore
        }
    }

    /// Time has passed. One thing that is due is done; the deadline tells whether there is more.
    public mutating func advance(to now: Instant, timers: TimerValues) -> TimerAction {
        if let expiry, expiry <= now { return expire(now: now, timers: timers) }
        guard let due = repetition?.deadline, due <= now else { return .none }
        repetition?.back(offUpTo: nil, from: now)
        return .resend
    }

    private mutating func expire(now: Instant, timers: TimerValues) -> TimerAction {
        if state == .proceeding, cancellation == .none {
            cancellation = .sent
            expiry = now.advanced(by: timers.cancelled)
            return .cancel
        }
        expiry = nil
        repetition = nil
        defer { state = .terminated }
        switch state {
        case .calling, .proceeding: return .fail
        case .accepted, .completed, .terminated: return .none
        }
    }

    /// The INVITE or an ACK could not be sent.
    public mutating func transportFailed() -> TransportErrorAction {
        switch state {
        case .calling, .completed:
            state = .terminated
            expiry = nil
            repetition = nil
            return .fail
        case .proceeding, .accepted, .terminated:
            return .ignore
        }
    }
}
