/// The header fields of a message: an index into its bytes, in the order of the wire.
struct HeaderFields: Sendable {
    /// One header line.
    struct Field: Sendable {
        let name: HeaderName
        let nameRange: ByteRange
        /// The value without white space at its ends; folds within it are as they came.
        let value: ByteRange
        /// The whole line with its folds and line end.
        let line: ByteRange
    }

    var fields: [Field] = []

    // The fields of every message, found while it is parsed.
    var via = ViaLayout()
    var viaCount = 0
    var from = NameAddressLayout.none
    var to = NameAddressLayout.none
    var fromValue = ByteRange.none
    var toValue = ByteRange.none
    var callID = ByteRange.none
    var cSeqNumber: UInt32?
    var cSeqMethod = ByteRange.none
    var maxForwards: UInt8?
    var contentLength: Int?

    /// The first field of a name.
    @inline(__always) func first(_ name: HeaderName) -> Field? {
        for field in fields where field.name == name { return field }
        return nil
    }

    /// Whether everything is there that a response needs (RFC 3261 8.2.6.2).
    var isAnswerable: Bool {
        viaCount > 0 && !fromValue.isEmpty && !toValue.isEmpty && !callID.isEmpty && first(.cSeq) != nil
    }
}

extension NameAddressLayout {
    /// No value.
    static let none = NameAddressLayout()

    private init() {}
}

extension HeaderFields {
    /// Why a field does not parse.
    typealias Failure = (reason: MessageError.Reason, offset: Int)

    /// Takes a field into the index and, where every message has it, reads it.
    mutating func append(_ field: Field, _ bytes: Span<UInt8>) -> Failure? {
        fields.append(field)
        let value = field.value.indices
        let malformed: Failure = (.malformed(field.name), field.value.start)
        let repeated: Failure = (.repeated(field.name), field.line.start)
        switch field.name {
        case .via:
            return readVia(bytes, value) ? nil : malformed
        case .from:
            guard fromValue.isEmpty else { return repeated }
            fromValue = field.value
            guard let layout = NameAddressLayout(bytes, value), isURI(layout, bytes) else { return malformed }
            from = layout
        case .to:
            guard toValue.isEmpty else { return repeated }
            toValue = field.value
            guard let layout = NameAddressLayout(bytes, value), isURI(layout, bytes) else { return malformed }
            to = layout
        case .callID:
            guard callID.isEmpty else { return repeated }
            callID = field.value
            guard !value.isEmpty, !value.contains(where: { bytes[$0].isSIPSpace }) else { return malformed }
        case .cSeq:
            guard cSeqMethod.isEmpty else { return repeated }
            return readCSeq(bytes, value) ? nil : malformed
        case .maxForwards:
            guard maxForwards == nil else { return repeated }
            guard let number = bytes.decimal(value).flatMap({ UInt8(exactly: $0) }) else { return malformed }
            maxForwards = number
        case .contentLength:
            guard let number = bytes.decimal(value).flatMap({ Int(exactly: $0) }) else { return malformed }
            guard contentLength == nil || contentLength == number else { return repeated }
            contentLength = number
        case .contact:
            return areContacts(bytes, value) ? nil : malformed
        default:
            return nil
        }
        return nil
    }

    private func isURI(_ layout: NameAddressLayout, _ bytes: Span<UInt8>) -> Bool {
        URILayout.parse(bytes, layout.uri.indices) != nil
    }

    private mutating func readVia(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        var isWellFormed = true
        bytes.forEachValue(in: value) { part in
            viaCount += 1
            guard viaCount == 1 else { return }
            guard let layout = ViaLayout(bytes, part) else { return isWellFormed = false }
            via = layout
        }
        if !isWellFormed { viaCount -= 1 }
        return isWellFormed
    }

    private mutating func readCSeq(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        var index = value.lowerBound
        while index < value.upperBound, bytes[index].isDigit { index += 1 }
        let method = bytes.trimmed(index..<value.upperBound)
        cSeqMethod = ByteRange(method.lowerBound, method.upperBound)
        // Less than 2**31 (8.1.1.5).
        guard let number = bytes.decimal(value.lowerBound..<index), number < 1 << 31, method.lowerBound > index,
            bytes.isToken(method)
        else { return false }
        cSeqNumber = UInt32(number)
        return true
    }

    private func areContacts(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        if value.count == 1, bytes[value.lowerBound] == UInt8(ascii: "*") { return true }
        var isWellFormed = true
        bytes.forEachValue(in: value) { part in
            guard let layout = NameAddressLayout(bytes, part), isURI(layout, bytes) else { return isWellFormed = false }
        }
        return isWellFormed
    }
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
