import Glibc

/// A moment as people write it: `2h`, `7d` ago; `2026-11-20`, `2026-11-20T12:00` in the machine's time zone, with `Z` in
/// UTC.
public enum MomentExpression {
    /// What is accepted, for messages.
    public static let forms = "2h, 7d, 2026-11-20, 2026-11-20T12:00 or 2026-11-20T12:00:00Z"

    /// The moment in ms since 1970; nil for what is none.
    public static func milliseconds(_ text: String, now: Int64) -> Int64? {
        ago(text).map { now - $0 } ?? date(text)
    }

    /// The current time in ms since 1970.
    public static func now() -> Int64 { LogRecord.now() / 1_000_000 }

    private static func ago(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = digits(text.dropLast()), count <= 100_000_000
        else { return nil }
        return Int64(count) * unit * 1000
    }

    private static func date(_ text: String) -> Int64? {
        let isUTC = text.hasSuffix("Z")
        let parts = (isUTC ? text.dropLast() : text[...]).split(
            separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let day = parts.first.flatMap({ numbers($0, "-", widths: [4, 2, 2]) }), !isUTC || parts.count == 2 else {
            return nil
        }
        var time = [0, 0, 0]
        if parts.count == 2 {
            guard let clock = numbers(parts[1], ":", widths: [2, 2, 2]) ?? numbers(parts[1], ":", widths: [2, 2]) else {
                return nil
            }
            time.replaceSubrange(0..<clock.count, with: clock)
        }
        guard (1970...9999).contains(day[0]), (1...12).contains(day[1]), (1...31).contains(day[2]), time[0] < 24,
            time[1] < 60, time[2] < 60
        else { return nil }
        var civil = tm()
        (civil.tm_year, civil.tm_mon, civil.tm_mday) = (Int32(day[0] - 1900), Int32(day[1] - 1), Int32(day[2]))
        (civil.tm_hour, civil.tm_min, civil.tm_sec) = (Int32(time[0]), Int32(time[1]), Int32(time[2]))
        // Whether it is summer there is for the system to say.
        civil.tm_isdst = -1
        let month = civil.tm_mon
        let seconds = isUTC ? timegm(&civil) : mktime(&civil)
        // The 31st of a shorter month is none.
        return civil.tm_mon == month ? Int64(seconds) * 1000 : nil
    }

    private static func numbers(_ text: Substring, _ separator: Character, widths: [Int]) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == widths else { return nil }
        let numbers = parts.compactMap { digits($0) }
        return numbers.count == widths.count ? numbers : nil
    }

    private static func digits(_ text: Substring) -> Int? {
        text.isEmpty || !text.utf8.allSatisfy { $0 &- 0x30 < 10 } ? nil : Int(text)
    }
}
