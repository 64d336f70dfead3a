/// The timers of RFC 3261 (table 4), RFC 6026 (L, M) and RFC 3262, derived from T1, T2 and T4.
///
/// A timer whose value depends on the transport is a function of it: over a reliable transport nothing is
/// repeated, so there is nothing to wait for.
public struct TimerValues: Hashable, Sendable {
    /// The estimate of the round trip (RFC 3261 §17.1.1.1).
    public var t1: Duration { didSet { timeout = t1 * 64 } }
    /// The longest time between two repetitions of a non-INVITE request or of a response to INVITE.
    public var t2: Duration
    /// The longest time that a message stays in the network.
    public var t4: Duration
    /// The time after which the server transaction of an INVITE answers 100 when its user has not answered
    /// (RFC 3261 §17.2.1).
    public var trying: Duration
    /// Timer C: how long an INVITE may stay without another provisional response (RFC 3261 §16.6, more than
    /// three minutes). A user agent needs it for the peer that vanishes after its 180.
    public var c: Duration
    /// 64 T1, after which nobody waits any more. Kept, since a multiplication of durations costs as much as a header.
    public private(set) var timeout: Duration

    /// The values of RFC 3261.
    public static let standard = TimerValues()

    /// The values of RFC 3261, unless others are given.
    public init(
        t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5),
        trying: Duration = .milliseconds(200), c: Duration = .seconds(181)
    ) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
        self.trying = trying
        self.c = c
        timeout = t1 * 64
    }

    /// Timer A, the first repetition of an INVITE; doubles each time (§17.1.1.2). `nil`: nothing is repeated.
    public func a(reliable: Bool) -> Duration? { reliable ? nil : t1 }
    /// Timer B, the end of an INVITE that nobody answers (§17.1.1.2).
    public var b: Duration { timeout }
    /// Timer D, the wait for repeated responses to an INVITE that failed: at least 32 s (§17.1.1.2).
    public func d(reliable: Bool) -> Duration { reliable ? .zero : max(timeout, .seconds(32)) }
    /// Timer E, the first repetition of a non-INVITE request; doubles up to T2 (§17.1.2.2).
    public func e(reliable: Bool) -> Duration? { reliable ? nil : t1 }
    /// Timer F, the end of a non-INVITE request that nobody answers (§17.1.2.2).
    public var f: Duration { timeout }
    /// Timer G, the first repetition of a final response to an INVITE; doubles up to T2 (§17.2.1).
    public func g(reliable: Bool) -> Duration? { reliable ? nil : t1 }
    /// Timer H, the wait for an ACK (§17.2.1).
    public var h: Duration { timeout }
    /// Timer I, the wait for repeated ACKs (§17.2.1).
    public func i(reliable: Bool) -> Duration { reliable ? .zero : t4 }
    /// Timer J, the wait for repeated non-INVITE requests (§17.2.2).
    public func j(reliable: Bool) -> Duration { reliable ? .zero : timeout }
    /// Timer K, the wait for repeated responses to a non-INVITE request (§17.1.2.2).
    public func k(reliable: Bool) -> Duration { reliable ? .zero : t4 }
    /// Timer L, the wait for repeated INVITEs after a 2xx, on every transport (RFC 6026 §8.7).
    public var l: Duration { timeout }
    /// Timer M, the wait for further 2xx to an INVITE, on every transport (RFC 6026 §8.4).
    public var m: Duration { timeout }
    /// How long a client waits for the final response of an INVITE after its CANCEL (RFC 3261 §9.1).
    public var cancelled: Duration { timeout }
    /// How long the server transaction of a non-INVITE request waits for its user: after the client's timer F
    /// no answer is of use any more (RFC 4320 §4.2).
    public var abandoned: Duration { timeout }
}

/// The way in which a final response moves a transaction on (RFC 3261 §17).
enum ResponseClass: Hashable, Sendable {
    /// 1xx.
    case provisional
    /// 2xx.
    case success
    /// 3xx to 6xx.
    case failure

    init(status: Int) {
        self = status < 200 ? .provisional : status < 300 ? .success : .failure
    }
}

/// A message that is repeated in growing intervals (timers A, E and G).
struct Repetition: Hashable, Sendable {
    /// When the message is due again.
    private(set) var deadline: Instant
    /// The interval that ends at the deadline.
    private(set) var interval: Duration

    /// A message just sent, due again after an interval; `nil` when it is never repeated.
    init?(every interval: Duration?, from now: Instant) {
        guard let interval else { return nil }
        self.interval = interval
        deadline = now.advanced(by: interval)
    }

    /// The message was repeated. The next interval counts from now and not from the deadline, so that a process
    /// that was held up does not catch up with a burst.
    mutating func back(offUpTo longest: Duration?, from now: Instant) {
        interval *= 2
        if let longest, interval > longest { interval = longest }
        deadline = now.advanced(by: interval)
    }
}
