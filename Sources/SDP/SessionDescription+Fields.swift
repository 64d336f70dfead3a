extension SessionDescription {
    /// The `o=` line (RFC 8866 5.2).
    public struct Origin: Hashable, Sendable {
        /// The user's login; `-` where the host has none.
        public var username: String
        /// The session's number, as digits: some peers exceed 64 bits.
        public var sessionID: String
        /// The version of the description, as digits.
        public var version: String
        /// The address type; nil for one that is not IP.
        public var family: AddressFamily?
        /// The address of the machine that made the session.
        public var address: String
    }

    /// A `c=` line (RFC 8866 5.7).
    public struct Connection: Hashable, Sendable {
        /// The address type; nil for one that is not IP.
        public var family: AddressFamily?
        /// The address or name, without TTL and number of addresses.
        public var address: String
    }

    /// An `m=` line (RFC 8866 5.14) and the lines that belong to it.
    public struct MediaDescription: Hashable, Sendable {
        /// `audio`, `video`, `image`…
        public var media: String
        /// The port; 0 for a stream that is refused or removed.
        public var port: UInt16
        /// The transport, such as `RTP/AVP`.
        public var profile: String
        /// The formats, as they are written.
        public var formats: [String]
        /// Its own `c=` line, or else the session's.
        public var connection: Connection?
        /// Its own direction, or else the session's, or else `sendrecv`.
        public var direction: Direction
    }

    /// Who made the session, and which version this is.
    public var origin: Origin {
        let text = bytes.span
        // The last five fields are taken from the right, because user names with blanks are seen in the field.
        var fields: InlineArray<5, ByteRange> = .init(repeating: .none)
        var rest = text.trimmed(index.origin)
        for number in 0..<5 {
            var start = rest.upper
            while start > rest.lower, !ASCII.isBlank(text[start - 1]) { start -= 1 }
            fields[4 - number] = ByteRange(lower: start, upper: rest.upper)
            rest = text.trimmed(ByteRange(lower: rest.lower, upper: start))
        }
        return Origin(
            username: text.text(rest), sessionID: text.text(fields[0]), version: text.text(fields[1]),
            family: text.family(fields[2], fields[3]), address: text.text(fields[4]))
    }

    /// The `s=` line; empty where it is missing.
    public var sessionName: String { bytes.span.text(index.name) }

    /// The session's `c=` line.
    public var connection: Connection? { index.connection.map(connection) }

    /// The `m=` lines in their order.
    public var media: [MediaDescription] {
        index.media.indices.map { position in
            let medium = index.media[position]
            var formats: [String] = []
            var rest = medium.formats
            while let format = bytes.span.nextToken(of: &rest) { formats.append(bytes.span.text(format)) }
            return MediaDescription(
                media: bytes.span.text(medium.media), port: medium.port, profile: bytes.span.text(medium.profile),
                formats: formats, connection: (medium.connection ?? index.connection).map(connection),
                direction: attributes(of: medium).direction)
        }
    }

    /// The address family of the first audio stream that is not refused, to choose our own address by before
    /// answering; nil where there is no such stream.
    public var audioFamily: AddressFamily? {
        for position in index.media.indices {
            let medium = index.media[position]
            if medium.isAudio, medium.port != 0 { return (medium.connection ?? index.connection)?.family }
        }
        return nil
    }

    private func connection(_ connection: ConnectionIndex) -> Connection {
        Connection(family: connection.family, address: bytes.span.text(connection.address))
    }
}
