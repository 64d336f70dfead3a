/// Where the parts of a URI stand in its message.
struct URILayout: Hashable, Sendable {
    var user = ByteRange.none
    var host = ByteRange.none
    var port: UInt16?
    var parameters = ByteRange.none
    var headers = ByteRange.none

    /// The scheme and the parts of a URI that fills a range; nil for a malformed one (RFC 3261 25.1).
    static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (URI.Scheme, URILayout)? {
        for index in range
        where bytes[index] <= 0x20 || bytes[index] == 0x7F || bytes[index] == Octet.quote
            || bytes[index] == Octet.less || bytes[index] == Octet.greater
        {
            return nil
        }
        guard let colon = bytes.first(Octet.colon, in: range), colon > range.lowerBound else { return nil }
        let name = range.lowerBound..<colon
        let rest = colon + 1..<range.upperBound
        guard !rest.isEmpty else { return nil }
        if bytes.equals(name, lowercase: "sip") { return parseSIP(bytes, rest).map { (.sip, $0) } }
        if bytes.equals(name, lowercase: "sips") { return parseSIP(bytes, rest).map { (.sips, $0) } }
        if bytes.equals(name, lowercase: "tel") { return (.tel, parseTel(bytes, rest)) }
        guard bytes[name.lowerBound].isLetter,
            name.allSatisfy({ bytes[$0].isLetter || bytes[$0].isDigit || [0x2B, 0x2D, 0x2E].contains(bytes[$0]) })
        else { return nil }
        var text = ""
        for index in name { text.unicodeScalars.append(Unicode.Scalar(bytes[index].lowercased)) }
        return (.other(text), URILayout())
    }

    private static func parseTel(_ bytes: Span<UInt8>, _ range: Range<Int>) -> URILayout {
        var layout = URILayout()
        let end = bytes.first(Octet.semicolon, in: range) ?? range.upperBound
        layout.user = ByteRange(range.lowerBound, end)
        layout.parameters = ByteRange(end, range.upperBound)
        return layout
    }

    /// `[userinfo@]host[:port][;parameters][?headers]`. The `@` is the last one before `?` of the host part: a user
    /// part may hold `;` and `?` unescaped (RFC 3261 25.1, RFC 4475 3.1.1.9).
    private static func parseSIP(_ bytes: Span<UInt8>, _ range: Range<Int>) -> URILayout? {
        var layout = URILayout()
        var start = range.lowerBound
        if let at = bytes.first(Octet.at, in: range) {
            let colon = bytes.first(Octet.colon, in: start..<at) ?? at
            guard colon > start else { return nil }
            layout.user = ByteRange(start, colon)
            start = at + 1
        }
        guard let hostEnd = hostEnd(bytes, start..<range.upperBound), hostEnd > start else { return nil }
        layout.host = ByteRange(start, hostEnd)
        var index = hostEnd
        if index < range.upperBound, bytes[index] == Octet.colon {
            let portStart = index + 1
            index = portStart
            while index < range.upperBound, bytes[index].isDigit { index += 1 }
            guard let port = bytes.decimal(portStart..<index), let port = UInt16(exactly: port) else { return nil }
            layout.port = port
        }
        let question = bytes.first(Octet.question, in: index..<range.upperBound)
        let end = question ?? range.upperBound
        guard index == end || bytes[index] == Octet.semicolon else { return nil }
        layout.parameters = ByteRange(index, end)
        if let question { layout.headers = ByteRange(question + 1, range.upperBound) }
        return layout
    }

    /// The end of a host name, an IPv4 address or an IPv6 reference (RFC 5954) at the start of a range.
    static func hostEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard let first = range.first else { return nil }
        if bytes[first] == Octet.leftBracket {
            guard let close = bytes.first(Octet.rightBracket, in: range),
                IPAddress(parsing: bytes, in: first..<close + 1) != nil
            else { return nil }
            return close + 1
        }
        var index = first
        while index < range.upperBound,
            bytes[index].isLetter || bytes[index].isDigit || bytes[index] == UInt8(ascii: "-")
                || bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: "_")
        {
            index += 1
        }
        return index
    }
}
