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
        let origin = index.origin
        return Origin(
            username: bytes.span.text(origin.username), sessionID: bytes.span.text(origin.sessionID),
            version: bytes.span.text(origin.version), family: origin.family, address: bytes.span.text(origin.address))
    }

    /// The `s=` line; empty where it is missing.
    public var sessionName: String { bytes.span.text(index.name ?? .empty) }

    /// The session's `c=` line.
    public var connection: Connection? { index.connection.map(connection) }

    /// The `m=` lines in their order.
    public var media: [MediaDescription] {
        index.media.map { medium in
            var formats: [String] = []
            var rest = medium.formats
            while let format = bytes.span.nextToken(of: &rest) { formats.append(bytes.span.text(format)) }
            return MediaDescription(
                media: bytes.span.text(medium.media), port: medium.port, profile: bytes.span.text(medium.profile),
                formats: formats, connection: (medium.connection ?? index.connection).map(connection),
                direction: direction(of: medium))
        }
    }

    /// The address family of the first audio stream that is not refused, to choose our own address by before
    /// answering; nil where there is no such stream.
    public var audioFamily: AddressFamily? {
        for medium in index.media where medium.port != 0 && bytes.span.matchesIgnoringCase(medium.media, "audio") {
            return (medium.connection ?? index.connection)?.family
        }
        return nil
    }

    private func connection(_ connection: ConnectionIndex) -> Connection {
        Connection(family: connection.family, address: bytes.span.text(connection.address))
    }

    /// The direction that holds for a medium (RFC 8866 6.7): its own last word, else the session's.
    func direction(of medium: MediaIndex) -> Direction {
        for position in medium.attributes.reversed() {
            if case .direction(let direction) = index.attributes[position].kind { return direction }
        }
        for position in (0..<index.sessionAttributeCount).reversed() {
            if case .direction(let direction) = index.attributes[position].kind { return direction }
        }
        return .sendrecv
    }
}
