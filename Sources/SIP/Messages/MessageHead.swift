/// What requests and responses have in common: the header fields, each read when it is asked for, and the body.
public protocol MessageHead: Sendable {
    /// The octets and where things are in them.
    var storage: MessageStorage { get }
}

extension MessageHead {
    /// The whole message as it came.
    public var bytes: [UInt8] { storage.bytes }

    /// The number of Via values (RFC 3261 8.1.3.3: a response to us has one).
    public var viaCount: Int { list(.via).count }

    /// The topmost Via.
    public var topVia: Via { storage.topVia }

    /// The Call-ID.
    public var callID: WireText { storage.callID }

    /// The sequence number and the method it counts for.
    public var cSeq: CSeq { storage.cSeq }

    /// The From tag, without looking at the rest; nil where there is none (RFC 2543).
    public var fromTag: WireText? { storage.fromTag }

    /// The To tag, nil where there is none.
    public var toTag: WireText? { storage.toTag }

    /// The URI in From.
    public var fromURI: WireText { storage.text(storage.index.from.uri) }

    /// The URI in To.
    public var toURI: WireText { storage.text(storage.index.to.uri) }

    /// From, with its parts.
    public var from: NameAddress { NameAddress(bytes: bytes, layout: storage.index.from) }

    /// To, with its parts.
    public var to: NameAddress { NameAddress(bytes: bytes, layout: storage.index.to) }

    /// The whole value of From.
    public var fromValue: WireText { storage.text(storage.index.fromValue) }

    /// The whole value of To.
    public var toValue: WireText { storage.text(storage.index.toValue) }

    /// The Max-Forwards value, nil where there is none (RFC 2543).
    public var maxForwards: UInt8? { UInt8(exactly: storage.index.maxForwards) }

    /// The Contact addresses.
    public var contacts: [NameAddress] { addresses(.contact) }

    /// The first of the Contact addresses, without a look at the others.
    public var firstContact: NameAddress? {
        guard let value = storage.first(.contact)?.value else { return nil }
        let span = bytes.span
        let end = span.firstOutsideQuotes(Octet.comma, in: value.indices) ?? value.end
        return NameAddress(parsing: bytes, in: span.trimmed(value.start..<end)) ?? contacts.first
    }

    /// The Record-Route values, topmost first.
    public var recordRoutes: [NameAddress] { addresses(.recordRoute) }

    /// The Route values, topmost first.
    public var routes: [NameAddress] { addresses(.route) }

    /// Whether there is a header field of a name.
    public func contains(_ name: HeaderName) -> Bool { storage.index.contains(name) }

    /// The values of a header field that is a list of tokens, such as Require or Supported.
    public func tokens(_ name: HeaderName) -> [String] { list(name).map(\.description) }

    /// Whether a header field that is a list of tokens has one of them; tokens have no case (RFC 3261 7.3.1) but in Allow.
    public func lists(_ token: StaticString, in name: HeaderName, hasCase: Bool = false) -> Bool {
        guard storage.index.contains(name) else { return false }
        let wanted = UnsafeBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount)
        let span = bytes.span
        var isFound = false
        for place in 0..<storage.index.fields.count where storage.index.fields[place].name == name {
            span.forEachValue(in: storage.index.fields[place].value.indices) { part in
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
        (0..<storage.index.fields.count).map { place in
            let entry = storage.index.fields[place]
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
    /// Where things are in the octets.
    var fields: MessageIndex { storage.index }

    /// The values of a comma-separated header field, in order, from all its lines.
    func list(_ name: HeaderName) -> [WireText] {
        guard storage.index.contains(name) else { return [] }
        var result: [WireText] = []
        for place in 0..<storage.index.fields.count where storage.index.fields[place].name == name {
            bytes.span.forEachValue(in: storage.index.fields[place].value.indices) { part in
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

    // What every message is worked with by is read here, where the storage is not retained anew at each step.

    fileprivate var topVia: Via { Via(bytes: bytes, layout: index.via) }

    fileprivate var callID: WireText { text(index.callID) }

    fileprivate var cSeq: CSeq { CSeq(index.cSeqNumber ?? 0, method(index.cSeqKind, index.cSeqMethod)) }

    fileprivate var fromTag: WireText? { textIfPresent(index.from.tag) }

    fileprivate var toTag: WireText? { textIfPresent(index.to.tag) }
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
