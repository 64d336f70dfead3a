/// Where the parts of a URI stand (RFC 3261 19.1.1).
struct URILayout: Hashable, Sendable {
    enum Scheme: UInt8, Sendable {
        case sip
        case sips
        case tel
        case other
    }

    var scheme = Scheme.other
    var schemeName = ByteRange.none
    /// The user of a SIP URI, the number of a `tel`.
    var user = ByteRange.none
    var password = ByteRange.none
    /// The host, an IPv6 reference with its brackets.
    var host = ByteRange.none
    /// With the first semicolon.
    var parameters = ByteRange.none
    /// Without the question mark.
    var headers = ByteRange.none
    /// -1: absent.
    var port: Int32 = -1
}

extension Scanner {
    /// Where a URI stands, which decides what ends it.
    enum URIContext {
        /// Between angle brackets, in a request line or by itself.
        case bracketed
        /// In a header without brackets: a comma, question mark, semicolon or white space ends it (RFC 3261 20).
        case bare
    }

    /// Steps over a URI and finds its parts; whether there is one that its grammar gives.
    @inline(__always)
    mutating func skipURI(_ context: URIContext, _ layout: inout URILayout) -> Bool {
        guard skipScheme(&layout) else { return false }
        switch layout.scheme {
        case .sip, .sips: return skipSIP(&layout, context)
        case .tel: return skipTelephone(&layout, context)
        case .other: return !skip(context == .bare ? .bareOpaque : .opaque).isEmpty
        }
    }

    @inline(__always)
    private mutating func skipScheme(_ layout: inout URILayout) -> Bool {
        // Nearly all are `sip:`.
        if end &- position >= 4, bytes[position &+ 3] == Octet.colon,
            matches(ByteRange(position, position &+ 3), "sip")
        {
            layout.schemeName = ByteRange(position, position &+ 3)
            layout.scheme = .sip
            position &+= 4
            return true
        }
        guard current.isLetter else { return false }
        layout.schemeName = skip(.scheme)
        layout.scheme =
            matches(layout.schemeName, "sips") ? .sips : matches(layout.schemeName, "tel") ? .tel : .other
        return skip(Octet.colon)
    }

    private mutating func skipSIP(_ layout: inout URILayout, _ context: URIContext) -> Bool {
        guard skipUser(&layout, context == .bare ? .bareUser : .user), skipHost(&layout.host) else { return false }
        if skip(Octet.colon) {
            guard let port = skipNumber(), port <= 65_535 else { return false }
            layout.port = Int32(truncatingIfNeeded: port)
        }
        // Without brackets what follows is the header's, and a "?" must not (RFC 3261 20).
        guard context == .bracketed else { return current != Octet.question }
        return skipParameters(&layout.parameters) && (current != Octet.question || skipHeaders(&layout.headers))
    }

    /// User and password, which are there if an `@` ends them.
    @inline(__always)
    private mutating func skipUser(_ layout: inout URILayout, _ characters: CharacterClass) -> Bool {
        let start = position
        guard let user = skipEscaped(characters) else { return false }
        // A colon before a password, or before a port.
        var password = ByteRange.none
        if skip(Octet.colon) {
            guard let text = skipEscaped(.password) else { return false }
            password = text
        }
        guard skip(Octet.at) else {
            position = start
            return true
        }
        layout.user = user
        layout.password = password
        return !user.isEmpty
    }

    /// A host name, an IPv4 address or an IPv6 reference (RFC 3261 25.1, RFC 5954).
    @inline(__always)
    mutating func skipHost(_ host: inout ByteRange) -> Bool {
        guard current == Octet.leftBracket else {
            host = skip(.host)
            return !host.isEmpty
        }
        let start = position
        while position < end, bytes[position] != Octet.rightBracket { position &+= 1 }
        guard skip(Octet.rightBracket), IPAddress(parsing: bytes, in: start..<position) != nil else { return false }
        host = ByteRange(start, position)
        return true
    }

    /// `*( ";" name [ "=" value ] )`.
    @inline(__always)
    private mutating func skipParameters(_ parameters: inout ByteRange) -> Bool {
        let start = position
        while skip(Octet.semicolon) {
            guard let name = skipEscaped(.parameterName), !name.isEmpty else { return false }
            guard !skip(Octet.equals) || skipEscaped(.parameterValue) != nil else { return false }
        }
        parameters = ByteRange(start, position)
        return true
    }

    /// `"?" name "=" value *( "&" name "=" value )`.
    private mutating func skipHeaders(_ headers: inout ByteRange) -> Bool {
        let start = position &+ 1
        repeat {
            position &+= 1
            guard let name = skipEscaped(.uriHeader), !name.isEmpty, skip(Octet.equals) else { return false }
            repeat {
                guard skipEscaped(.uriHeader) != nil else { return false }
            } while skip(Octet.equals)
        } while current == Octet.ampersand
        headers = ByteRange(start, position)
        return true
    }

    /// A telephone number with at least one digit, and its parameters (RFC 3966 3).
    private mutating func skipTelephone(_ layout: inout URILayout, _ context: URIContext) -> Bool {
        layout.user = skip(.phone)
        guard layout.user.indices.contains(where: { !URI.isVisualSeparator(bytes[$0]) && bytes[$0] != Octet.plus })
        else {
            return false
        }
        return context == .bare ? current != Octet.question : skipParameters(&layout.parameters)
    }
}
