import Glibc

/// The `Date` header field (RFC 9110, 5.6.7).
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// For instance `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ seconds: Int) -> String {
        var (seconds, date) = (time_t(seconds), tm())
        gmtime_r(&seconds, &date)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(two(date.tm_hour)):\(two(date.tm_min)):\(two(date.tm_sec))"
        let month = months[Int(date.tm_mon)]
        return "\(days[Int(date.tm_wday)]), \(two(date.tm_mday)) \(month) \(1900 + date.tm_year) \(time) GMT"
    }
}
