/// What a response says beyond what it copies from its request.
public struct ResponseHead: Sendable {
    /// The status code, 100 to 699.
    public var status: Int
    /// The reason phrase; nil for the one of RFC 3261 21.
    public var reason: String?
    /// The tag for To, where the request has none there (8.2.6.2); nil for a 100.
    public var toTag: String?
    /// Whether Record-Route is copied: in what makes a dialog (12.1.1).
    public var copiesRecordRoute: Bool
    /// Further header fields.
    public var fields: HeaderFields
    /// The body's type.
    public var contentType: StaticString?
    /// The body.
    public var body: [UInt8]

    /// A response with nothing of its own but what is given. (Inlinable, since it would be copied on its way out.)
    @inlinable
    public init(
        status: Int, toTag: String? = nil, copiesRecordRoute: Bool = false, fields: HeaderFields = HeaderFields(),
        contentType: StaticString? = nil, body: [UInt8] = []
    ) {
        self.status = status
        reason = nil
        self.toTag = toTag
        self.copiesRecordRoute = copiesRecordRoute
        self.fields = fields
        self.contentType = contentType
        self.body = body
    }
}

extension Request {
    /// A response to this request (RFC 3261 8.2.6): the Via values with `received` and `rport`, From, To with our
    /// tag, Call-ID and CSeq as they came.
    /// - Parameter source: where the request came from.
    public func response(_ head: borrowing ResponseHead, from source: TransportAddress) -> [UInt8] {
        storage.response(head, from: source)
    }

    /// A response of a status alone.
    public func response(status: Int, toTag: String?, from source: TransportAddress) -> [UInt8] {
        response(ResponseHead(status: status, toTag: toTag), from: source)
    }

    /// Where a response to this request goes (RFC 3261 18.2.2).
    public func responseAddress(from source: TransportAddress) -> TransportAddress {
        topVia.responseAddress(receivedFrom: source)
    }
}

extension SalvagedRequest {
    /// A stateless response to a request that could not be parsed whole.
    public func response(_ head: borrowing ResponseHead, from source: TransportAddress) -> [UInt8] {
        storage.response(head, from: source)
    }

    /// Where that response goes.
    public func responseAddress(from source: TransportAddress) -> TransportAddress {
        storage.topVia.responseAddress(receivedFrom: source)
    }
}

extension MessageStorage {
    fileprivate func response(_ head: borrowing ResponseHead, from address: TransportAddress) -> [UInt8] {
        // It is asked for below for each field of the request.
        let (status, tag, copiesRecordRoute) = (head.status, head.toTag, head.copiesRecordRoute)
        var writer = MessageWriter(capacity: bytes.count + 256 + head.body.count)
        writer.append("SIP/2.0 ")
        writer.append(status)
        writer.append(" ")
        if let reason = head.reason { writer.append(text: reason) } else { writer.append(ReasonPhrase.of(status)) }
        writer.endLine()
        var isTopVia = true
        for place in 0..<fieldCount {
            let field = self.field(place)
            switch field.name {
            case .via:
                if isTopVia {
                    writer.append("Via: ")
                    writer.appendTopVia(field.value, of: self, from: address)
                    writer.endLine()
                    isTopVia = false
                } else {
                    writer.copy("Via: ", field.value, of: self)
                }
            case .from: writer.copy("From: ", field.value, of: self)
            case .to:
                writer.append("To: ")
                writer.appendUnfolded(field.value, of: self)
                if let tag, index.to.tag.isEmpty {
                    writer.append(";tag=")
                    writer.append(text: tag)
                }
                writer.endLine()
            case .callID: writer.copy("Call-ID: ", field.value, of: self)
            case .cSeq: writer.copy("CSeq: ", field.value, of: self)
            case .recordRoute where copiesRecordRoute: writer.copy("Record-Route: ", field.value, of: self)
            case .timestamp where status == 100: writer.copy("Timestamp: ", field.value, of: self)
            default: break
            }
        }
        writer.append(head.fields.bytes)
        writer.end(body: head.body, contentType: head.contentType)
        return writer.bytes
    }
}

extension MessageWriter {
    @inline(__always)
    fileprivate mutating func copy(
        _ name: StaticString, _ value: ByteRange, of message: borrowing MessageStorage
    ) {
        append(name)
        appendUnfolded(value, of: message)
        endLine()
    }

    /// The line with the topmost Via: `received` where the sent-by is not the source address (RFC 3261 18.2.1) or
    /// `rport` was asked for, and then its value (RFC 3581 4).
    fileprivate mutating func appendTopVia(
        _ line: ByteRange, of message: borrowing MessageStorage, from address: TransportAddress
    ) {
        let via = message.index.via
        // What the peer wrote into these parameters itself gives way to what has been seen.
        let (first, second) =
            via.reportPort.start < via.received.start ? (via.reportPort, via.received) : (via.received, via.reportPort)
        var position = line.start
        for place in 0..<2 {
            let cut = place == 0 ? first : second
            guard !cut.isEmpty else { continue }
            appendUnfolded(ByteRange(position, cut.start), of: message)
            if cut == via.reportPort {
                append(";rport=")
                append(Int(address.port))
            }
            position = cut.end
        }
        // A Via that could not be read is given back as it came.
        let valueEnd = via.value.isEmpty ? line.end : via.value.end
        appendUnfolded(ByteRange(position, valueEnd), of: message)
        let source = address.address.unmapped
        if !via.value.isEmpty, !via.reportPort.isEmpty || message.sentBy?.unmapped != source {
            append(";received=")
            append(source)
        }
        appendUnfolded(ByteRange(valueEnd, line.end), of: message)
    }
}

extension MessageStorage {
    /// The host of the topmost Via as an address; nil for a name.
    fileprivate var sentBy: IPAddress? {
        let bytes = bytes
        return IPAddress(parsing: bytes.span, in: index.via.host.indices)
    }
}

/// The reason phrases of RFC 3261 21 and of the extensions.
public enum ReasonPhrase {
    /// The phrase of a status; `Unknown` for one without.
    public static func of(_ status: Int) -> StaticString {
        switch status {
        case 100: "Trying"
        case 180: "Ringing"
        case 181: "Call Is Being Forwarded"
        case 182: "Queued"
        case 183: "Session Progress"
        case 200: "OK"
        case 202: "Accepted"
        case 300: "Multiple Choices"
        case 301: "Moved Permanently"
        case 302: "Moved Temporarily"
        case 305: "Use Proxy"
        case 380: "Alternative Service"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 410: "Gone"
        case 412: "Conditional Request Failed"
        case 413: "Request Entity Too Large"
        case 414: "Request-URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Unsupported URI Scheme"
        case 420: "Bad Extension"
        case 421: "Extension Required"
        case 422: "Session Interval Too Small"
        case 423: "Interval Too Brief"
        case 480: "Temporarily Unavailable"
        case 481: "Call/Transaction Does Not Exist"
        case 482: "Loop Detected"
        case 483: "Too Many Hops"
        case 484: "Address Incomplete"
        case 485: "Ambiguous"
        case 486: "Busy Here"
        case 487: "Request Terminated"
        case 488: "Not Acceptable Here"
        case 489: "Bad Event"
        case 491: "Request Pending"
        case 493: "Undecipherable"
        case 500: "Server Internal Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Server Time-out"
        case 505: "Version Not Supported"
        case 513: "Message Too Large"
        case 600: "Busy Everywhere"
        case 603: "Decline"
        case 604: "Does Not Exist Anywhere"
        case 606: "Not Acceptable"
        default: "Unknown"
        }
    }
}
