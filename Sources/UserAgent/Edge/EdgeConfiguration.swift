import Networking

/// What strangers may cost us. The defaults are more than a softphone or a small trunk ever needs.
public struct EdgeConfiguration: Sendable {
    /// Nets that are never limited, never taken for scanners, and believed to be where they say they are.
    public var allowedNetworks: [IPNetwork] = IPNetwork.loopback
    /// Requests a second from one source that open something new; 0 sets no limit.
    public var newRequestsPerSecond = 50
    /// How many of those may come at once after a pause.
    public var burst = 200
    /// Whether requests of known scanners are dropped without an answer.
    public var dropsScanners = true
    /// How the `User-Agent` of a scanner begins, in any case of letters.
    public var scannerUserAgents = EdgeConfiguration.knownScanners
    /// Calls that may be sent a tone at one address that is not the signalling's before RTP has come from their peer;
    /// further ones wait for that RTP. 0 sets no limit.
    public var maximumCallsPerMediaAddress = 20
    /// Transactions that we answer, at once.
    public var maximumTransactions = 200_000
    /// Connections.
    public var streams = StreamLimits()

    /// Sources that are remembered; the one that was quiet longest makes room for the next.
    public var trackedSources = 65_536
    /// What a 503 of the edge says in `Retry-After`, in seconds.
    public var retryAfter = 10

    /// The defaults.
    public init() {}

    /// The names by which scanners go that people run against others. `sipsak` is a tool of engineers and not here.
    public static let knownScanners = [
        "friendly-scanner", "sipvicious", "sipcli", "sip-scan", "sundayddr", "VaxSIPUserAgent", "pplsip", "iWar",
    ]
}

/// Bounds that no setting changes: what is sent to those who have not shown that they are where they say.
enum EdgeBounds {
    /// 503s to one source that is over its limit: a second, and at once.
    static let refusalsPerSource = (rate: 1.0, burst: 5.0)
    /// Requests of one source that open something new: a second, and at once.
    static func requestsPerSource(_ configuration: EdgeConfiguration) -> (rate: Double, burst: Double) {
        (Double(configuration.newRequestsPerSecond), max(1, Double(configuration.burst)))
    }
    /// Answers to requests in calls and to repeated requests, an address: a second, and at once. They are free, but not
    /// without end: whoever knows a branch or a tag can send them in the name of another.
    static func answersPerSource(_ newRequests: Int) -> (rate: Double, burst: Double) {
        let rate = Double(max(200, 4 * newRequests))
        return (rate, 2 * rate)
    }
    /// 503s to all such sources.
    static let refusals = (rate: 200.0, burst: 400.0)
    /// Octets repeated by timers to one address: enough for the ten repetitions of two or three 200s.
    static let repeatsPerSource = (rate: 2_000.0, burst: 24_000.0)
    /// Octets repeated by timers to all such addresses: 1 Mbit/s.
    static let repeats = (rate: 128_000.0, burst: 512_000.0)
    /// Calls of a limit that strangers cannot have: a quarter, where the limit is not a handful.
    static func reserve(of calls: Int) -> Int { calls < 20 ? 0 : calls / 4 }
    /// Sources that have a report under way; of more, nothing is logged.
    static let reports = 256
}
