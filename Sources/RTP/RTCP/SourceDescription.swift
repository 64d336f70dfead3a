/// Who the sources are: the SDES packet of RFC 3550 section 6.5, of whose items only CNAME is kept.
public struct SourceDescription: Hashable, Sendable {
    static let packetType: UInt8 = 202
    private static let canonicalNameItem: UInt8 = 1

    /// What is said of one source.
    public struct Chunk: Hashable, Sendable {
        /// The source.
        public var ssrc: UInt32
        /// The name that stays when the SSRC changes (section 6.5.1), or nil where the chunk has none. UTF-8 of at most
        /// 255 octets.
        public var canonicalName: String?

        /// A chunk with these values.
        public init(ssrc: UInt32, canonicalName: String?) {
            self.ssrc = ssrc
            self.canonicalName = canonicalName
        }
    }

    /// At most 31.
    public var chunks: [Chunk]

    /// A packet of these chunks.
    public init(chunks: [Chunk]) {
        self.chunks = chunks
    }

    /// The CNAME of one source.
    public init(ssrc: UInt32, canonicalName: String) {
        chunks = [Chunk(ssrc: ssrc, canonicalName: canonicalName)]
    }

    init(parsing body: inout OctetReader, count: Int) throws(RTCPError) {
        chunks = []
        for _ in 0..<count {
            var chunk = Chunk(ssrc: try body.uint32(), canonicalName: nil)
            var length = 0
            while true {
                guard body.remaining > 0 else { throw body.failure(.unterminatedItems) }
                let item = try body.octet()
                length += 1
                if item == 0 { break }
                let octets = try Int(body.octet())
                length += 1 + octets
                if item == Self.canonicalNameItem {
                    chunk.canonicalName = try body.text(octets)
                } else {
                    try body.skip(octets)
                }
            }
            // The null octets that end the items fill the chunk's last word.
            try body.skip((4 - length % 4) % 4)
            chunks.append(chunk)
        }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendPacket(type: Self.packetType, count: chunks.count) { bytes in
            for chunk in chunks {
                let start = bytes.count
                bytes.append(uint32: chunk.ssrc)
                if let name = chunk.canonicalName {
                    precondition(name.utf8.count <= 255)
                    bytes.append(Self.canonicalNameItem)
                    bytes.append(UInt8(name.utf8.count))
                    bytes.append(contentsOf: name.utf8)
                }
                repeat { bytes.append(0) } while (bytes.count - start) % 4 != 0
            }
        }
    }
}
