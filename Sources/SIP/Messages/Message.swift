/// A SIP message: a request or a response (RFC 3261 7).
public enum Message: Sendable {
    /// A request.
    case request(Request)
    /// A response.
    case response(Response)

    /// Parses a datagram, or one message that a `StreamFramer` has cut out.
    ///
    /// The start line, the shape of all header lines, and the values of Via, From, To, Call-ID, CSeq, Contact, Route,
    /// Record-Route, Max-Forwards, Content-Length and Date are checked here; other values are read when asked for.
    /// Line ends may be CRLF or LF; line ends before the message are passed over (7.5). Octets behind the body
    /// that Content-Length names are ignored; without Content-Length the rest is the body (18.3).
    public init(parsing bytes: [UInt8], limits: MessageLimits = MessageLimits()) throws(MessageError) {
        let storage = try MessageStorage(parsing: bytes, limits: limits)
        self = storage.index.isRequest ? .request(Request(storage: storage)) : .response(Response(storage: storage))
    }
}

/// A request (RFC 3261 7.1). It keeps the bytes that it was parsed from.
public struct Request: MessageHead {
    /// The octets and where things are in them.
    public let storage: MessageStorage

    /// The method.
    public var method: Method { storage.method(storage.index.method, storage.index.methodName) }

    /// The Request-URI.
    public var requestURI: URI {
        URI(text: storage.text(storage.index.startLineText), layout: storage.index.requestURI)
    }
}

/// A response (RFC 3261 7.2). It keeps the bytes that it was parsed from.
public struct Response: MessageHead {
    /// The octets and where things are in them.
    public let storage: MessageStorage

    /// The status code, 100 to 699.
    public var status: Int { Int(storage.index.status) }

    /// The reason phrase.
    public var reason: WireText { storage.text(storage.index.startLineText) }
}
