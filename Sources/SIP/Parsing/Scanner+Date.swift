extension Scanner {
    /// Steps over `Sat, 13 Nov 2010 23:29:00 GMT`, the one form that RFC 3261 §20.17 allows.
    mutating func skipDate() -> Bool {
        let weekdays: [StaticString] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        let months: [StaticString] = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ]
        guard skipWord(of: weekdays), skip(0x2C), skip(0x20), let day = skipDigits(2), skip(0x20),
            skipWord(of: months), skip(0x20), skipDigits(4) != nil, skip(0x20), let hour = skipDigits(2), skip(0x3A),
            let minute = skipDigits(2), skip(0x3A), let second = skipDigits(2), skip(0x20), skipWord(of: ["gmt"])
        else { return false }
        return day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60
    }

    private mutating func skipWord(of words: [StaticString]) -> Bool {
        let range = ByteRange(position, min(position + 3, end))
        guard words.contains(where: { matches(range, $0) }) else { return false }
        position = range.end
        return true
    }

    private mutating func skipDigits(_ count: Int) -> Int? {
        let start = position
        guard let number = skipNumber(), position - start == count else { return nil }
        return number
    }
}
