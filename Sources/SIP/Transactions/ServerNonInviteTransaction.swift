/// The server's side of a request other than INVITE and ACK (RFC 3261 §17.2.2, figure 8).
public struct ServerNonInviteTransaction: Hashable, Sendable {
    /// The states of figure 8.
    public enum State: Hashable, Sendable {
        /// The user has the request.
        case trying
        /// The user sent a provisional response.
        case proceeding
        /// The final response is kept for repeated requests.
        case completed
        /// Nothing more happens here.
        case terminated
    }

    /// What a repeated request leads to.
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
        /// The transaction is past this response, which is not sent.
        case refuse
    }

    /// What the passing of time leads to.
    public enum TimerAction: Hashable, Sendable {
        /// Nothing is due, or only the end of timer J.
        case none
        /// The client has given up by now and the user has not answered: tell the user, and send nothing
        /// (RFC 4320 §4.2).
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
    /// The end of waiting for the user, then timer J.
    private var expiry: Instant?

    /// A request has come and goes to the user.
    public init(reliable: Bool, now: Instant, timers: TimerValues) {
        isReliable = reliable
        expiry = now.advanced(by: timers.abandoned)
    }

    /// When `advance` is due next.
    public var deadline: Instant? { expiry }

    /// The request has come again.
    public mutating func receiveRequest() -> RequestAction {
        switch state {
        case .proceeding, .completed: .resend
        case .trying, .terminated: .absorb
        }
    }

    /// The user answers.
    public mutating func respond(
        status: Int, now: Instant, timers: TimerValues
    ) -> ResponseAction {
        switch (state, ResponseClass(status: status)) {
        case (.trying, .provisional), (.proceeding, .provisional):
            state = .proceeding
            return .send
        case (.trying, .success), (.trying, .failure), (.proceeding, .success), (.proceeding, .failure):
            let wait = timers.j(reliable: isReliable)
            state = wait > .zero ? .completed : .terminated
            expiry = wait > .zero ? now.advanced(by: wait) : nil
            return .send
        case (.completed, _), (.terminated, _):
            return .refuse
        }
    }

    /// Time has passed.
    public mutating func advance(to now: Instant) -> TimerAction {
        guard let due = expiry, due <= now else { return .none }
        expiry = nil
        defer { state = .terminated }
        switch state {
        case .trying, .proceeding: return .fail
        case .completed, .terminated: return .none
        }
    }

    /// A response could not be sent.
    public mutating func transportFailed() -> TransportErrorAction {
        switch state {
        case .proceeding, .completed:
            state = .terminated
            expiry = nil
            return .fail
        case .trying, .terminated:
            return .ignore
        }
    }
}
