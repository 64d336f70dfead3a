/// Indexes the lines of a description in one pass.
struct DescriptionParser {
    var index = DescriptionIndex()
    private let limits: SessionDescription.Limits
    private var line = 0
    private var offset = 0
    private var hasVersion = false
    private var hasOrigin = false

    init(limits: SessionDescription.Limits) { self.limits = limits }

    mutating func parse(_ bytes: Span<UInt8>) throws(SessionDescriptionError) {
        guard bytes.count <= limits.maximumBytes else { throw error(.tooLarge) }
        index.attributes.reserveCapacity(8)
        var position = 0
        var isAtEnd = bytes.isEmpty
        while !isAtEnd {
            offset = position
            while position < bytes.count, bytes[position] != ASCII.lineFeed, bytes[position] != 0 { position += 1 }
            isAtEnd = position == bytes.count || bytes[position] == 0
            index.end = position
            var stop = position
            while stop > offset, bytes[stop - 1] == ASCII.carriageReturn || ASCII.isBlank(bytes[stop - 1]) { stop -= 1 }
            line += 1
            guard line <= limits.maximumLines else { throw error(.tooManyLines) }
            let content = bytes.trimmed(ByteRange(lower: offset, upper: stop))
            if !content.isEmpty { try parseLine(bytes, content) }
            position += 1
        }
        line = 0
        offset = 0
        guard hasVersion else { throw error(.empty) }
        guard hasOrigin else { throw error(.missingOrigin) }
    }

    private func error(_ reason: SessionDescriptionError.Reason) -> SessionDescriptionError {
        SessionDescriptionError(reason: reason, line: line, offset: offset)
    }

    private mutating func parseLine(_ bytes: Span<UInt8>, _ line: ByteRange) throws(SessionDescriptionError) {
        guard line.count >= 2, bytes[line.lower + 1] == UInt8(ascii: "=") else { throw error(.malformedLine) }
        let value = ByteRange(lower: line.lower + 2, upper: line.upper)
        let letter = bytes[line.lower]
        guard hasVersion else {
            guard letter == UInt8(ascii: "v"), bytes.decimal(bytes.trimmed(value)) == 0 else {
                throw error(.unsupportedVersion)
            }
            hasVersion = true
            return
        }
        switch letter {
        case UInt8(ascii: "a"):
            parseAttribute(bytes, value)
        case UInt8(ascii: "m"):
            try parseMedia(bytes, value)
        case UInt8(ascii: "c"):
            try parseConnection(bytes, value)
        case UInt8(ascii: "o"):
            guard !hasOrigin else { return }
            try parseOrigin(bytes, value)
            hasOrigin = true
        case UInt8(ascii: "s"):
            if index.name == nil { index.name = value }
        case UInt8(ascii: "t"):
            if index.time == nil { index.time = value }
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "b")...UInt8(ascii: "z"):
            // RFC 8866 5 would have us refuse a letter that we do not know; nobody in the field does.
            return
        default:
            throw error(.malformedLine)
        }
    }

    /// `o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>`. The last five are taken
    /// from the right, because user names with blanks are seen in the field.
    private mutating func parseOrigin(_ bytes: Span<UInt8>, _ value: ByteRange) throws(SessionDescriptionError) {
        var fields: InlineArray<5, ByteRange> = .init(repeating: .empty)
        var rest = bytes.trimmed(value)
        for number in 0..<5 {
            var start = rest.upper
            while start > rest.lower, !ASCII.isBlank(bytes[start - 1]) { start -= 1 }
            guard start < rest.upper else { throw error(.malformedOrigin) }
            fields[4 - number] = ByteRange(lower: start, upper: rest.upper)
            rest = bytes.trimmed(ByteRange(lower: rest.lower, upper: start))
        }
        guard !rest.isEmpty else { throw error(.malformedOrigin) }
        index.origin = DescriptionIndex.Origin(
            username: rest, sessionID: fields[0], version: fields[1], family: bytes.family(fields[2], fields[3]),
            address: fields[4])
    }

    /// The first `c=` of the session and of each medium counts: more of them are layers of a multicast.
    private mutating func parseConnection(_ bytes: Span<UInt8>, _ value: ByteRange) throws(SessionDescriptionError) {
        guard let connection = bytes.connection(value) else { throw error(.malformedConnection) }
        if index.media.isEmpty {
            if index.connection == nil { index.connection = connection }
        } else if index.media[index.media.count - 1].connection == nil {
            index.media[index.media.count - 1].connection = connection
        }
    }

    /// `m=<media> <port>[/<number of ports>] <proto> <fmt> …`; only a refused medium may lack its formats.
    private mutating func parseMedia(_ bytes: Span<UInt8>, _ value: ByteRange) throws(SessionDescriptionError) {
        guard index.media.count < limits.maximumMedia else { throw error(.tooManyMedia) }
        guard isPrintable(bytes, value) else { throw error(.malformedMedia) }
        var rest = value
        guard let media = bytes.nextToken(of: &rest), let ports = bytes.nextToken(of: &rest),
            let profile = bytes.nextToken(of: &rest)
        else { throw error(.malformedMedia) }
        let (number, count) = bytes.split(ports, at: UInt8(ascii: "/"))
        guard let port = bytes.decimal(number).flatMap({ UInt16(exactly: $0) }) else { throw error(.invalidPort) }
        if let count, bytes.decimal(count) == nil { throw error(.invalidPort) }
        let formats = bytes.trimmed(rest)
        guard !formats.isEmpty || port == 0 else { throw error(.malformedMedia) }
        index.media.append(
            MediaIndex(
                media: media, port: port, profile: profile, formats: formats,
                firstAttribute: index.attributes.count))
    }

    /// An `m=` line is copied into our answer when its stream is refused: no control bytes come along.
    private func isPrintable(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        for position in range.lower..<range.upper {
            let byte = bytes[position]
            if (byte < 0x20 && byte != ASCII.tab) || byte == 0x7F { return false }
        }
        return true
    }

    private mutating func parseAttribute(_ bytes: Span<UInt8>, _ value: ByteRange) {
        guard let attribute = AttributeIndex(parsing: bytes, value) else { return }
        index.attributes.append(attribute)
        if index.media.isEmpty {
            index.sessionAttributeCount += 1
        } else {
            index.media[index.media.count - 1].attributeCount += 1
        }
    }
}
