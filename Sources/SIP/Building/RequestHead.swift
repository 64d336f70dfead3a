/// What a request of ours says (RFC 3261 8.1.1, 12.2.1.1). Values are written as they are: they come from a dialog
/// or from our settings, never unparsed from a peer.
public struct RequestHead: Sendable {
    /// The method.
    public var method: Method
    /// The Request-URI.
    public var requestURI: String
    /// The transport of the Via.
    public var transport: TransportProtocol
    /// Host and port of the Via.
    public var sentBy: String
    /// The branch, beginning with `z9hG4bK`, unique in space and time.
    public var branch: String
    /// From with its tag.
    public var from: String
    /// To, with its tag in a dialog.
    public var to: String
    /// Call-ID.
    public var callID: String
    /// The sequence number.
    public var cSeq: UInt32
    /// Route values, topmost first.
    public var routes: [String] = []
    /// The Contact value; nil for none.
    public var contact: String?
    /// Further header fields.
    public var fields = HeaderFields()
    /// The body's type.
    public var contentType: StaticString?
    /// The body.
    public var body: [UInt8] = []

    /// A request without Route, Contact, further fields and body.
    public init(
        _ method: Method, requestURI: String, transport: TransportProtocol, sentBy: String, branch: String,
        from: String, to: String, callID: String, cSeq: UInt32
    ) {
        self.method = method
        self.requestURI = requestURI
        self.transport = transport
        self.sentBy = sentBy
        self.branch = branch
        self.from = from
        self.to = to
        self.callID = callID
        self.cSeq = cSeq
    }

    /// The request's octets.
    public func encode() -> [UInt8] {
        var writer = MessageWriter(capacity: 512 + body.count)
        writer.append(text: method.description)
        writer.append(" ")
        writer.append(text: requestURI)
        writer.append(" SIP/2.0\r\n")
        // RFC 3581 3: a client asks for responses to its source port.
        writer.field(
            "Via", "SIP/2.0/\(transport.viaName) \(sentBy);branch=\(branch)\(transport == .udp ? ";rport" : "")")
        writer.field("Max-Forwards", "70")
        for route in routes { writer.field("Route", route) }
        writer.field("From", from)
        writer.field("To", to)
        writer.field("Call-ID", callID)
        writer.field("CSeq", "\(cSeq) \(method)")
        if let contact { writer.field("Contact", contact) }
        writer.append(fields.bytes)
        writer.end(body: body, contentType: contentType)
        return writer.bytes
    }
}

extension Request {
    /// The CANCEL for this request of ours (RFC 3261 9.1).
    public func cancellation() -> [UInt8] {
        derived(.cancel, toOf: storage)
    }

    /// The ACK for a response of 300 to 699 to this INVITE of ours (RFC 3261 17.1.1.3).
    public func acknowledgement(of response: Response) -> [UInt8] {
        derived(.ack, toOf: response.storage)
    }

    /// A request of the same transaction: same Request-URI, topmost Via, From, Call-ID, CSeq number and Route.
    private func derived(_ method: Method, toOf other: MessageStorage) -> [UInt8] {
        var writer = MessageWriter(capacity: 512)
        writer.append(text: method.description)
        writer.append(" ")
        writer.append(text: requestURI.text)
        writer.append(" SIP/2.0\r\nVia: ")
        writer.appendUnfolded(storage.index.via.value, of: storage)
        writer.append("\r\nMax-Forwards: 70\r\n")
        for place in 0..<storage.fieldCount where storage.field(place).name == .route {
            writer.append("Route: ")
            writer.appendUnfolded(storage.field(place).value, of: storage)
            writer.endLine()
        }
        writer.append("From: ")
        writer.appendUnfolded(storage.index.fromValue, of: storage)
        writer.append("\r\nTo: ")
        writer.appendUnfolded(other.index.toValue, of: other)
        writer.append("\r\nCall-ID: ")
        writer.append(text: callID)
        writer.append("\r\nCSeq: ")
        writer.append(Int(cSeq.number))
        writer.append(" ")
        writer.append(text: method.description)
        writer.endLine()
        writer.end(body: [], contentType: nil)
        return writer.bytes
    }
}
