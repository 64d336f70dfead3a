/// Who sends the refreshes of a session, in the words of the transaction that agrees on it (RFC 4028 §4).
public enum SessionRefresher: String, Hashable, Sendable {
    /// The side that sent the request.
    case uac
    /// The side that answers it.
    case uas
}

/// What a request says about session timers (RFC 4028 §7.1).
public struct SessionTimerOffer: Hashable, Sendable {
    /// Session-Expires, in seconds.
    public var interval: UInt32?
    /// The refresher parameter of Session-Expires.
    public var refresher: SessionRefresher?
    /// Min-SE, in seconds.
    public var minimum: UInt32?
    /// Whether the client lists `timer` in Supported or Require.
    public var isSupported: Bool

    /// An offer; the default is a client that does not know session timers.
    public init(
        interval: UInt32? = nil, refresher: SessionRefresher? = nil, minimum: UInt32? = nil,
        isSupported: Bool = false
    ) {
        self.interval = interval
        self.refresher = refresher
        self.minimum = minimum
        self.isSupported = isSupported
    }

    /// The offer for the next try after a 422 with this Min-SE (RFC 4028 §7.4).
    public func raised(to minimum: UInt32) -> SessionTimerOffer {
        let least = max(self.minimum ?? SessionTimerPolicy.leastMinimum, minimum)
        return SessionTimerOffer(
            interval: interval.map { max($0, least) }, refresher: refresher, minimum: least,
            isSupported: isSupported)
    }
}

/// What a 2xx says: the Session-Expires that both sides are bound by.
public struct SessionTimerAgreement: Hashable, Sendable {
    /// The interval in seconds.
    public var interval: UInt32
    /// Who refreshes.
    public var refresher: SessionRefresher
    /// Whether the response is to have `Require: timer`: the client must refresh (RFC 4028 §9).
    public var isRequired: Bool

    /// An agreement.
    public init(interval: UInt32, refresher: SessionRefresher, isRequired: Bool) {
        self.interval = interval
        self.refresher = refresher
        self.isRequired = isRequired
    }
}

/// What this side wants of session timers (RFC 4028 §9).
public struct SessionTimerPolicy: Hashable, Sendable {
    /// The least value that Min-SE may have, in seconds (RFC 4028 §5).
    public static let leastMinimum: UInt32 = 90

    /// What an offer leads to.
    public enum Answer: Hashable, Sendable {
        /// There is no session timer.
        case none
        /// The answer's Session-Expires.
        case agreed(SessionTimerAgreement)
        /// Answer 422 with this Min-SE.
        case tooBrief(minimum: UInt32)
    }

    /// The interval that we ask for, and the longest that we agree to, in seconds.
    public var interval: UInt32
    /// The shortest interval that we agree to, in seconds; at least 90.
    public var minimum: UInt32
    /// Who refreshes when the client leaves the choice to us.
    public var refresher: SessionRefresher
    /// Whether we ask for a session timer when the client does not.
    public var isAlwaysWanted: Bool

    /// A policy.
    public init(
        interval: UInt32 = 1_800, minimum: UInt32 = leastMinimum, refresher: SessionRefresher = .uac,
        isAlwaysWanted: Bool = false
    ) {
        self.interval = interval
        self.minimum = max(minimum, SessionTimerPolicy.leastMinimum)
        self.refresher = refresher
        self.isAlwaysWanted = isAlwaysWanted
    }

    /// The server's side: what to answer to a session refresh request (RFC 4028 §9, table 2).
    public func answer(_ offer: SessionTimerOffer) -> Answer {
        if let wanted = offer.interval {
            // A client that does not know the extension would not understand the 422: a proxy has added the header.
            if wanted < minimum, offer.isSupported { return .tooBrief(minimum: minimum) }
            if wanted < SessionTimerPolicy.leastMinimum { return .none }
        }
        guard offer.interval != nil || isAlwaysWanted else { return .none }
        // The interval may be lowered to ours, but not below the Min-SE of the request.
        let ours = max(interval, minimum, offer.minimum ?? SessionTimerPolicy.leastMinimum)
        let chosen = offer.isSupported ? offer.refresher ?? refresher : .uas
        return .agreed(
            SessionTimerAgreement(
                interval: min(ours, offer.interval ?? ours), refresher: chosen, isRequired: chosen == .uac))
    }
}
