extension Span<UInt8> {
    /// The eight octets from a position on as a number, the first octet lowest; zeros stand for what is behind the last
    /// one.
    @inline(__always)
    func word(at position: Int) -> UInt64 {
        guard position >= 0, position <= count &- 8 else { return shortWord(at: position) }
        return wholeWord(at: position)
    }

    /// The same where 0 <= position and position + 8 <= count, which the caller has checked.
    @inline(__always)
    func wholeWord(at position: Int) -> UInt64 {
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

    /// The offset of the first octet less than a limit from a position on, or the count. The limit is at most 128.
    ///
    /// Eight octets at a time: a header's value is mostly what lies between its first octets and its line end.
    @inline(__always)
    func firstOctet(below limit: UInt8, from start: Int) -> Int {
        var index = Swift.max(0, start)
        let wordEnd = count &- 7
        // Invariant: index is not negative, and the condition leaves room for a word.
        while index < wordEnd {
            let found = wholeWord(at: index).octets(below: limit)
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < count, self[index] >= limit { index &+= 1 }
        return index
    }

    /// Whether a range is an ASCII text, its letters in any case. `text` is in lower case.
    @inline(__always)
    func equals(_ range: Range<Int>, lowercase text: StaticString) -> Bool {
        equals(range, text, ignoringCase: true)
    }

    /// Whether a range is exactly an ASCII text.
    @inline(__always)
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        equals(range, text, ignoringCase: false)
    }

    /// A literal's octets are constants, so this becomes a comparison of words with others.
    @inline(__always)
    private func equals(_ range: Range<Int>, _ text: StaticString, ignoringCase: Bool) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        var offset = 0
        while offset < text.utf8CodeUnitCount {
            var (expected, mask, cases): (UInt64, UInt64, UInt64) = (0, 0, 0)
            for place in 0..<Swift.min(8, text.utf8CodeUnitCount &- offset) {
                // Invariant: offset + place is less than the number of the literal's octets, which are immortal.
                let octet = text.utf8Start[offset &+ place]
                expected |= UInt64(octet) &<< UInt64(8 &* place)
                mask |= 0xFF &<< UInt64(8 &* place)
                // Of the octets that this bit makes a letter, all are that letter.
                if ignoringCase, octet.isLetter { cases |= 0x20 &<< UInt64(8 &* place) }
            }
            guard (word(at: range.lowerBound &+ offset) | cases) & mask == expected else { return false }
            offset &+= 8
        }
        return true
    }
}

extension UInt64 {
    /// Eight times the same octet.
    @inline(__always)
    init(repeating octet: UInt8) { self = UInt64(octet) &* 0x0101_0101_0101_0101 }

    /// The top bit of each octet that is less than a limit, which is at most 128. Octets above the lowest such one may
    /// be marked too, wrongly.
    @inline(__always)
    func octets(below limit: UInt8) -> UInt64 {
        (self &- UInt64(repeating: limit)) & ~self & UInt64(repeating: 0x80)
    }
}
