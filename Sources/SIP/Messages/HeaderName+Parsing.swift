extension HeaderName {
    /// The name of a header field as it stands in a message: in any case, or in its compact form (RFC 3261 7.3.1, 7.3.3).
    init(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        self = HeaderName.find(bytes, range) ?? .other
    }

    /// By length and first letter there are at most four candidates.
    private static func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HeaderName? {
        guard let first = range.first.map({ bytes[$0].lowercased }) else { return nil }
        @inline(__always) func pick(_ name: HeaderName, _ text: StaticString) -> HeaderName? {
            bytes.equals(range, lowercase: text) ? name : nil
        }
        switch (range.count, first) {
        case (1, _): return compact(first)
        case (2, _): return pick(.to, "to")
        case (3, _): return pick(.via, "via")
        case (4, UInt8(ascii: "f")): return pick(.from, "from")
        case (4, UInt8(ascii: "c")): return pick(.cSeq, "cseq")
        case (4, UInt8(ascii: "d")): return pick(.date, "date")
        case (4, UInt8(ascii: "p")): return pick(.path, "path")
        case (4, UInt8(ascii: "r")): return pick(.rAck, "rack") ?? pick(.rSeq, "rseq")
        case (5, UInt8(ascii: "a")): return pick(.allow, "allow")
        case (5, UInt8(ascii: "e")): return pick(.event, "event")
        case (5, UInt8(ascii: "r")): return pick(.route, "route")
        case (6, UInt8(ascii: "a")): return pick(.accept, "accept")
        case (6, UInt8(ascii: "m")): return pick(.minSE, "min-se")
        case (6, UInt8(ascii: "r")): return pick(.reason, "reason")
        case (6, UInt8(ascii: "s")): return pick(.server, "server")
        case (7, UInt8(ascii: "c")): return pick(.callID, "call-id") ?? pick(.contact, "contact")
        case (7, UInt8(ascii: "e")): return pick(.expires, "expires")
        case (7, UInt8(ascii: "p")): return pick(.privacy, "privacy")
        case (7, UInt8(ascii: "r")): return pick(.require, "require")
        case (7, UInt8(ascii: "s")): return pick(.subject, "subject")
        case (7, UInt8(ascii: "w")): return pick(.warning, "warning")
        case (8, UInt8(ascii: "i")): return pick(.identity, "identity")
        case (8, UInt8(ascii: "p")): return pick(.priority, "priority")
        case (8, UInt8(ascii: "r")):
            return pick(.replaces, "replaces") ?? pick(.referTo, "refer-to") ?? pick(.replyTo, "reply-to")
        default: return findLong(first, range.count, pick)
        }
    }

    private static func findLong(
        _ first: UInt8, _ count: Int, _ pick: (HeaderName, StaticString) -> HeaderName?
    ) -> HeaderName? {
        switch (count, first) {
        case (9, UInt8(ascii: "s")): pick(.supported, "supported")
        case (9, UInt8(ascii: "d")): pick(.diversion, "diversion")
        case (9, UInt8(ascii: "c")): pick(.callInfo, "call-info")
        case (9, UInt8(ascii: "t")): pick(.timestamp, "timestamp")
        case (10, UInt8(ascii: "a")): pick(.alertInfo, "alert-info")
        case (10, UInt8(ascii: "e")): pick(.errorInfo, "error-info")
        case (10, UInt8(ascii: "u")): pick(.userAgent, "user-agent")
        case (11, UInt8(ascii: "i")): pick(.inReplyTo, "in-reply-to")
        case (11, UInt8(ascii: "m")): pick(.minExpires, "min-expires")
        case (11, UInt8(ascii: "r")): pick(.retryAfter, "retry-after") ?? pick(.referredBy, "referred-by")
        case (11, UInt8(ascii: "u")): pick(.unsupported, "unsupported")
        case (12, UInt8(ascii: "a")): pick(.allowEvents, "allow-events")
        case (12, UInt8(ascii: "c")): pick(.contentType, "content-type")
        case (12, UInt8(ascii: "h")): pick(.historyInfo, "history-info")
        case (12, UInt8(ascii: "m")): pick(.maxForwards, "max-forwards") ?? pick(.mimeVersion, "mime-version")
        case (12, UInt8(ascii: "o")): pick(.organization, "organization")
        case (12, UInt8(ascii: "r")): pick(.recordRoute, "record-route")
        case (13, UInt8(ascii: "a")): pick(.authorization, "authorization")
        case (13, UInt8(ascii: "p")): pick(.proxyRequire, "proxy-require")
        case (14, UInt8(ascii: "c")): pick(.contentLength, "content-length")
        case (15, UInt8(ascii: "a")):
            pick(.acceptEncoding, "accept-encoding") ?? pick(.acceptLanguage, "accept-language")
        case (15, UInt8(ascii: "r")): pick(.remotePartyID, "remote-party-id")
        case (15, UInt8(ascii: "s")): pick(.sessionExpires, "session-expires")
        case (16, UInt8(ascii: "c")):
            pick(.contentEncoding, "content-encoding") ?? pick(.contentLanguage, "content-language")
        case (16, UInt8(ascii: "w")): pick(.wwwAuthenticate, "www-authenticate")
        case (18, UInt8(ascii: "p")): pick(.proxyAuthenticate, "proxy-authenticate")
        case (18, UInt8(ascii: "s")): pick(.subscriptionState, "subscription-state")
        case (19, UInt8(ascii: "a")): pick(.authenticationInfo, "authentication-info")
        case (19, UInt8(ascii: "c")): pick(.contentDisposition, "content-disposition")
        case (19, UInt8(ascii: "p")):
            pick(.proxyAuthorization, "proxy-authorization") ?? pick(.pAssertedIdentity, "p-asserted-identity")
        case (20, UInt8(ascii: "p")): pick(.pPreferredIdentity, "p-preferred-identity")
        default: nil
        }
    }

    private static func compact(_ letter: UInt8) -> HeaderName? {
        switch letter {
        case UInt8(ascii: "v"): .via
        case UInt8(ascii: "f"): .from
        case UInt8(ascii: "t"): .to
        case UInt8(ascii: "i"): .callID
        case UInt8(ascii: "m"): .contact
        case UInt8(ascii: "l"): .contentLength
        case UInt8(ascii: "c"): .contentType
        case UInt8(ascii: "e"): .contentEncoding
        case UInt8(ascii: "k"): .supported
        case UInt8(ascii: "s"): .subject
        case UInt8(ascii: "x"): .sessionExpires
        case UInt8(ascii: "u"): .allowEvents
        case UInt8(ascii: "o"): .event
        case UInt8(ascii: "r"): .referTo
        case UInt8(ascii: "b"): .referredBy
        case UInt8(ascii: "y"): .identity
        default: nil
        }
    }
}
