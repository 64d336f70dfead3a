/// The schedule that all frames of a worker keep: ticks of a millisecond since the worker began, by CLOCK_MONOTONIC.
/// Deadlines are computed from the beginning, never from the last one, so that nothing drifts.
struct PacingClock: Sendable, BitwiseCopyable {
    static let tickNanoseconds: Int64 = 1_000_000
    let origin: Int64

    init(origin: Int64) {
        self.origin = origin
    }

    /// The latest tick that is due at `nanoseconds`.
    func tick(at nanoseconds: Int64) -> Int64 {
        max(0, nanoseconds &- origin) / Self.tickNanoseconds
    }

    /// When `tick` is due.
    func nanoseconds(of tick: Int64) -> Int64 {
        origin &+ tick &* Self.tickNanoseconds
    }
}
