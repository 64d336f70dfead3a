extension MessageIndex {
    /// The request line (7.1) or the status line (7.2), line ends before it skipped (7.5); gives the offset behind it.
    mutating func parseStartLine(_ bytes: Span<UInt8>, limits: MessageLimits) throws(ParseFailure) -> Int {
        var start = 0
        while start < bytes.count, bytes[start] == Octet.cr || bytes[start] == Octet.lf { start &+= 1 }
        guard start < bytes.count else { throw ParseFailure(reason: .empty, offset: 0) }
        let lineFeed = try MessageIndex.lineFeed(bytes, from: start, failing: .malformedStartLine)
        guard lineFeed < bytes.count else { throw ParseFailure(reason: .malformedStartLine, offset: start) }
        guard lineFeed &- start < limits.headerBytes else { throw ParseFailure(reason: .tooLarge, offset: start) }
        var scanner = Scanner(bytes, ByteRange(start, bytes.contentEnd(lineFeed, from: start)))
        if scanner.isStatusLine {
            isRequest = false
            try parseStatusLine(&scanner)
        } else {
            try parseRequestLine(&scanner)
        }
        return lineFeed &+ 1
    }

    private mutating func parseRequestLine(_ scanner: inout Scanner) throws(ParseFailure) {
        methodName = scanner.skip(.token)
        guard !methodName.isEmpty, scanner.skip(Octet.space), scanner.current != Octet.space else {
            throw ParseFailure(reason: .malformedStartLine, offset: scanner.position)
        }
        method = MethodKind(scanner.bytes, methodName)
        let uriStart = scanner.position
        // Headers have no place in a Request-URI (19.1.1, table 1).
        guard scanner.skipURI(.bracketed, &requestURI), requestURI.headers.isEmpty, scanner.skip(Octet.space) else {
            let isBlank = scanner.current == Octet.space || scanner.isAtEnd
            throw ParseFailure(reason: isBlank ? .malformedStartLine : .malformedRequestURI, offset: scanner.position)
        }
        startLineText = ByteRange(uriStart, scanner.position &- 1)
        let versionStart = scanner.position
        guard let isSupported = scanner.skipVersion(), scanner.isAtEnd else {
            throw ParseFailure(reason: .malformedStartLine, offset: scanner.position)
        }
        guard isSupported else { throw ParseFailure(reason: .unsupportedVersion, offset: versionStart) }
    }

    private mutating func parseStatusLine(_ scanner: inout Scanner) throws(ParseFailure) {
        let versionStart = scanner.position
        guard let isSupported = scanner.skipVersion(), scanner.skip(Octet.space) else {
            throw ParseFailure(reason: .malformedStartLine, offset: scanner.position)
        }
        guard isSupported else { throw ParseFailure(reason: .unsupportedVersion, offset: versionStart) }
        let codeStart = scanner.position
        guard let code = scanner.skipNumber(), scanner.position &- codeStart == 3, code >= 100, code < 700,
            // The space before an empty phrase is often missing, though the grammar has it.
            scanner.isAtEnd || scanner.skip(Octet.space)
        else { throw ParseFailure(reason: .malformedStartLine, offset: codeStart) }
        status = UInt16(truncatingIfNeeded: code)
        startLineText = ByteRange(scanner.position, scanner.end)
    }
}

extension Scanner {
    /// Whether the line begins with `SIP/`.
    @inline(__always) var isStatusLine: Bool {
        end &- position >= 4 && matches(ByteRange(position, position &+ 4), "sip/")
    }

    /// Steps over `SIP/` and a version, without case (RFC 3261 7.1); whether it is 2.0, nil for none.
    @inline(__always) mutating func skipVersion() -> Bool? {
        guard isStatusLine else { return nil }
        position &+= 4
        guard let major = skipNumber(), skip(UInt8(ascii: ".")), let minor = skipNumber() else { return nil }
        return major == 2 && minor == 0
    }

    /// Whether the line's last word is `SIP/` and something: what tells a request, however broken, from octets that
    /// are none and draw no answer.
    var endsWithVersion: Bool {
        let line = bytes.trimmed(position..<end)
        var start = line.upperBound
        while start > line.lowerBound, bytes[start &- 1] > Octet.space { start &-= 1 }
        return start > line.lowerBound && line.upperBound - start > 4 && matches(ByteRange(start, start &+ 4), "sip/")
    }
}
