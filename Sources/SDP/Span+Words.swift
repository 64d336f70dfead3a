extension Span<UInt8> {
    /// The eight bytes from `position` on as a number, the first byte lowest; zeros stand for what is behind the
    /// last one.
    @inline(__always)
    func word(at position: Int) -> UInt64 {
        guard position >= 0, position <= count &- 8 else { return shortWord(at: position) }
        return wholeWord(at: position)
    }

    /// The same where 0 <= position and position + 8 <= count, which the caller has checked.
    ///
    /// The only place where a description is read without a check of each byte: names are compared and line ends
    /// found by the word.
    @inline(__always)
    private func wholeWord(at position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self))
    }

    @inline(never)
    private func shortWord(at position: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<8 where position >= 0 && position &+ place < count {
            word |= UInt64(self[position &+ place]) &<< UInt64(8 &* place)
        }
        return word
    }

    /// The first byte from `start` on that is less than `limit` after it was mixed with `pattern` by an exclusive or;
    /// `end` if there is none. `limit` is at most 128.
    @inline(__always)
    private func firstByte(below limit: UInt8, mixedWith pattern: UInt8, from start: Int, to end: Int) -> Int {
        var position = Swift.max(0, start)
        let pattern = UInt64(repeating: pattern)
        let wordEnd = Swift.min(end, count &- 7)
        // Invariant: position is not negative, and the condition leaves room for a word.
        while position < wordEnd {
            let found = (wholeWord(at: position) ^ pattern).bytes(below: limit)
            if found != 0 { return Swift.min(end, position &+ found.trailingZeroBitCount &>> 3) }
            position &+= 8
        }
        while position < Swift.min(end, count) {
            if self[position] ^ UInt8(truncatingIfNeeded: pattern) < limit { return position }
            position &+= 1
        }
        return end
    }

    /// The first byte less than `limit` from `start` on, or `end`. `limit` is at most 128.
    @inline(__always)
    func firstByte(below limit: UInt8, from start: Int, to end: Int) -> Int {
        firstByte(below: limit, mixedWith: 0, from: start, to: end)
    }

    /// The first byte that is `byte` from `start` on, or `end`.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int, to end: Int) -> Int {
        firstByte(below: 1, mixedWith: byte, from: start, to: end)
    }

    /// The first blank from `start` on, or `end`.
    @inline(__always)
    func firstBlank(from start: Int, to end: Int) -> Int {
        var position = firstByte(below: 0x21, from: start, to: end)
        while position < end, !ASCII.isBlank(self[position]) {
            position = firstByte(below: 0x21, from: position &+ 1, to: end)
        }
        return position
    }

    /// Where the line that is at `position` ends: at its LF, at a NUL, or at the last byte's end.
    @inline(__always)
    func lineEnd(from position: Int) -> Int {
        var position = firstByte(below: 0x0B, from: position, to: count)
        while position < count, self[position] != ASCII.lineFeed, self[position] != 0 {
            position = firstByte(below: 0x0B, from: position &+ 1, to: count)
        }
        return position
    }

    /// The next line of `rest`, without the blanks at its ends and its line end; `rest` is moved behind it.
    @inline(__always)
    func nextLine(of rest: inout ByteRange) -> ByteRange? {
        guard !rest.isEmpty else { return nil }
        let start = rest.lower
        let end = Swift.min(rest.upper, lineEnd(from: start))
        rest.lower = end &+ 1
        return line(ByteRange(lower: start, upper: end))
    }

    /// A line's content: without the CR and the blanks at its end, and the blanks at its start.
    @inline(__always)
    func line(_ range: ByteRange) -> ByteRange {
        var (lower, upper) = (range.lower, range.upper)
        while upper > lower, self[upper &- 1] == ASCII.carriageReturn || ASCII.isBlank(self[upper &- 1]) {
            upper &-= 1
        }
        while lower < upper, ASCII.isBlank(self[lower]) { lower &+= 1 }
        return ByteRange(lower: lower, upper: upper)
    }

    /// Whether the bytes of `range` are those of another range of other bytes.
    func isSame(_ range: ByteRange, as other: ByteRange, of bytes: Span<UInt8>) -> Bool {
        guard range.count == other.count else { return false }
        var offset = 0
        while offset &+ 8 <= range.count {
            guard word(at: range.lower &+ offset) == bytes.word(at: other.lower &+ offset) else { return false }
            offset &+= 8
        }
        while offset < range.count {
            guard self[range.lower &+ offset] == bytes[other.lower &+ offset] else { return false }
            offset &+= 1
        }
        return true
    }

    /// Whether there are no control bytes but tabs.
    @inline(__always)
    func isPrintable(_ range: ByteRange) -> Bool {
        guard first(0x7F, from: range.lower, to: range.upper) == range.upper else { return false }
        var position = firstByte(below: 0x20, from: range.lower, to: range.upper)
        while position < range.upper {
            guard self[position] == ASCII.tab else { return false }
            position = firstByte(below: 0x20, from: position &+ 1, to: range.upper)
        }
        return true
    }
}

extension UInt64 {
    /// Eight times the same byte.
    @inline(__always)
    init(repeating byte: UInt8) { self = UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The top bit of each byte that is less than `limit`, which is at most 128. Bytes above the lowest such one may
    /// be marked too, wrongly.
    @inline(__always)
    func bytes(below limit: UInt8) -> UInt64 {
        (self &- UInt64(repeating: limit)) & ~self & UInt64(repeating: 0x80)
    }

    /// Whether the bytes of the word begin with an ASCII text of at most eight characters.
    @inline(__always)
    func begins(with text: StaticString) -> Bool {
        begins(with: text, from: 0, ignoringCase: false)
    }

    /// Whether the bytes of the word begin with the eight characters, or the fewer that there are, of an ASCII text
    /// from `start` on, a text in lower case where case is ignored.
    ///
    /// A literal's bytes are a constant, so all of this becomes one comparison with another.
    @inline(__always)
    func begins(with text: StaticString, from start: Int, ignoringCase: Bool) -> Bool {
        var (expected, mask, cases): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for place in 0..<Swift.min(8, text.utf8CodeUnitCount &- start) {
            // Invariant: start + place is less than the number of the literal's bytes, which are immortal. All of
            // our literals have more than one character, so they are bytes.
            let byte = text.utf8Start[start &+ place]
            expected |= UInt64(byte) &<< UInt64(8 &* place)
            mask |= 0xFF &<< UInt64(8 &* place)
            // Of the bytes that this bit makes a letter, all are that letter.
            if ignoringCase, byte &- UInt8(ascii: "a") < 26 { cases |= 0x20 &<< UInt64(8 &* place) }
        }
        return (self | cases) & mask == expected
    }
}
