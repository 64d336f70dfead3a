/// Where a piece of a description lies in its bytes.
struct ByteRange: Hashable, Sendable {
    var lower: Int
    var upper: Int

    var isEmpty: Bool { lower >= upper }
    var count: Int { upper - lower }

    static let empty = ByteRange(lower: 0, upper: 0)
}

/// The bytes that the grammar of RFC 8866 clause 9 gives a meaning to.
enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}

extension Span<UInt8> {
    /// The next token of `rest`, which is moved behind it. Tokens are separated by blanks: one by the
    /// grammar, several in the field.
    func nextToken(of rest: inout ByteRange) -> ByteRange? {
        var start = rest.lower
        while start < rest.upper, ASCII.isBlank(self[start]) { start += 1 }
        var end = start
        while end < rest.upper, !ASCII.isBlank(self[end]) { end += 1 }
        rest.lower = end
        return end > start ? ByteRange(lower: start, upper: end) : nil
    }

    /// `range` without the blanks at its ends.
    func trimmed(_ range: ByteRange) -> ByteRange {
        var trimmed = range
        while trimmed.lower < trimmed.upper, ASCII.isBlank(self[trimmed.lower]) { trimmed.lower += 1 }
        while trimmed.upper > trimmed.lower, ASCII.isBlank(self[trimmed.upper - 1]) { trimmed.upper -= 1 }
        return trimmed
    }

    /// The part of `range` before the first `separator` and the part behind it (nil where there is none).
    func split(_ range: ByteRange, at separator: UInt8) -> (head: ByteRange, tail: ByteRange?) {
        var position = range.lower
        while position < range.upper {
            if self[position] == separator {
                return (
                    ByteRange(lower: range.lower, upper: position),
                    ByteRange(lower: position + 1, upper: range.upper)
                )
            }
            position += 1
        }
        return (range, nil)
    }

    /// The value of decimal digits: nil for anything else, and for what does not fit.
    func decimal(_ range: ByteRange) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for position in range.lower..<range.upper {
            let digit = self[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// Whether the bytes of `range` are exactly `text`.
    func matches(_ range: ByteRange, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        // A StaticString with a pointer representation is immortal; all of ours are ASCII literals of
        // more than one character.
        return text.withUTF8Buffer { expected in
            for offset in 0..<expected.count where self[range.lower + offset] != expected[offset] { return false }
            return true
        }
    }

    /// Whether the bytes of `range` are `text` without regard to ASCII case.
    func matchesIgnoringCase(_ range: ByteRange, _ text: String) -> Bool {
        var position = range.lower
        for byte in text.utf8 {
            guard position < range.upper, ASCII.lowercased(self[position]) == ASCII.lowercased(byte) else {
                return false
            }
            position += 1
        }
        return position == range.upper
    }

    /// The text of `range`; bytes that are not UTF-8 are replaced.
    func text(_ range: ByteRange) -> String {
        String(unsafeUninitializedCapacity: range.count) { buffer in
            for offset in 0..<range.count { buffer[offset] = self[range.lower + offset] }
            return range.count
        }
    }
}
