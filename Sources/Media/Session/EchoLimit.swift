/// How many packets a session echoes at most: a thousand a second over any length of time, and two thousand at once.
///
/// No codec comes near. It is for two echoes that are made to answer each other, which would go on as fast as the
/// network carries it.
struct EchoLimit: Sendable, BitwiseCopyable {
    static let intervalNanoseconds: Int64 = 1_000_000
    static let burst: Int64 = 2000

    /// When all that was echoed would have been, one an interval.
    private var settledAt: Int64 = .min

    /// Whether a packet may be echoed at `now`; if so it counts.
    mutating func admits(nowNanoseconds now: Int64) -> Bool {
        let next = max(settledAt, now) &+ Self.intervalNanoseconds
        guard next &- now <= Self.burst * Self.intervalNanoseconds else { return false }
        settledAt = next
        return true
    }
}
