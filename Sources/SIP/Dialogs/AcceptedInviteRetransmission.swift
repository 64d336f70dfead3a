/// The 2xx to an INVITE, which its user repeats end to end, on any transport, until the ACK comes
/// (RFC 3261 §13.3.1.4).
public struct AcceptedInviteRetransmission: Hashable, Sendable {
    /// What the passing of time leads to.
    public enum Action: Hashable, Sendable {
        /// Nothing is due.
        case none
        /// Send the response again, through its transaction.
        case resend
        /// No ACK for 64 T1: the dialog is confirmed, but the session is to be ended with a BYE.
        case giveUp
    }

    /// The response to repeat.
    public let response: [UInt8]
    private var repetition: Repetition?
    private var expiry: Instant?

    /// The 2xx is sent for the first time.
    public init(response: [UInt8], now: Instant, timers: TimerValues = .standard) {
        self.response = response
        repetition = Repetition(every: timers.t1, from: now)
        expiry = now.advanced(by: timers.timeout)
    }

    /// Whether nothing more is repeated.
    public var isDone: Bool { expiry == nil }

    /// When `advance` is due next.
    public var deadline: Instant? { earliest(expiry, repetition?.deadline) }

    /// The ACK has come. Whether it is the first.
    @discardableResult
    public mutating func acknowledged() -> Bool {
        defer { (expiry, repetition) = (nil, nil) }
        return !isDone
    }

    /// Time has passed.
    public mutating func advance(
        to now: Instant, timers: TimerValues = .standard
    ) -> Action {
        if let expiry, expiry <= now {
            acknowledged()
            return .giveUp
        }
        guard let due = repetition?.deadline, due <= now else { return .none }
        repetition?.back(offUpTo: timers.t2, from: now)
        return .resend
    }
}
