/// Where the parts of a name-addr or addr-spec stand (RFC 3261 20.10).
struct NameAddressLayout: Sendable {
    /// From the display name to the end of the last parameter.
    var value = ByteRange.none
    /// The display name, with its quotes.
    var display = ByteRange.none
    /// The URI, without brackets.
    var uri = ByteRange.none
    var uriLayout = URILayout()
    var tag = ByteRange.none
    /// The header's parameters with the first semicolon.
    var parameters = ByteRange.none
}

extension Scanner {
    /// Steps over one address with its parameters, which ends at a comma or at the end; whether it is well-formed.
    mutating func skipAddress(_ layout: inout NameAddressLayout, requiringBrackets: Bool = false) -> Bool {
        skipSpace()
        let start = position
        guard skipAddressURI(&layout, requiringBrackets: requiringBrackets) else { return false }
        var valueEnd = position
        skipSpace()
        let parametersStart = position
        while skip(Octet.semicolon) {
            var (name, value) = (ByteRange.none, ByteRange.none)
            guard skipParameter(&name, &value, &valueEnd) else { return false }
            if name.count == 3, matches(name, "tag"), layout.tag.isEmpty {
                guard !value.isEmpty else { return false }
                layout.tag = value
            }
        }
        layout.parameters = ByteRange(parametersStart, max(parametersStart, valueEnd))
        layout.value = ByteRange(start, valueEnd)
        return isAtEnd || current == Octet.comma
    }

    @inline(__always)
    private mutating func skipAddressURI(_ layout: inout NameAddressLayout, requiringBrackets: Bool) -> Bool {
        let start = position
        if current == Octet.quote {
            guard let name = skipQuotedString() else { return false }
            layout.display = name
            skipSpace()
            return skipBracketedURI(&layout)
        }
        guard current != Octet.less else { return skipBracketedURI(&layout) }
        // Words of a display name up to the bracket; a scheme's colon shows that there is no bracket.
        var nameEnd = position
        while !skip(.displayName).isEmpty {
            nameEnd = position
            skipSpace()
        }
        if current == Octet.less {
            layout.display = ByteRange(start, nameEnd)
            return skipBracketedURI(&layout)
        }
        guard !requiringBrackets else { return false }
        position = start
        guard skipURI(.bare, &layout.uriLayout) else { return false }
        layout.uri = ByteRange(start, position)
        return true
    }

    @inline(__always)
    private mutating func skipBracketedURI(_ layout: inout NameAddressLayout) -> Bool {
        guard skip(Octet.less) else { return false }
        let start = position
        guard skipURI(.bracketed, &layout.uriLayout) else { return false }
        layout.uri = ByteRange(start, position)
        return skip(Octet.greater)
    }

    /// Steps over `name [ EQUAL value ]` behind a semicolon, and the white space around them; `valueEnd` is then the
    /// end without the white space.
    @inline(__always)
    mutating func skipParameter(_ name: inout ByteRange, _ value: inout ByteRange, _ valueEnd: inout Int) -> Bool {
        skipSpace()
        name = skip(.token)
        valueEnd = position
        skipSpace()
        guard skip(Octet.equals) else { return !name.isEmpty }
        valueEnd = position
        skipSpace()
        if current == Octet.quote {
            guard let text = skipQuotedString() else { return false }
            value = text
        } else {
            value = skip(.value)
        }
        if !value.isEmpty { valueEnd = position }
        skipSpace()
        return !name.isEmpty
    }
}
