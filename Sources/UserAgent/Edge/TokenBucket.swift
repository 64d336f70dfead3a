import SIP

/// A token bucket: `burst` at once, `rate` a second in the long run. The clock is the caller's.
struct TokenBucket: Sendable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    private var updated: Instant?

    /// A full bucket.
    init(_ bound: (rate: Double, burst: Double)) {
        rate = bound.rate
        burst = bound.burst
        tokens = bound.burst
    }

    /// Takes tokens if there are as many.
    mutating func take(_ amount: Double = 1, now: Instant) -> Bool {
        if let updated, updated < now { tokens = min(burst, tokens + rate * ((now - updated) / .seconds(1))) }
        updated = max(updated ?? now, now)
        guard tokens >= amount else { return false }
        tokens -= amount
        return true
    }
}
