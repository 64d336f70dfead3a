/// Indexes the lines of a description in one pass. The attributes are only passed over: `StreamAttributes` reads
/// them where a stream is considered.
struct DescriptionParser {
    var index = DescriptionIndex()
    private let limits: SessionDescription.Limits
    private var line = 0
    private var offset = 0
    private var hasVersion = false
    /// The medium that the lines belong to; it enters the index with its last one.
    private var medium = MediaIndex()
    private var hasMedium = false

    @inline(__always)
    init(limits: SessionDescription.Limits) { self.limits = limits }

    @inline(__always)
    mutating func parse(_ bytes: Span<UInt8>) throws(SessionDescriptionError) {
        guard bytes.count <= limits.maximumBytes, bytes.count < Int(Int32.max) else { throw error(.tooLarge) }
        var end = -1
        while end < bytes.count {
            offset = end &+ 1
            end = bytes.lineEnd(from: offset)
            line &+= 1
            guard line <= limits.maximumLines else { throw error(.tooManyLines) }
            if hasVersion, offset &+ 2 <= end, bytes.word(at: offset).begins(with: "a=") {
                // Most lines are attributes.
                if !hasMedium, index.attributes.isNone { index.attributes = ByteRange(lower: offset, upper: end) }
            } else {
                let content = bytes.line(ByteRange(lower: offset, upper: end))
                if !content.isEmpty { try parseLine(bytes, content, end: end) }
            }
            if end < bytes.count, bytes[end] == 0 { break }
        }
        index.end = end
        endSection(at: index.end)
        (line, offset) = (0, 0)
        guard hasVersion else { throw error(.empty) }
        guard !index.origin.isNone else { throw error(.missingOrigin) }
    }

    private func error(_ reason: SessionDescriptionError.Reason) -> SessionDescriptionError {
        SessionDescriptionError(reason: reason, line: line, offset: offset)
    }

    /// Reads a line that is not empty and ends at `end`.
    @inline(__always)
    private mutating func parseLine(
        _ bytes: Span<UInt8>, _ line: ByteRange, end: Int
    ) throws(SessionDescriptionError) {
        guard line.count >= 2, bytes[line.lower &+ 1] == UInt8(ascii: "=") else { throw error(.malformedLine) }
        let value = ByteRange(lower: line.lower &+ 2, upper: line.upper)
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
            if !hasMedium, index.attributes.isNone { index.attributes = line }
        case UInt8(ascii: "m"):
            endSection(at: offset)
            try parseMedia(bytes, value)
            medium.lines.lower = end &+ 1
        case UInt8(ascii: "c"):
            try parseConnection(bytes, value)
        case UInt8(ascii: "o"):
            if index.origin.isNone { try parseOrigin(bytes, value) }
        case UInt8(ascii: "s"):
            if index.name.isNone { index.name = value }
        case UInt8(ascii: "t"):
            if index.time.isNone { index.time = value }
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "b")...UInt8(ascii: "z"):
            // RFC 8866 5 would have us refuse a letter that we do not know; nobody in the field does.
            return
        default:
            throw error(.malformedLine)
        }
    }

    /// The lines of the session, or of a medium, end here.
    @inline(__always)
    private mutating func endSection(at end: Int) {
        if hasMedium {
            medium.lines.upper = end
            index.media.append(medium)
        } else if !index.attributes.isNone {
            index.attributes.upper = end
        }
    }

    /// `o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>`: six tokens or more, because
    /// user names with blanks are seen in the field. They are told apart when they are asked for.
    @inline(__always)
    private mutating func parseOrigin(_ bytes: Span<UInt8>, _ value: ByteRange) throws(SessionDescriptionError) {
        var rest = value
        for _ in 0..<6 {
            guard bytes.nextToken(of: &rest) != nil else { throw error(.malformedOrigin) }
        }
        index.origin = value
    }

    /// The first `c=` of the session and of each medium counts: more of them are layers of a multicast.
    @inline(__always)
    private mutating func parseConnection(_ bytes: Span<UInt8>, _ value: ByteRange) throws(SessionDescriptionError) {
        guard let connection = bytes.connection(value) else { throw error(.malformedConnection) }
        if hasMedium {
            if medium.connection == nil { medium.connection = connection }
        } else if index.connection == nil {
            index.connection = connection
        }
    }

    /// `m=<media> <port>[/<number of ports>] <proto> <fmt> …`; only a refused medium may lack its formats.
    @inline(__always)
    private mutating func parseMedia(_ bytes: Span<UInt8>, _ value: ByteRange) throws(SessionDescriptionError) {
        guard index.media.count < limits.maximumMedia else { throw error(.tooManyMedia) }
        // The line is copied into our answer when its stream is refused: no control bytes come along.
        guard bytes.isPrintable(value) else { throw error(.malformedMedia) }
        var rest = value
        guard let media = bytes.nextToken(of: &rest), let ports = bytes.nextToken(of: &rest),
            let profile = bytes.nextToken(of: &rest)
        else { throw error(.malformedMedia) }
        let (number, count) = bytes.split(ports, at: UInt8(ascii: "/"))
        guard let port = bytes.decimal(number).flatMap({ UInt16(exactly: $0) }) else { throw error(.invalidPort) }
        if let count, bytes.decimal(count) == nil { throw error(.invalidPort) }
        let formats = bytes.trimmed(rest)
        guard !formats.isEmpty || port == 0 else { throw error(.malformedMedia) }
        medium = MediaIndex(
            media: media, profile: profile, formats: formats, port: port,
            isAudio: bytes.matches(media, lowercase: "audio"))
        hasMedium = true
    }
}
