/// Where the parts of a Via value stand (RFC 3261 20.42).
struct ViaLayout: Sendable {
    /// From the protocol's name to the end of the last parameter.
    var value = ByteRange.none
    var transport = ByteRange.none
    var sentBy = ByteRange.none
    /// The host, an IPv6 reference with its brackets.
    var host = ByteRange.none
    /// With the first semicolon.
    var parameters = ByteRange.none
    var branch = ByteRange.none
    /// The whole `rport` parameter with its semicolon (RFC 3581).
    var reportPort = ByteRange.none
    /// The whole `received` parameter with its semicolon.
    var received = ByteRange.none
    var maddr = ByteRange.none
    var port: UInt16?
}

extension Scanner {
    /// Steps over one Via value, which ends at a comma or at the end; whether it is well-formed. White space may stand
    /// around slashes, colon, semicolons and equals signs.
    mutating func skipVia(_ layout: inout ViaLayout) -> Bool {
        skipSpace()
        let start = position
        guard skipSentProtocol(&layout), skipSentBy(&layout) else { return false }
        var valueEnd = position
        skipSpace()
        let parametersStart = position
        while true {
            let parameterStart = position
            guard skip(Octet.semicolon) else { break }
            var (name, value) = (ByteRange.none, ByteRange.none)
            guard skipParameter(&name, &value, &valueEnd) else { return false }
            note(name, value, ByteRange(parameterStart, valueEnd), &layout)
        }
        layout.parameters = ByteRange(parametersStart, max(parametersStart, valueEnd))
        layout.value = ByteRange(start, valueEnd)
        return isAtEnd || current == Octet.comma
    }

    /// `protocol-name SLASH protocol-version SLASH transport LWS`.
    @inline(__always)
    private mutating func skipSentProtocol(_ layout: inout ViaLayout) -> Bool {
        for _ in 0..<2 {
            guard !skip(.token).isEmpty else { return false }
            skipSpace()
            guard skip(Octet.slash) else { return false }
            skipSpace()
        }
        layout.transport = skip(.token)
        guard !layout.transport.isEmpty, current.isSIPSpace else { return false }
        skipSpace()
        return true
    }

    /// `host [ COLON port ]`.
    @inline(__always)
    private mutating func skipSentBy(_ layout: inout ViaLayout) -> Bool {
        let start = position
        guard skipHost(&layout.host) else { return false }
        let hostEnd = position
        skipSpace()
        if skip(Octet.colon) {
            skipSpace()
            guard let port = skipNumber(), port <= 65_535 else { return false }
            layout.port = UInt16(truncatingIfNeeded: port)
        } else {
            position = hostEnd
        }
        layout.sentBy = ByteRange(start, position)
        return true
    }

    /// Keeps the parameters that transactions are found and responses are routed by (RFC 3261 17.2.3, 18.2.2; RFC 3581).
    @inline(__always)
    private func note(_ name: ByteRange, _ value: ByteRange, _ whole: ByteRange, _ layout: inout ViaLayout) {
        switch name.count {
        case 6 where layout.branch.isEmpty && matches(name, "branch"): layout.branch = value
        case 5 where matches(name, "rport"): layout.reportPort = whole
        case 5 where matches(name, "maddr"): layout.maddr = value
        case 8 where matches(name, "received"): layout.received = whole
        default: break
        }
    }
}
