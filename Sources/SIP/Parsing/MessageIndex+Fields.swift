extension MessageIndex {
    /// Headers that stand once in a message, for two of them make it ambiguous (7.3.1, RFC 4475 3.3.8). Content-Length
    /// is not among them: twice the same does no harm.
    private static let single: UInt64 = [
        HeaderName.from, .to, .callID, .cSeq, .maxForwards, .contentType, .contentDisposition, .date, .expires,
        .minExpires, .minSE, .sessionExpires, .event, .rAck, .rSeq, .replaces, .referTo, .subscriptionState,
        .retryAfter,
    ].reduce(0) { $0 | 1 &<< UInt64($1.rawValue) }

    /// Enters a field into the index, with the parts of those that every message is worked with by.
    @inline(__always)
    mutating func admit(_ entry: FieldEntry, _ bytes: Span<UInt8>) throws(ParseFailure) {
        let header: UInt64 = 1 &<< UInt64(entry.name.rawValue)
        guard present & header & MessageIndex.single == 0 else {
            throw ParseFailure(reason: .repeated(entry.name), offset: Int(entry.start))
        }
        try read(entry.name, entry.value, bytes, isRepeated: present & header != 0, at: Int(entry.start))
        present |= header
        fields.append(entry)
    }

    /// Reads the value of a field that every message is worked with by.
    private mutating func read(
        _ name: HeaderName, _ value: ByteRange, _ bytes: Span<UInt8>, isRepeated: Bool, at offset: Int
    ) throws(ParseFailure) {
        var scanner = Scanner(bytes, value)
        let isWellFormed: Bool
        switch name {
        case .via:
            // Those below the first field are the proxies' business; they are given back as they came.
            isWellFormed = isRepeated || scanner.skipVias(&via)
        case .from:
            fromValue = value
            isWellFormed = scanner.skipAddress(&from) && scanner.isAtEnd
        case .to:
            toValue = value
            isWellFormed = scanner.skipAddress(&to) && scanner.isAtEnd
        case .callID:
            callID = scanner.skip(.callID)
            isWellFormed = scanner.isAtEnd && !callID.isEmpty
        case .cSeq: isWellFormed = parseCSeq(&scanner)
        case .maxForwards:
            let number = scanner.skipNumber() ?? Int.max
            isWellFormed = scanner.isAtEnd && number <= 255
            maxForwards = Int16(truncatingIfNeeded: number)
        case .contentLength: isWellFormed = try parseContentLength(&scanner, at: offset)
        case .contact: isWellFormed = scanner.isWildcard || parseContacts(&scanner)
        case .route, .recordRoute:
            var first = NameAddressLayout()
            isWellFormed = scanner.skipAddresses(&first, requiringBrackets: true)
        case .date: isWellFormed = scanner.skipDate() && scanner.isAtEnd
        default: isWellFormed = true
        }
        guard isWellFormed else { throw ParseFailure(reason: .malformed(name), offset: scanner.position) }
    }

    /// `1*DIGIT LWS Method`, the number less than 2**31 (8.1.1.5).
    @inline(__always)
    private mutating func parseCSeq(_ scanner: inout Scanner) -> Bool {
        guard let number = scanner.skipNumber(), number < 1 &<< 31, scanner.current.isSIPSpace else { return false }
        scanner.skipSpace()
        let name = scanner.skip(.token)
        cSeqNumber = UInt32(truncatingIfNeeded: number)
        cSeqMethod = name
        cSeqKind = MethodKind(scanner.bytes, name)
        return !name.isEmpty && scanner.isAtEnd
    }

    @inline(__always)
    private mutating func parseContacts(_ scanner: inout Scanner) -> Bool {
        guard contact.value.isEmpty else {
            var first = NameAddressLayout()
            return scanner.skipAddresses(&first, requiringBrackets: false)
        }
        return scanner.skipAddresses(&contact, requiringBrackets: false)
    }

    @inline(__always)
    private mutating func parseContentLength(
        _ scanner: inout Scanner, at offset: Int
    ) throws(ParseFailure) -> Bool {
        guard let number = scanner.skipNumber(), scanner.isAtEnd else { return false }
        guard contentLength < 0 || contentLength == number else {
            throw ParseFailure(reason: .repeated(.contentLength), offset: offset)
        }
        contentLength = number
        return true
    }
}

extension Scanner {
    /// Whether what is left is `*` (Contact, RFC 3261 10.2.2).
    @inline(__always) var isWildcard: Bool { end &- position == 1 && current == UInt8(ascii: "*") }

    /// Steps over all values of a Via field; gives the first.
    @inline(__always) mutating func skipVias(_ first: inout ViaLayout) -> Bool {
        guard skipVia(&first) else { return false }
        while !isAtEnd {
            var lower = ViaLayout()
            guard skip(Octet.comma), skipVia(&lower) else { return false }
        }
        return true
    }

    /// Steps over all addresses of a field; gives the first.
    @inline(__always) mutating func skipAddresses(
        _ first: inout NameAddressLayout, requiringBrackets: Bool
    ) -> Bool {
        guard skipAddress(&first, requiringBrackets: requiringBrackets) else { return false }
        while skip(Octet.comma) {
            var other = NameAddressLayout()
            guard skipAddress(&other, requiringBrackets: requiringBrackets) else { return false }
        }
        return isAtEnd
    }
}
