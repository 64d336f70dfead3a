/// A provisional response that is repeated until its PRACK comes (RFC 3262 §3).
///
/// A second one may be sent only when the first is acknowledged, with `nextSequence`.
public struct ReliableProvisional: Hashable, Sendable {
    /// What the passing of time leads to.
    public enum Action: Hashable, Sendable {
        /// Nothing is due.
        case none
        /// Send the response again, through the transaction of its INVITE.
        case resend
        /// No PRACK for 64 T1: reject the INVITE with a 5xx.
        case giveUp
    }

    /// What a PRACK leads to.
    public enum PrackAction: Hashable, Sendable {
        /// It acknowledges this response: answer 200.
        case accept
        /// It acknowledges something else, or this a second time: answer 481.
        case reject
    }

    /// The response to repeat.
    public let response: [UInt8]
    /// Its RSeq.
    public let sequence: UInt32
    /// The CSeq number of its INVITE.
    public let inviteSequence: UInt32
    private var repetition: Repetition?
    private var expiry: Instant?

    /// The response is sent for the first time. The first RSeq of a transaction is chosen at random below 2**31.
    public init(
        response: [UInt8], sequence: UInt32, inviteSequence: UInt32, now: Instant,
        timers: TimerValues = .standard
    ) {
        self.response = response
        self.sequence = sequence
        self.inviteSequence = inviteSequence
        repetition = Repetition(every: timers.t1, from: now)
        expiry = now.advanced(by: timers.timeout)
    }

    /// Whether nothing more is repeated.
    public var isDone: Bool { expiry == nil }

    /// The RSeq of the next reliable provisional response of this INVITE.
    public var nextSequence: UInt32 { sequence == .max ? 1 : sequence + 1 }

    /// When `advance` is due next.
    public var deadline: Instant? { earliest(expiry, repetition?.deadline) }

    /// Whether this is what acknowledges the response, and that is still wanted.
    public func matches(_ acknowledged: RAck) -> Bool {
        !isDone && acknowledged == RAck(response: sequence, cSeq: CSeq(inviteSequence, .invite))
    }

    /// A PRACK has come.
    public mutating func receive(_ acknowledged: RAck) -> PrackAction {
        guard matches(acknowledged) else { return .reject }
        stop()
        return .accept
    }

    /// The INVITE has its final response: nothing is repeated any more.
    public mutating func stop() { (expiry, repetition) = (nil, nil) }

    /// Time has passed. The interval doubles without T2 as its limit (§3).
    public mutating func advance(to now: Instant) -> Action {
        if let expiry, expiry <= now {
            stop()
            return .giveUp
        }
        guard let due = repetition?.deadline, due <= now else { return .none }
        repetition?.back(offUpTo: nil, from: now)
        return .resend
    }
}
