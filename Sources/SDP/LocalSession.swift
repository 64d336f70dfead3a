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
    /// The last description sent, behind its `o=` line.
    private var sent: [UInt8] = []
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
        precondition(!username.isEmpty && username.utf8.allSatisfy { $0 > 0x20 }, "a user name has no blanks")
        precondition(!name.isEmpty && name.utf8.allSatisfy { $0 >= 0x20 }, "a session name is one line")
        self.id = id
        self.version = version ?? id
        self.username = username
        self.name = name
    }

    /// Writes the description whose lines behind `o=` are in `content`, with the version that it deserves:
    /// the last one if nothing has changed, else the next (RFC 3264 5, 8).
    mutating func finish(_ content: DescriptionWriter, from local: LocalMedia) -> [UInt8] {
        let origin = origin ?? (local.family, local.address)
        self.origin = origin
        if !sent.isEmpty, sent != content.bytes { version &+= 1 }
        sent = content.bytes
        var writer = DescriptionWriter(capacity: sent.count + 128)
        writer.append("v=0\r\no=")
        writer.append(text: username)
        writer.append(" ")
        writer.append(decimal: id)
        writer.append(" ")
        writer.append(decimal: version)
        writer.append(connectionTo: origin.address, origin.family)
        writer.bytes.append(contentsOf: sent)
        return writer.bytes
    }

    /// Remembers what dynamic payload types mean, for our next offer (RFC 3264 8.3.2).
    mutating func remember(_ formats: SharedFormats) {
        for codec in formats.codecs where codec.receivePayloadType >= 96 {
            remember(
                PayloadTypeMapping(
                    name: codec.format.name, clockRate: codec.format.clockRate, channels: codec.format.channels,
                    payloadType: codec.receivePayloadType))
        }
        for event in formats.events {
            remember(.telephoneEvent(clockRate: event.clockRate, payloadType: event.receivePayloadType))
        }
    }

    private mutating func remember(_ mapping: PayloadTypeMapping) {
        if !payloadTypes.contains(mapping) { payloadTypes.append(mapping) }
    }

    /// Our last description, to repeat its media in an offer; nil before the first one.
    var lastSent: SessionDescription? {
        guard !sent.isEmpty else { return nil }
        return try? SessionDescription(parsing: Array("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\n".utf8) + sent, limits: .none)
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
