import Glibc

/// The kernel's clocks as nanoseconds.
public enum SystemClock {
    /// CLOCK_MONOTONIC, in nanoseconds since some fixed moment: for deadlines and pacing.
    @inlinable
    public static var monotonicNanoseconds: Int64 { read(CLOCK_MONOTONIC) }

    /// CLOCK_BOOTTIME, in nanoseconds since the machine was started: goes on while the machine sleeps.
    @inlinable
    public static var continuousNanoseconds: Int64 { read(CLOCK_BOOTTIME) }

    /// CLOCK_REALTIME, in nanoseconds since 1970 (UTC): the clock of SO_TIMESTAMPNS.
    @inlinable
    public static var realtimeNanoseconds: Int64 { read(CLOCK_REALTIME) }

    /// Does nothing for a while; a signal may end it early.
    static func sleep(nanoseconds: Int64) {
        var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }

    @inlinable
    static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, within the range of `Int64` (292 years).
    @inlinable
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }
}
