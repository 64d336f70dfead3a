extension Span<UInt8> {
    /// The offset of the first CR or LF from a position on, or the count.
    ///
    /// Eight octets at a time: a header's value is mostly what lies between its first octets and its line end.
    @inline(__always) func nextLineEnd(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            // Invariant: index + 8 <= count was checked by the loop's condition.
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let found = UInt64.zeroOctets(word ^ 0x0A0A_0A0A_0A0A_0A0A) | .zeroOctets(word ^ 0x0D0D_0D0D_0D0D_0D0D)
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < count, self[index] != Octet.lf, self[index] != Octet.cr { index &+= 1 }
        return index
    }

    /// The offset of the first LF from a position on, or the count.
    @inline(__always) func nextLineFeed(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            // Invariant: index + 8 <= count was checked by the loop's condition.
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let found = UInt64.zeroOctets(word ^ 0x0A0A_0A0A_0A0A_0A0A)
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < count, self[index] != Octet.lf { index &+= 1 }
        return index
    }

    /// The end of a line's content whose LF is at `lineFeed`: a CR before it is not content.
    @inline(__always) func contentEnd(_ lineFeed: Int, from start: Int) -> Int {
        lineFeed > start && self[lineFeed &- 1] == Octet.cr ? lineFeed &- 1 : lineFeed
    }

    /// The LF that ends a header line with its folds (RFC 3261 7.3.1), or the count if none does.
    @inline(__always) func foldedLineFeed(from start: Int) -> Int {
        var index = start
        while true {
            let lineFeed = nextLineFeed(from: index)
            let next = lineFeed &+ 1
            guard next < count, self[next] == Octet.space || self[next] == Octet.tab else { return lineFeed }
            index = next
        }
    }

    /// The length of the line end at an index: 2 for CRLF, 1 for LF, 0 for anything else.
    @inline(__always) func lineEndCount(at index: Int) -> Int {
        guard index < count else { return 0 }
        if self[index] == Octet.lf { return 1 }
        return self[index] == Octet.cr && index &+ 1 < count && self[index &+ 1] == Octet.lf ? 2 : 0
    }
}

extension UInt64 {
    /// The top bit of each octet that is zero. Octets above the lowest such one may be marked too, wrongly.
    @inline(__always) static func zeroOctets(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}
