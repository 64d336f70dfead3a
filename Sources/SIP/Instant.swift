/// A moment of the clock that the user agent is driven by; SIP reads none itself.
///
/// Not `ContinuousClock.Instant`, which is opaque to the compiler: every copy of a state machine with a deadline in it
/// would go by the runtime.
public struct Instant: InstantProtocol, BitwiseCopyable {
    /// Nanoseconds since the clock's origin.
    public let nanoseconds: Int64

    /// The moment so many nanoseconds after the clock's origin.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The moment a duration later, at most the last one that can be told.
    @inlinable
    public func advanced(by duration: Duration) -> Instant {
        let (sum, overflows) = nanoseconds.addingReportingOverflow(Instant.nanoseconds(duration))
        return Instant(nanoseconds: overflows ? (duration < .zero ? .min : .max) : sum)
    }

    /// The duration from this moment to another.
    @inlinable
    public func duration(to other: Instant) -> Duration {
        .nanoseconds(other.nanoseconds &- nanoseconds)
    }

    /// Whether a moment is before another.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment a duration later.
    @inlinable
    public static func + (moment: Instant, duration: Duration) -> Instant { moment.advanced(by: duration) }

    /// The moment a duration earlier.
    @inlinable
    public static func - (moment: Instant, duration: Duration) -> Instant { moment.advanced(by: .zero - duration) }

    /// The duration from the right moment to the left one.
    @inlinable
    public static func - (end: Instant, begin: Instant) -> Duration { begin.duration(to: end) }

    /// Moves a moment by a duration.
    @inlinable
    public static func += (moment: inout Instant, duration: Duration) { moment = moment + duration }

    /// What exceeds 64 bits is the most that they hold. (`Duration.components` costs five times as much.)
    @inlinable
    static func nanoseconds(_ duration: Duration) -> Int64 {
        let nanoseconds = duration.attoseconds / 1_000_000_000
        if nanoseconds > Int128(Int64.max) { return .max }
        return nanoseconds < Int128(Int64.min) ? .min : Int64(truncatingIfNeeded: nanoseconds)
    }
}
