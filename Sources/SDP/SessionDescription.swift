/// A session description (RFC 8866): its bytes as they came, and an index over them that is made once.
///
/// The bytes may be in any charset. What the grammar does not need is passed over and kept: unknown
/// attributes and lines, ICE, DTLS, bandwidths.
public struct SessionDescription: Sendable {
    /// The bounds of a description. What is larger is refused before it costs anything.
    public struct Limits: Hashable, Sendable {
        /// Bytes.
        public var maximumBytes = 32768
        /// Lines.
        public var maximumLines = 1024
        /// `m=` lines.
        public var maximumMedia = 32

        /// The defaults, which hold a browser's offer many times over.
        public init() {}
    }

    /// The bytes as they were received. They keep the message alive that they are a part of.
    public let bytes: ArraySlice<UInt8>
    let index: DescriptionIndex

    /// Parses a description, with the tolerance of the field: lines may end in LF alone, be empty, or have
    /// blanks at their ends; `s=` and `t=` may be missing; a NUL ends the description; unknown letters and
    /// lines out of order are passed over.
    public init(parsing bytes: ArraySlice<UInt8>, limits: Limits = Limits()) throws(SessionDescriptionError) {
        var parser = DescriptionParser(limits: limits)
        try parser.parse(bytes.span)
        self.bytes = bytes
        index = parser.index
    }

    /// Parses a description that is no part of a message.
    public init(parsing bytes: [UInt8], limits: Limits = Limits()) throws(SessionDescriptionError) {
        try self.init(parsing: bytes[...], limits: limits)
    }

    /// The description that says nothing.
    static let empty = SessionDescription()

    private init() {
        bytes = []
        index = DescriptionIndex()
    }

    /// The description with every line ended by CRLF, without empty lines and what follows a NUL.
    public func encode(into output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.count + 32)
        let bytes = bytes.span
        var start = 0
        for position in 0...index.end {
            guard position == index.end || bytes[position] == ASCII.lineFeed else { continue }
            var stop = position
            while stop > start, bytes[stop - 1] == ASCII.carriageReturn || ASCII.isBlank(bytes[stop - 1]) { stop -= 1 }
            if stop > start {
                // `s= ` is a line whose blank has a meaning (RFC 8866 5.3).
                if bytes[stop - 1] == UInt8(ascii: "="), stop == start + 2, stop < position, bytes[stop] == ASCII.space
                {
                    stop += 1
                }
                for place in start..<stop { output.append(bytes[place]) }
                output.append(ASCII.carriageReturn)
                output.append(ASCII.lineFeed)
            }
            start = position + 1
        }
    }

    /// The same as `encode(into:)`, in an array of its own.
    public func encode() -> [UInt8] {
        var output: [UInt8] = []
        encode(into: &output)
        return output
    }
}

/// What the lines of a description say, as ranges of its bytes.
struct DescriptionIndex: Sendable {
    /// Where the description ends: at its last byte, or at the first NUL.
    var end = 0
    /// The value of the `o=` line, which has at least its six tokens.
    var origin = ByteRange.none
    var name = ByteRange.none
    var time = ByteRange.none
    var connection: ConnectionIndex?
    /// The lines of the session from the first attribute to the first medium.
    var attributes = ByteRange.none
    var media = ShortList<2, MediaIndex>(filler: MediaIndex())
}

/// An `m=` line (RFC 8866 5.14) and what follows it.
struct MediaIndex: Sendable {
    var media = ByteRange.none
    var profile = ByteRange.none
    /// All formats, with the blanks between them; empty where there are none.
    var formats = ByteRange.none
    /// The lines up to the next medium.
    var lines = ByteRange.none
    /// Its first `c=` line.
    var connection: ConnectionIndex?
    var port: UInt16 = 0
    /// Whether it is `m=audio`.
    var isAudio = false
}
