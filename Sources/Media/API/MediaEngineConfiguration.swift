import Networking

/// How an engine works. Immutable while it runs.
public struct MediaEngineConfiguration: Sendable {
    /// Worker threads; nil for one less than the machine has cores, at least one. At most 256 are started.
    public var workers: Int?
    /// The ports that calls get, as pairs of an even one for RTP and the odd one after it for RTCP.
    public var ports: ClosedRange<UInt16> = 10000...20000
    /// How long a pair is left alone after its call, so that what is still under way to it reaches nobody else.
    public var portRest: Duration = .milliseconds(250)
    /// The code point of RFC 2474 for what is sent, 0 to 63: 46 is Expedited Forwarding (RFC 3246). Nil leaves the
    /// system's default.
    public var differentiatedServices: UInt8? = 46
    /// The sockets' receive buffer in octets; nil leaves the system's default.
    public var receiveBuffer: Int?
    /// The sockets' send buffer in octets; nil leaves the system's default.
    public var sendBuffer: Int?
    /// When the workers have real-time priority, where the system permits it. Otherwise they ask for short time slices.
    public var realTime = MediaRealTime.never
    /// How what is received is scored.
    public var quality = MediaQualityConfiguration()
    /// Whether every interval of `quality` is told by an event. The scores are taken in any case.
    public var reportsIntervals = false
    /// The CNAME of RTCP (RFC 3550 section 6.5.1, RFC 7022), at most 255 octets of UTF-8; empty makes one up.
    public var canonicalName = ""
    /// Whether RTCP's least interval shrinks with the bandwidth (RFC 3550 section 6.2) instead of being 5 s.
    public var reducesRTCPMinimum = false
    /// Older packets are not echoed: this process was stopped, and nobody waits for them any more. (Overload alone keeps no
    /// packet waiting so long, unless it is more than what taking several at once gains.)
    var oldestEcho: Duration = .seconds(1)
    /// The clock by which ports rest, in nanoseconds; a test's may stand still.
    var portClock: @Sendable () -> Int64 = { SystemClock.monotonicNanoseconds }

    /// The defaults.
    public init() {}
}
