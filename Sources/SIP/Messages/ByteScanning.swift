/// The octets that SIP's grammar names.
enum Octet {
    static let tab = UInt8(ascii: "\t"), lf = UInt8(ascii: "\n"), cr = UInt8(ascii: "\r"), space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\""), backslash = UInt8(ascii: "\\"), percent = UInt8(ascii: "%")
    static let colon = UInt8(ascii: ":"), semicolon = UInt8(ascii: ";"), comma = UInt8(ascii: ",")
    static let equals = UInt8(ascii: "="), less = UInt8(ascii: "<"), greater = UInt8(ascii: ">")
    static let at = UInt8(ascii: "@"), question = UInt8(ascii: "?"), slash = UInt8(ascii: "/")
    static let leftBracket = UInt8(ascii: "["), rightBracket = UInt8(ascii: "]"), leftParenthesis = UInt8(ascii: "(")
    static let rightParenthesis = UInt8(ascii: ")"), zero = UInt8(ascii: "0"), plus = UInt8(ascii: "+")
    static let ampersand = UInt8(ascii: "&")
}

extension UInt8 {
    /// Linear white space, the line ends of folds included (RFC 3261 25.1).
    @inline(__always) var isSIPSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }

    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// A character of `token` (RFC 3261 25.1).
    @inline(__always) var isToken: Bool {
        if isDigit || isLetter { return true }
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "*"),
            UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    /// A letter in lower case; other octets unchanged.
    @inline(__always) var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - 0x41 + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// The first of an octet in a range.
    @inline(__always) func first(_ octet: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == octet { return index }
            index &+= 1
        }
        return nil
    }

    /// The range without white space at its ends.
    @inline(__always) func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isSIPSpace { lower &+= 1 }
        while upper > lower, self[upper &- 1].isSIPSpace { upper &-= 1 }
        return lower..<upper
    }

    /// The first index from `start` on that is not white space.
    @inline(__always) func skippingSpace(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end, self[index].isSIPSpace { index &+= 1 }
        return index
    }

    /// Whether a range is a token that is not empty.
    @inline(__always) func isToken(_ range: Range<Int>) -> Bool {
        for index in range where !self[index].isToken { return false }
        return !range.isEmpty
    }

    /// The end of a quoted string that begins at `start`: behind its closing quote; nil if it has none.
    func quotedStringEnd(from start: Int, to end: Int) -> Int? {
        var index = start &+ 1
        while index < end {
            let octet = self[index]
            if octet == Octet.quote { return index &+ 1 }
            index &+= octet == Octet.backslash ? 2 : 1
        }
        return nil
    }

    /// The first of an octet in a range that stands outside of quoted strings and angle brackets; nil for none.
    func firstOutsideQuotes(_ octet: UInt8, in range: Range<Int>, outsideBrackets: Bool = true) -> Int? {
        var index = range.lowerBound
        var isInBrackets = false
        while index < range.upperBound {
            let current = self[index]
            if current == octet, !isInBrackets { return index }
            switch current {
            case Octet.quote:
                guard let end = quotedStringEnd(from: index, to: range.upperBound) else { return nil }
                index = end
                continue
            case Octet.less where outsideBrackets: isInBrackets = true
            case Octet.greater: isInBrackets = false
            default: break
            }
            index &+= 1
        }
        return nil
    }

    /// The decimal number that fills a range of 1 to 19 digits; nil for anything else.
    @inline(__always) func decimal(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range {
            let digit = self[index] &- 0x30
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
