/// The timer of a session whose interval is agreed (RFC 4028 §10).
public struct SessionTimer: Hashable, Sendable {
    /// What the passing of time leads to.
    public enum Action: Hashable, Sendable {
        /// Nothing is due.
        case none
        /// We refresh: send a re-INVITE or an UPDATE.
        case refresh
        /// No refresh has come or succeeded in time: end the session with a BYE.
        case expire
    }

    /// The agreed interval in seconds.
    public private(set) var interval: UInt32
    /// Whether the refreshes are ours to send.
    public private(set) var isOurs: Bool
    private var refresh: Instant?
    private var expiry: Instant?

    /// A session timer was agreed by a 2xx that is sent or received now.
    public init(interval: UInt32, isOurs: Bool, now: Instant) {
        self.interval = interval
        self.isOurs = isOurs
        renew(interval: interval, isOurs: isOurs, now: now)
    }

    /// A session timer of an agreement that is sent or received now, in a transaction in which we are one side.
    public init(_ agreement: SessionTimerAgreement, as side: SessionRefresher, now: Instant) {
        self.init(interval: agreement.interval, isOurs: agreement.refresher == side, now: now)
    }

    /// When `advance` is due next.
    public var deadline: Instant? { earliest(refresh, expiry) }

    /// A session refresh request has succeeded now: the interval starts afresh.
    public mutating func renew(interval: UInt32, isOurs: Bool, now: Instant) {
        self.interval = interval
        self.isOurs = isOurs
        let whole = Duration.seconds(Int64(interval))
        // §10: the refresher at half the interval; whoever sees no refresh ends the session the lesser of 32 s
        // and a third of the interval before its end.
        refresh = isOurs ? now.advanced(by: whole / 2) : nil
        expiry = now.advanced(by: whole - min(.seconds(32), whole / 3))
    }

    /// Time has passed.
    public mutating func advance(to now: Instant) -> Action {
        if let expiry, expiry <= now {
            (self.expiry, refresh) = (nil, nil)
            return .expire
        }
        guard let due = refresh, due <= now else { return .none }
        refresh = nil
        return .refresh
    }
}
