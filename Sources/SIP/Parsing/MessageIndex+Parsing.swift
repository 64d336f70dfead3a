/// A fault found by the parser, before it is known whether and how it is answered.
struct ParseFailure: Error {
    var reason: MessageError.Reason
    var offset: Int
}

extension MessageIndex {
    /// One pass over the octets of a message (RFC 3261 7, 25). It copies no text and allocates nothing, but for
    /// messages of more than two dozen header fields.
    mutating func parse(_ bytes: Span<UInt8>, limits: MessageLimits) throws(ParseFailure) {
        guard bytes.count <= limits.messageBytes, bytes.count < Int(Int32.max) else {
            throw ParseFailure(reason: .tooLarge, offset: limits.messageBytes)
        }
        let head = try parseStartLine(bytes, limits: limits)
        let body = try parseFields(bytes, from: head, limits: limits)
        try checkHead(bytes, end: body)
        try findBody(bytes, from: body, limits: limits)
    }

    /// The header fields up to the empty line; gives the offset behind it.
    private mutating func parseFields(
        _ bytes: Span<UInt8>, from start: Int, limits: MessageLimits
    ) throws(ParseFailure) -> Int {
        let names = HeaderNameTable.all
        var position = start
        while true {
            let lineEnd = bytes.lineEndCount(at: position)
            guard lineEnd == 0 else { return position &+ lineEnd }
            guard position < bytes.count else { throw ParseFailure(reason: .unterminatedHeader, offset: position) }
            var entry = try MessageIndex.parseName(bytes, from: position, names)
            let lineFeed = try fieldEnd(bytes, from: Int(entry.valueStart))
            guard lineFeed &- position < limits.headerBytes else {
                throw ParseFailure(reason: .tooLarge, offset: position)
            }
            guard lineFeed < bytes.count else { throw ParseFailure(reason: .unterminatedHeader, offset: position) }
            let value = bytes.trimmed(Int(entry.valueStart)..<lineFeed)
            entry.valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
            entry.valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
            guard fields.count < limits.headerCount else { throw ParseFailure(reason: .tooLarge, offset: position) }
            position = lineFeed &+ 1
            try admit(entry, bytes)
        }
    }

    /// The LF that ends a field and its folds (7.3.1), or the count if none does. A CR on its own is a line end to some
    /// and white space to others, so it is refused.
    @inline(__always)
    private mutating func fieldEnd(_ bytes: Span<UInt8>, from start: Int) throws(ParseFailure) -> Int {
        var index = start
        while true {
            let lineFeed = try MessageIndex.lineFeed(bytes, from: index, failing: .malformedHeader)
            let next = lineFeed &+ 1
            guard next < bytes.count, bytes[next] == Octet.space || bytes[next] == Octet.tab else { return lineFeed }
            hasFolds = true
            index = next
        }
    }

    /// The LF that ends a line, or the count if none does.
    @inline(__always)
    static func lineFeed(
        _ bytes: Span<UInt8>, from start: Int, failing reason: MessageError.Reason
    ) throws(ParseFailure) -> Int {
        let end = bytes.nextLineEnd(from: start)
        guard end < bytes.count, bytes[end] == Octet.cr else { return end }
        guard end &+ 1 < bytes.count else { return bytes.count }
        guard bytes[end &+ 1] == Octet.lf else { throw ParseFailure(reason: reason, offset: end) }
        return end &+ 1
    }

    /// The name and the colon; `valueStart` is then behind the colon.
    @inline(__always)
    static func parseName(
        _ bytes: Span<UInt8>, from start: Int, _ names: HeaderNameTable = .all
    ) throws(ParseFailure) -> FieldEntry {
        if let known = HeaderName.known(bytes, at: start, in: names) {
            return FieldEntry(
                start: UInt32(truncatingIfNeeded: start),
                valueStart: UInt32(truncatingIfNeeded: start &+ known.count &+ 1),
                nameCount: UInt16(truncatingIfNeeded: known.count), name: known.name)
        }
        var position = start
        while position < bytes.count, CharacterClass.token.contains(bytes[position]) { position &+= 1 }
        let end = position
        while position < bytes.count, bytes[position] == Octet.space || bytes[position] == Octet.tab { position &+= 1 }
        guard end > start, position < bytes.count, bytes[position] == Octet.colon, end &- start <= Int(UInt16.max)
        else {
            throw ParseFailure(reason: .malformedHeader, offset: start)
        }
        return FieldEntry(
            start: UInt32(truncatingIfNeeded: start), valueStart: UInt32(truncatingIfNeeded: position &+ 1),
            nameCount: UInt16(truncatingIfNeeded: end &- start), name: HeaderName(parsing: bytes, in: start..<end))
    }

    /// What every message has (8.1.1), and that CSeq speaks of the same method (8.1.1.5).
    private func checkHead(_ bytes: Span<UInt8>, end: Int) throws(ParseFailure) {
        try require(.via, end)
        try require(.from, end)
        try require(.to, end)
        try require(.callID, end)
        try require(.cSeq, end)
        // A method that is not known is answered with 501, whatever CSeq says (RFC 4475 3.1.2.18).
        guard isRequest, method != .other, method != cSeqKind else { return }
        throw ParseFailure(reason: .methodMismatch, offset: cSeqMethod.start)
    }

    @inline(__always)
    private func require(_ name: HeaderName, _ offset: Int) throws(ParseFailure) {
        guard contains(name) else { throw ParseFailure(reason: .missing(name), offset: offset) }
    }

    /// The body: as long as Content-Length says, what follows it ignored; all that there is without one (18.3).
    private mutating func findBody(
        _ bytes: Span<UInt8>, from start: Int, limits: MessageLimits
    ) throws(ParseFailure) {
        let available = bytes.count &- start
        let length = contentLength < 0 ? available : contentLength
        guard length <= available else { throw ParseFailure(reason: .truncatedBody, offset: bytes.count) }
        guard length <= limits.bodyBytes else { throw ParseFailure(reason: .bodyTooLarge, offset: start) }
        body = ByteRange(start, start &+ length)
    }
}
