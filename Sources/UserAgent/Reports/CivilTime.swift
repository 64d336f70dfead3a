/// The form in which a report tells a moment.
enum CivilTime {
    /// RFC 3339 in UTC, to the second: `2026-03-01T12:00:00Z`. From nanoseconds since 1970.
    static func utc(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let (days, second) = (Int(seconds / 86_400), Int(seconds % 86_400))
        // Years that begin with March end with the day that not all of them have; the days before each month are then
        // 30.6 a month, rounded. 400 years are 146,097 days.
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = era * 400 + yearOfEra + (month >= 10 ? 1 : 0)
        let date = "\(year)-\(pair(month < 10 ? month + 3 : month - 9))-\(pair(day))"
        return "\(date)T\(pair(second / 3600)):\(pair(second / 60 % 60)):\(pair(second % 60))Z"
    }

    private static func pair(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
