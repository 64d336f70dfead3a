/// Our side of a session through all its offers and answers (RFC 3264): it makes our descriptions, keeps the
/// `o=` line's session id, raises its version when a description differs from the last one sent, and keeps
/// the number and order of the media and the meaning of payload types.
///
/// A value: a call that forks, or an offer that may fail, works on a copy. A method that throws changes nothing.
public struct LocalSession: Sendable {
    /// The `o=` line's session id, the same for the whole session (RFC 8866 5.2).
    public let id: UInt64
    /// The `o=` line's version of the description sent last.
    public private(set) var version: UInt64
    /// The `o=` line's user name.
    public let username: String
    /// The `s=` line; `-` where there is none to give (RFC 8866 5.3).
    public let name: String

    /// Whether an offer of ours waits for its answer.
    public var isOfferPending: Bool { pending != nil }

    /// The address of the first description: the `o=` line keeps it.
    private var origin: (family: AddressFamily, address: String)?
    /// The last description sent.
    private var sent: [UInt8] = []
    /// What of `sent` is behind its `o=` line.
    private var sentContent = ByteRange.none
    /// The `m=` line that our audio has, once there is one.
    var audioIndex: Int?
    var payloadTypes: [PayloadTypeMapping] = []
    var pending: PendingOffer?

    /// What accepting an answer needs to know of our offer.
    struct PendingOffer: Sendable {
        var capabilities: AudioCapabilities
        var family: AddressFamily
        var mediaIndex: Int
        var codecs: [PayloadTypeMapping]
        var events: [PayloadTypeMapping]
    }

    /// A session that has sent nothing yet. `id` is to be unique for the host, such as a random number or a time;
    /// `username` and `name` are without line ends, `username` without blanks, and neither is empty.
    public init(id: UInt64, version: UInt64? = nil, username: String = "milliwatt", name: String = "-") {
        precondition(username.isPrintable(from: 0x21), "a user name has no blanks")
        precondition(name.isPrintable(from: 0x20), "a session name is one line")
        self.id = id
        self.version = version ?? id
        self.username = username
        self.name = name
    }

    /// Writes our stream among the media of `source`, with the version that the description deserves: the last one if
    /// nothing behind its `o=` line has changed, else the next (RFC 3264 5, 8).
    mutating func describe(
        _ stream: LocalStream, of codecs: [AudioFormat], at local: LocalMedia, among source: SessionDescription
    ) -> [UInt8] {
        if origin == nil { origin = (local.family, local.address) }
        var (bytes, content) = write(stream, codecs, local, source)
        if !sent.isEmpty, !bytes.span.isSame(content, as: sentContent, of: sent.span) {
            version &+= 1
            (bytes, content) = write(stream, codecs, local, source)
        }
        sent = bytes
        sentContent = content
        return bytes
    }

    /// A description in an array of just its size, and what of it is behind the `o=` line.
    private func write(
        _ stream: LocalStream, _ codecs: [AudioFormat], _ local: LocalMedia, _ source: SessionDescription
    ) -> (bytes: [UInt8], content: ByteRange) {
        var room = 384
        while true {
            var (start, needed) = (0, 0)
            let bytes: [UInt8] = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { buffer in
                guard var writer = DescriptionWriter(buffer) else { return [] }
                writer.append("v=0\r\no=")
                writer.append(text: username)
                writer.append(" ")
                writer.append(decimal: id)
                writer.append(" ")
                writer.append(decimal: version)
                writer.append(" ")
                writer.append(connectionTo: origin?.address ?? local.address, origin?.family ?? local.family)
                start = writer.count
                writer.append("s=")
                writer.append(text: name)
                writer.endLine()
                writer.append(stream, of: codecs, at: local, among: source)
                needed = writer.count
                return writer.isComplete ? Array(UnsafeBufferPointer(rebasing: buffer[..<needed])) : []
            }
            guard bytes.isEmpty, needed > room else { return (bytes, ByteRange(lower: start, upper: needed)) }
            room = needed
        }
    }

    /// Remembers what dynamic payload types mean, for our next offer (RFC 3264 8.3.2).
    mutating func remember(_ formats: SharedFormats, of ours: [AudioFormat]) {
        for format in formats.formats {
            if format.rank < 0 {
                remember(.telephoneEvent(clockRate: format.clockRate, payloadType: format.receivePayloadType))
            } else if format.receivePayloadType >= 96 {
                let codec = ours[Int(format.rank)]
                remember(
                    PayloadTypeMapping(
                        name: codec.name, clockRate: codec.clockRate, channels: codec.channels,
                        payloadType: format.receivePayloadType))
            }
        }
    }

    private mutating func remember(_ mapping: PayloadTypeMapping) {
        if !payloadTypes.contains(mapping) { payloadTypes.append(mapping) }
    }

    /// Our last description, to repeat its media in an offer; nil before the first one.
    var lastSent: SessionDescription? {
        guard !sent.isEmpty else { return nil }
        return try? SessionDescription(parsing: sent, limits: .none)
    }
}

extension SessionDescription.Limits {
    /// For descriptions of our own.
    fileprivate static var none: Self {
        var limits = Self()
        limits.maximumBytes = .max
        limits.maximumLines = .max
        limits.maximumMedia = .max
        return limits
    }
}

extension PayloadTypeMapping {
    static func telephoneEvent(clockRate: UInt32, payloadType: UInt8) -> PayloadTypeMapping {
        PayloadTypeMapping(name: "telephone-event", clockRate: clockRate, channels: 1, payloadType: payloadType)
    }
}

extension String {
    /// Whether it is not empty and has no octet below the least.
    fileprivate func isPrintable(from least: UInt8) -> Bool {
        let octets = utf8.span
        for place in octets.indices where octets[place] < least { return false }
        return !octets.isEmpty
    }
}
