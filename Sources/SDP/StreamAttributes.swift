/// What the attributes of an RTP stream say (RFC 8866 6), its own and the session's: each line is read once. All
/// others (ICE, DTLS, grouping, feedback) are passed over.
struct StreamAttributes {
    /// The stream's own last word, else the session's (RFC 8866 6.7).
    var direction = Direction.sendrecv
    /// The value of `a=ptime` (RFC 8866 6.4).
    var packetTime = ByteRange.none
    /// The value of `a=maxptime` (RFC 8866 6.5).
    var maximumPacketTime = ByteRange.none
    /// The value of `a=rtcp` (RFC 3605).
    var rtcp = ByteRange.none
    /// RFC 5761 5.1.1
    var rtcpMux = false
    /// RFC 3611 5.1
    var extendedReports: ExtendedReports = []
    /// In their order.
    var formats: [FormatAttribute] = []
}

/// An `a=rtpmap` (RFC 8866 6.6) or `a=fmtp` (RFC 8866 6.15).
struct FormatAttribute: Sendable {
    /// What follows the payload type.
    var value = ByteRange.none
    var payloadType: UInt8 = 255
    var isMap = false
}

extension SessionDescription {
    /// The attributes that hold for a medium.
    func attributes(of medium: MediaIndex) -> StreamAttributes {
        var attributes = StreamAttributes()
        attributes.formats.reserveCapacity(16)
        let text = bytes.span
        var rest = index.attributes
        while let line = text.nextLine(of: &rest) { attributes.readOfSession(text, line) }
        rest = medium.lines
        while let line = text.nextLine(of: &rest) { attributes.read(text, line) }
        return attributes
    }
}

extension StreamAttributes {
    /// Reads a line above the first `m=`: the direction and the reports of its attributes hold for all media.
    fileprivate mutating func readOfSession(_ bytes: Span<UInt8>, _ line: ByteRange) {
        guard let (name, value) = AttributeName.parse(bytes, line) else { return }
        switch name {
        case .direction(let direction): self.direction = direction
        case .rtcpXR: extendedReports.formUnion(ExtendedReports(parsing: bytes, value))
        case .rtpmap, .fmtp, .ptime, .maxptime, .rtcp, .rtcpMux: break
        }
    }

    /// Reads a line of the medium.
    fileprivate mutating func read(_ bytes: Span<UInt8>, _ line: ByteRange) {
        guard let (name, value) = AttributeName.parse(bytes, line) else { return }
        switch name {
        case .rtpmap: append(bytes, value, isMap: true)
        case .fmtp: append(bytes, value, isMap: false)
        case .ptime: packetTime = value
        case .maxptime: maximumPacketTime = value
        case .direction(let direction): self.direction = direction
        case .rtcp: rtcp = value
        case .rtcpMux: rtcpMux = true
        case .rtcpXR: extendedReports.formUnion(ExtendedReports(parsing: bytes, value))
        }
    }

    /// Keeps an rtpmap or fmtp, unless its payload type is none (0 to 127).
    @inline(__always)
    private mutating func append(_ bytes: Span<UInt8>, _ value: ByteRange, isMap: Bool) {
        var (type, position): (UInt8, Int) = (0, value.lower)
        while position < value.upper, !ASCII.isBlank(bytes[position]) {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10, type < 13 else { return }
            type = type &* 10 &+ digit
            position &+= 1
        }
        guard position > value.lower, type < 128 else { return }
        while position < value.upper, ASCII.isBlank(bytes[position]) { position &+= 1 }
        formats.append(
            FormatAttribute(
                value: ByteRange(lower: position, upper: value.upper), payloadType: type, isMap: isMap))
    }
}

/// The attributes that are read. Names are compared exactly: RFC 8866 6 makes them case-sensitive.
private enum AttributeName {
    case rtpmap, fmtp, ptime, maxptime, rtcp, rtcpMux, rtcpXR
    case direction(Direction)

    /// The name and the value of an `a=` line, the value empty where there is none; nil for any other line.
    @inline(__always)
    static func parse(_ bytes: Span<UInt8>, _ line: ByteRange) -> (AttributeName, ByteRange)? {
        guard line.count > 2, bytes[line.lower] == UInt8(ascii: "a") else { return nil }
        var start = line.lower &+ 2
        while start < line.upper, ASCII.isBlank(bytes[start]) { start &+= 1 }
        guard let (name, count) = find(bytes.word(at: start)) else { return nil }
        // A name has no byte that ends a line, so it is within the line. It may be the beginning of another.
        var position = start &+ count
        while position < line.upper, ASCII.isBlank(bytes[position]) { position &+= 1 }
        guard position < line.upper else { return (name, ByteRange(lower: line.upper, upper: line.upper)) }
        guard bytes[position] == UInt8(ascii: ":") else { return nil }
        return (name, bytes.trimmed(ByteRange(lower: position &+ 1, upper: line.upper)))
    }

    /// The longest name that a word begins with, and its length.
    @inline(__always)
    private static func find(_ word: UInt64) -> (AttributeName, Int)? {
        if word.begins(with: "rtpmap") { return (.rtpmap, 6) }
        if word.begins(with: "fmtp") { return (.fmtp, 4) }
        if word.begins(with: "ptime") { return (.ptime, 5) }
        if word.begins(with: "sendrecv") { return (.direction(.sendrecv), 8) }
        if word.begins(with: "rtcp") {
            if word.begins(with: "rtcp-mux") { return (.rtcpMux, 8) }
            return word.begins(with: "rtcp-xr") ? (.rtcpXR, 7) : (.rtcp, 4)
        }
        if word.begins(with: "maxptime") { return (.maxptime, 8) }
        if word.begins(with: "sendonly") { return (.direction(.sendonly), 8) }
        if word.begins(with: "recvonly") { return (.direction(.recvonly), 8) }
        if word.begins(with: "inactive") { return (.direction(.inactive), 8) }
        return nil
    }
}
