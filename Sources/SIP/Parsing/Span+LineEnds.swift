extension Span<UInt8> {
    /// The offset of the first CR or LF from a position on, or the count.
    @inline(__always) func nextLineEnd(from start: Int) -> Int {
        var index = firstOctet(below: 0x0E, from: start)
        while index < count, self[index] != Octet.lf, self[index] != Octet.cr {
            index = firstOctet(below: 0x0E, from: index &+ 1)
        }
        return index
    }

    /// The offset of the first LF from a position on, or the count.
    @inline(__always) func nextLineFeed(from start: Int) -> Int {
        var index = firstOctet(below: 0x0B, from: start)
        while index < count, self[index] != Octet.lf { index = firstOctet(below: 0x0B, from: index &+ 1) }
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
