/// What requests and responses have in common: the header fields, each read when it is asked for, and the body.
public protocol MessageHead: Sendable {
    /// The octets and where things are in them.
    var storage: MessageStorage { get }
}

extension MessageHead {
    /// The whole message as it came.
    @inlinable public var bytes: [UInt8] { storage.bytes }

    /// The number of Via values (RFC 3261 8.1.3.3: a response to us has one).
    public var viaCount: Int { list(.via).count }

    // What every message is worked with by is forwarded where it is asked for, even in another module: as code for any
    // `MessageHead` it would retain the storage at each step.

    /// The topmost Via.
    @inlinable public var topVia: Via { storage.topVia }

    /// The Call-ID.
    @inlinable public var callID: WireText { storage.callID }

    /// The sequence number and the method it counts for.
    @inlinable public var cSeq: CSeq { storage.cSeq }

    /// The From tag, without looking at the rest; nil where there is none (RFC 2543).
    @inlinable public var fromTag: WireText? { storage.fromTag }

    /// The To tag, nil where there is none.
    @inlinable public var toTag: WireText? { storage.toTag }

    /// The URI in From.
    @inlinable public var fromURI: WireText { storage.fromURI }

    /// The URI in To.
    @inlinable public var toURI: WireText { storage.toURI }

    /// From, with its parts.
    public var from: NameAddress { NameAddress(bytes: bytes, layout: storage.index.from) }

    /// To, with its parts.
    public var to: NameAddress { NameAddress(bytes: bytes, layout: storage.index.to) }

    /// The whole value of From.
    public var fromValue: WireText { storage.text(storage.index.fromValue) }

    /// The whole value of To.
    public var toValue: WireText { storage.text(storage.index.toValue) }

    /// The Max-Forwards value, nil where there is none (RFC 2543).
    @inlinable public var maxForwards: UInt8? { storage.maxForwards }

    /// The Contact addresses.
    public var contacts: [NameAddress] { addresses(.contact) }

    /// The first of the Contact addresses, which the parser has found.
    public var firstContact: NameAddress? {
        let layout = storage.index.contact
        return layout.value.isEmpty ? nil : NameAddress(bytes: bytes, layout: layout)
    }

    /// The Record-Route values, topmost first.
    public var recordRoutes: [NameAddress] { addresses(.recordRoute) }

    /// The Route values, topmost first.
    public var routes: [NameAddress] { addresses(.route) }

    /// Whether there is a header field of a name.
    @inlinable public func contains(_ name: HeaderName) -> Bool { storage.contains(name) }

    /// The values of a header field that is a list of tokens, such as Require or Supported.
    public func tokens(_ name: HeaderName) -> [String] { list(name).map(\.description) }

    /// Whether a header field that is a list of tokens has one of them; tokens have no case (RFC 3261 7.3.1) but in Allow.
    public func lists(_ token: StaticString, in name: HeaderName, hasCase: Bool = false) -> Bool {
        let storage = storage
        guard storage.contains(name) else { return false }
        let wanted = UnsafeBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount)
        let bytes = storage.bytes
        let span = bytes.span
        var isFound = false
        for place in 0..<storage.fieldCount {
            let field = storage.field(place)
            guard field.name == name else { continue }
            span.forEachValue(in: field.value.indices) { part in
                guard !isFound, part.count == wanted.count else { return }
                isFound = part.allSatisfy { index in
                    let (octet, other) = (span[index], wanted[index - part.lowerBound])
                    return octet == other || (!hasCase && octet.lowercased == other.lowercased)
                }
            }
        }
        return isFound
    }

    /// The value of the first header field of a name, nil where there is none. Folds are as they came.
    public func value(_ name: HeaderName) -> WireText? { storage.first(name).map { storage.text($0.value) } }

    /// The value of the first header field with a name that is not of `HeaderName`; the name has no case.
    public func value(named name: String) -> WireText? {
        let wanted = name.lowercased()
        return headerFields.first { $0.name.description.lowercased() == wanted }?.value
    }

    /// The number that the first header field of a name begins with; nil where there is none, or one beyond 2**58.
    public func numericValue(_ name: HeaderName) -> UInt64? {
        guard let entry = storage.first(name) else { return nil }
        var scanner = Scanner(bytes.span, entry.value)
        return scanner.skipNumber().flatMap { $0 == Int.max ? nil : UInt64($0) }
    }

    /// All header fields in their order, unknown ones included.
    public var headerFields: [HeaderField] {
        (0..<storage.fieldCount).map { place in
            let entry = storage.field(place)
            return HeaderField(
                known: entry.name, name: storage.text(entry.nameRange), value: storage.text(entry.value))
        }
    }
}

/// A header field as it came.
public struct HeaderField: Sendable {
    /// What the name stands for.
    public let known: HeaderName
    /// The name, in its case, long or compact.
    public let name: WireText
    /// The value without white space at its ends. Folds are as they came.
    public let value: WireText
}

extension MessageHead {
    /// The values of a comma-separated header field, in order, from all its lines.
    func list(_ name: HeaderName) -> [WireText] {
        let storage = storage
        guard storage.contains(name) else { return [] }
        var result: [WireText] = []
        for place in 0..<storage.fieldCount {
            let field = storage.field(place)
            guard field.name == name else { continue }
            bytes.span.forEachValue(in: field.value.indices) { part in
                if !part.isEmpty { result.append(storage.text(ByteRange(part.lowerBound, part.upperBound))) }
            }
        }
        return result
    }

    /// Names and addresses of a header field such as Contact or Route, in order; malformed ones are left out.
    private func addresses(_ name: HeaderName) -> [NameAddress] {
        list(name).compactMap { NameAddress(parsing: bytes, in: $0.range.indices) }
    }
}

extension MessageStorage {
    func text(_ range: ByteRange) -> WireText { WireText(bytes, range) }

    func textIfPresent(_ range: ByteRange) -> WireText? { range.isEmpty ? nil : text(range) }

    func method(_ kind: MethodKind, _ name: ByteRange) -> Method { Method(kind) ?? .other(text(name).description) }

    @usableFromInline var topVia: Via { Via(bytes: bytes, layout: index.via) }

    @usableFromInline var callID: WireText { text(index.callID) }

    @usableFromInline var cSeq: CSeq { CSeq(index.cSeqNumber ?? 0, method(index.cSeqKind, index.cSeqMethod)) }

    @usableFromInline var fromTag: WireText? { textIfPresent(index.from.tag) }

    @usableFromInline var toTag: WireText? { textIfPresent(index.to.tag) }

    @usableFromInline var fromURI: WireText { text(index.from.uri) }

    @usableFromInline var toURI: WireText { text(index.to.uri) }

    @usableFromInline var maxForwards: UInt8? { UInt8(exactly: index.maxForwards) }

    @usableFromInline func contains(_ name: HeaderName) -> Bool { index.present &>> UInt64(name.rawValue) & 1 != 0 }
}

extension Span<UInt8> {
    /// Calls with the range of each value of a comma-separated list, without white space.
    func forEachValue(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        while start <= range.upperBound {
            let end = firstOutsideQuotes(Octet.comma, in: start..<range.upperBound) ?? range.upperBound
            body(trimmed(start..<end))
            start = end + 1
        }
    }
}
