/// The header fields of a request, each read when it is asked for.
extension Request {
    /// The number of Via values (RFC 3261 8.1.3.3: a response to us has one).
    public var viaCount: Int { fields.viaCount }
    /// The topmost Via.
    public var topVia: Via { Via(bytes: bytes, layout: fields.via) }
    /// The Call-ID.
    public var callID: WireText { text(fields.callID) }
    /// The sequence number and the method it counts for.
    public var cSeq: CSeq {
        CSeq(fields.cSeqNumber ?? 0, Method(parsing: bytes.span, in: fields.cSeqMethod.indices))
    }
    /// The From tag, without looking at the rest; nil where there is none (RFC 2543).
    public var fromTag: WireText? { fields.from.tag.isEmpty ? nil : text(fields.from.tag) }
    /// The To tag, nil where there is none.
    public var toTag: WireText? { fields.to.tag.isEmpty ? nil : text(fields.to.tag) }
    /// The URI in From.
    public var fromURI: WireText { text(fields.from.uri) }
    /// The URI in To.
    public var toURI: WireText { text(fields.to.uri) }
    /// The whole value of From.
    public var fromValue: WireText { text(fields.fromValue) }
    /// The whole value of To.
    public var toValue: WireText { text(fields.toValue) }
    /// The Contact addresses.
    public var contacts: [NameAddress] { addresses(.contact) }
    /// The Record-Route values, topmost first.
    public var recordRoutes: [NameAddress] { addresses(.recordRoute) }
    /// The values of a header field that is a list of tokens, such as Require or Supported.
    public func tokens(_ name: HeaderName) -> [String] { list(name).map(\.description) }
    /// The value of the first header field of a name, nil where there is none.
    public func value(_ name: HeaderName) -> WireText? { fields.first(name).map { text($0.value) } }
    /// The value of the first header field with a name that is not of `HeaderName`; the name has no case.
    public func value(named name: String) -> WireText? {
        let wanted = name.lowercased()
        return fields.fields.first { text($0.nameRange).description.lowercased() == wanted }.map { text($0.value) }
    }
    /// The number that the first header field of a name begins with, nil where there is none.
    public func numericValue(_ name: HeaderName) -> UInt64? { number(name) }
    /// The body; empty where there is none.
    public var body: ArraySlice<UInt8> { bytes[bodyRange.indices] }
    /// The media type of the body in lower case, without parameters; nil where none is said.
    public var contentType: String? {
        value(.contentType).map { value in
            let type = value.slice.prefix { $0 != Octet.semicolon }
            return String(decoding: type.filter { !$0.isSIPSpace }, as: UTF8.self).lowercased()
        }
    }
    /// The session description in the body: all of it, or the first such part of a multipart one; nil for none.
    public var sessionDescription: [UInt8]? {
        guard !body.isEmpty else { return nil }
        switch contentType {
        case "application/sdp"?: return Array(body)
        case let type? where type.hasPrefix("multipart/"):
            guard let boundary = value(.contentType).flatMap({ Multipart.boundary(of: $0) }) else { return nil }
            return Multipart.part(ofType: "application/sdp", in: body, boundary: boundary).map { Array($0) }
        default: return nil
        }
    }

    /// The Max-Forwards value, nil where there is none (RFC 2543).
    public var maxForwards: UInt8? { fields.maxForwards }
    /// The Route values, topmost first.
    public var routes: [NameAddress] { addresses(.route) }
}
