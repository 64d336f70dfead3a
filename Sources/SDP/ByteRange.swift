/// Where a piece of a description lies in its bytes; offsets fit 32 bits, because no description is longer.
struct ByteRange: Hashable, Sendable {
    private var start: UInt32
    private var end: UInt32

    @inline(__always)
    init(lower: Int, upper: Int) {
        start = UInt32(truncatingIfNeeded: lower)
        end = UInt32(truncatingIfNeeded: upper)
    }

    @inline(__always) var lower: Int {
        get { Int(start) }
        set { start = UInt32(truncatingIfNeeded: newValue) }
    }

    @inline(__always) var upper: Int {
        get { Int(end) }
        set { end = UInt32(truncatingIfNeeded: newValue) }
    }

    @inline(__always) var isEmpty: Bool { start >= end }
    @inline(__always) var count: Int { upper &- lower }

    /// What is not there at all. What is there and empty has something before it.
    static let none = ByteRange(lower: 0, upper: 0)

    @inline(__always) var isNone: Bool { end == 0 }
}

/// The bytes that the grammar of RFC 8866 clause 9 gives a meaning to.
enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")

    @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always) static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}

extension Span<UInt8> {
    /// The next token of `rest`, which is moved behind it. Tokens are separated by blanks: one by the
    /// grammar, several in the field.
    @inline(__always)
    func nextToken(of rest: inout ByteRange) -> ByteRange? {
        let upper = rest.upper
        var start = rest.lower
        while start < upper, ASCII.isBlank(self[start]) { start &+= 1 }
        let end = firstBlank(from: start, to: upper)
        rest.lower = end
        return end > start ? ByteRange(lower: start, upper: end) : nil
    }

    /// `range` without the blanks at its ends.
    @inline(__always)
    func trimmed(_ range: ByteRange) -> ByteRange {
        var (lower, upper) = (range.lower, range.upper)
        while lower < upper, ASCII.isBlank(self[lower]) { lower &+= 1 }
        while upper > lower, ASCII.isBlank(self[upper &- 1]) { upper &-= 1 }
        return ByteRange(lower: lower, upper: upper)
    }

    /// The part of `range` before the first `separator` and the part behind it (nil where there is none).
    @inline(__always)
    func split(_ range: ByteRange, at separator: UInt8) -> (head: ByteRange, tail: ByteRange?) {
        let position = first(separator, from: range.lower, to: range.upper)
        guard position < range.upper else { return (range, nil) }
        return (
            ByteRange(lower: range.lower, upper: position), ByteRange(lower: position &+ 1, upper: range.upper)
        )
    }

    /// The value of decimal digits: nil for anything else, and for what does not fit.
    @inline(__always)
    func decimal(_ range: ByteRange) -> UInt64? {
        guard !range.isEmpty else { return nil }
        guard range.count < 20 else { return longDecimal(range) }
        var value: UInt64 = 0
        for position in range.lower..<range.upper {
            let digit = self[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    /// The same for as many digits as may not fit.
    private func longDecimal(_ range: ByteRange) -> UInt64? {
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
    @inline(__always)
    func matches(_ range: ByteRange, _ text: StaticString) -> Bool {
        matches(range, text, ignoringCase: false)
    }

    /// Whether the bytes of `range` are `text`, which is in lower case, without regard to ASCII case.
    @inline(__always)
    func matches(_ range: ByteRange, lowercase text: StaticString) -> Bool {
        matches(range, text, ignoringCase: true)
    }

    @inline(__always)
    private func matches(_ range: ByteRange, _ text: StaticString, ignoringCase: Bool) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        var offset = 0
        while offset < text.utf8CodeUnitCount {
            let word = word(at: range.lower &+ offset)
            guard word.begins(with: text, from: offset, ignoringCase: ignoringCase) else { return false }
            offset &+= 8
        }
        return true
    }

    /// Whether the bytes of `range` are `text` without regard to ASCII case.
    @inline(__always)
    func matches(_ range: ByteRange, ignoringCaseOf text: Span<UInt8>) -> Bool {
        guard range.count == text.count else { return false }
        for offset in text.indices
        where ASCII.lowercased(self[range.lower &+ offset]) != ASCII.lowercased(text[offset]) {
            return false
        }
        return true
    }

    /// The text of `range`; bytes that are not UTF-8 are replaced.
    func text(_ range: ByteRange) -> String {
        withUnsafeBufferPointer { String(decoding: $0[range.lower..<range.upper], as: UTF8.self) }
    }
}
