import Glibc

/// The forms of a point in time, given in nanoseconds since 1970.
enum Timestamp {
    /// RFC 3339 in UTC: `2026-03-01T12:00:00.123Z`.
    static func utc(_ nanoseconds: Int64) -> String {
        let (date, time, fraction) = parts(nanoseconds, local: false)
        return "\(date)T\(time).\(fraction)Z"
    }

    /// In the machine's time zone, to read: `2026-03-01 13:00:00.123`.
    static func local(_ nanoseconds: Int64) -> String {
        let (date, time, fraction) = parts(nanoseconds, local: true)
        return "\(date) \(time).\(fraction)"
    }

    /// As syslog has it (RFC 3164, 4.1.2), in the machine's time zone: `Mar  1 13:00:00`.
    static func syslog(_ nanoseconds: Int64) -> String {
        let (date, time, _) = parts(nanoseconds, local: true)
        let numbers = date.split(separator: "-").compactMap { Int($0) }
        guard numbers.count == 3, months.indices.contains(numbers[1] - 1) else { return "" }
        return "\(months[numbers[1] - 1]) \(numbers[2] < 10 ? " " : "")\(numbers[2]) \(time)"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func parts(_ nanoseconds: Int64, local: Bool) -> (date: String, time: String, fraction: String) {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var civil = tm()
        _ = local ? localtime_r(&seconds, &civil) : gmtime_r(&seconds, &civil)
        let date = [digits(civil.tm_year + 1900, 4), digits(civil.tm_mon + 1, 2), digits(civil.tm_mday, 2)]
        let time = [digits(civil.tm_hour, 2), digits(civil.tm_min, 2), digits(civil.tm_sec, 2)]
        let fraction = digits(Int32(nanoseconds % 1_000_000_000 / 1_000_000), 3)
        return (date.joined(separator: "-"), time.joined(separator: ":"), fraction)
    }

    private static func digits(_ number: Int32, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
