/// Reads one header value, or another piece of a message, from left to right.
///
/// White space is that of folds too: CR and LF are in a value only where the next line goes on with it. Positions never
/// pass `end`, which never passes the octets.
struct Scanner: ~Escapable {
    let bytes: Span<UInt8>
    var position: Int
    let end: Int

    @inline(__always)
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        self.bytes = bytes
        position = range.start
        end = min(range.end, bytes.count)
    }

    @inline(__always) var isAtEnd: Bool { position >= end }

    /// The octet at an index; nil where that is not before the end.
    @inline(__always) private func octet(at index: Int) -> UInt8? {
        guard UInt(bitPattern: index) < UInt(bitPattern: end) else { return nil }
        // Invariant: 0 <= index < end <= bytes.count, the last by `init`; one comparison has shown the others.
        return bytes[unchecked: index]
    }

    /// The octet here; 0 at the end.
    @inline(__always) var current: UInt8 { octet(at: position) ?? 0 }

    @inline(__always) mutating func skipSpace() {
        while let octet = octet(at: position), octet.isSIPSpace { position &+= 1 }
    }

    /// Steps over an octet if it is here.
    @inline(__always) mutating func skip(_ octet: UInt8) -> Bool {
        guard self.octet(at: position) == octet else { return false }
        position &+= 1
        return true
    }

    /// Steps over all octets of a class; gives the range, which may be empty.
    @inline(__always) mutating func skip(_ characters: CharacterClass) -> ByteRange {
        let start = position
        var index = position
        while let octet = octet(at: index), characters.contains(octet) { index &+= 1 }
        position = index
        return ByteRange(start, index)
    }

    /// Steps over all octets of a class and `%` escapes (RFC 3261 19.1.2); nil for a broken escape.
    @inline(__always) mutating func skipEscaped(_ characters: CharacterClass) -> ByteRange? {
        let start = position
        var index = position
        while let octet = octet(at: index) {
            if characters.contains(octet) {
                index &+= 1
            } else if octet == Octet.percent {
                guard self.octet(at: index &+ 1)?.hexadecimalValue != nil,
                    self.octet(at: index &+ 2)?.hexadecimalValue != nil
                else { return nil }
                index &+= 3
            } else {
                break
            }
        }
        position = index
        return ByteRange(start, index)
    }

    /// Steps over a quoted string whose opening quote is here; gives it with its quotes, nil if it does not end
    /// (RFC 3261 25.1). Within it any octet may stand; a backslash takes the next one with it.
    mutating func skipQuotedString() -> ByteRange? {
        let start = position
        guard current == Octet.quote, let close = bytes.quotedStringEnd(from: start, to: end) else { return nil }
        position = close
        return ByteRange(start, close)
    }

    /// Steps over decimal digits; nil if there is none. What exceeds 2**58 is given as `Int.max`.
    @inline(__always) mutating func skipNumber() -> Int? {
        let start = position
        var number = 0
        while let octet = octet(at: position), octet.isDigit {
            number = number < 1 &<< 58 ? number &* 10 &+ Int(octet &- Octet.zero) : Int.max
            position &+= 1
        }
        return position == start ? nil : number
    }

    /// Whether the octets of a range are an ASCII text in lower case, compared without case.
    @inline(__always) func matches(_ range: ByteRange, _ text: StaticString) -> Bool {
        bytes.equals(range.indices, lowercase: text)
    }
}
