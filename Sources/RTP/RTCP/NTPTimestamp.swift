/// A moment as RTCP writes it (RFC 3550 section 4): 32.32 bits of fixed-point seconds since 1 January 1900, modulo 2^32.
public struct NTPTimestamp: Hashable, Sendable {
    /// Seconds in the upper half, the fraction of a second in the lower.
    public var rawValue: UInt64

    /// A timestamp with this value on the wire.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The moment `nanoseconds` after 1 January 1970 (`CLOCK_REALTIME`).
    public init(nanosecondsSince1970 nanoseconds: Int64) {
        let (seconds, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let borrow: Int64 = remainder < 0 ? 1 : 0
        let whole = UInt64(truncatingIfNeeded: seconds - borrow &+ NTPTimestamp.secondsFrom1900To1970)
        let fraction = UInt64(remainder + borrow * 1_000_000_000) << 32 / 1_000_000_000
        rawValue = whole << 32 | fraction
    }

    /// The middle 32 bits, in units of 1/65536 s: what report blocks and DLRR blocks carry.
    public var middle: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

    private static let secondsFrom1900To1970: Int64 = 2_208_988_800
}

/// Times in units of 1/65536 s, modulo 2^32 (18 hours): arithmetic on LSR and DLSR (RFC 3550 section 6.4.1).
public enum ShortNTP {
    /// A duration in units of 1/65536 s: 0 where negative, the highest value where longer than it can say.
    public static func duration(nanoseconds: Int64) -> UInt32 {
        guard nanoseconds > 0 else { return 0 }
        let (seconds, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard seconds <= 0xFFFF else { return .max }
        return UInt32(seconds) << 16 | UInt32(remainder << 16 / 1_000_000_000)
    }

    /// The nanoseconds in `duration` units of 1/65536 s.
    public static func nanoseconds(_ duration: UInt32) -> Int64 {
        (Int64(duration) * 1_000_000_000) >> 16
    }

    /// The round-trip time in nanoseconds from a report that came back: A - LSR - DLSR.
    ///
    /// Nil where the other end has had no report yet (LSR 0), and where the result is negative: a clock was set, or
    /// the other end has got its delay wrong.
    ///
    /// - Parameters:
    ///   - arrival: when the report came, by the clock that stamped our own report.
    ///   - lastReport: LSR of a report block, or LRR of a DLRR block (RFC 3611 section 4.5).
    ///   - delay: DLSR or DLRR.
    public static func roundTrip(arrival: NTPTimestamp, lastReport: UInt32, delay: UInt32) -> Int64? {
        guard lastReport != 0 else { return nil }
        let difference = Int32(bitPattern: arrival.middle &- lastReport &- delay)
        return difference >= 0 ? nanoseconds(UInt32(difference)) : nil
    }
}
