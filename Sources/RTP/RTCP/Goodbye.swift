/// Sources that leave: the BYE packet of RFC 3550 section 6.6.
public struct Goodbye: Hashable, Sendable {
    static let packetType: UInt8 = 203

    /// Who leaves, at most 31.
    public var sources: [UInt32]
    /// Why, or nil where nothing is said. UTF-8 of at most 255 octets.
    public var reason: String?

    /// A packet with these values.
    public init(sources: [UInt32], reason: String? = nil) {
        self.sources = sources
        self.reason = reason
    }

    init(parsing body: inout OctetReader, count: Int) throws(RTCPError) {
        sources = []
        for _ in 0..<count { sources.append(try body.uint32()) }
        if body.remaining > 0 {
            let length = try Int(body.octet())
            reason = try body.text(length)
        }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendPacket(type: Self.packetType, count: sources.count) { bytes in
            for source in sources { bytes.append(uint32: source) }
            if let reason {
                precondition(reason.utf8.count <= 255)
                bytes.append(UInt8(reason.utf8.count))
                bytes.append(contentsOf: reason.utf8)
            }
        }
    }
}
