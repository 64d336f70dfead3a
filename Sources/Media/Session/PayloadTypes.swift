import Audio

/// What the payload types of the packets received mean, and as what their payloads are sent back.
struct PayloadTypes: Sendable, BitwiseCopyable {
    struct Entry: Sendable, BitwiseCopyable {
        var receive: UInt8 = 0xFF
        var send: UInt8 = 0xFF
        /// Of the audio; nil for telephone events.
        var codec: Codec?
        /// Telephone events instead of audio.
        var isEvent: Bool { codec == nil }
        /// Timestamp ticks and octets of a millisecond of audio.
        var ticksPerMillisecond: UInt16 = 0
        var octetsPerMillisecond: UInt16 = 1

        /// How much audio a payload is, in ticks; 0 for a telephone event.
        func ticks(octets: Int) -> UInt32 {
            UInt32(truncatingIfNeeded: octets &* Int(ticksPerMillisecond) / Int(octetsPerMillisecond))
        }
    }

    /// The format itself, telephone events and three alternatives.
    static let capacity = 5

    private var entries = InlineArray<5, Entry>(repeating: Entry())
    private var count = 0

    init(_ parameters: MediaSessionParameters) {
        append(parameters.format)
        if let event = parameters.telephoneEvent {
            append(Entry(receive: event.receivePayloadType, send: event.sendPayloadType))
        }
        for format in parameters.alternatives { append(format) }
    }

    /// What a payload type means; nil where it was not negotiated.
    @inline(__always)
    func entry(for payloadType: UInt8) -> Entry? {
        for index in 0..<count where entries[index].receive == payloadType { return entries[index] }
        return nil
    }

    private mutating func append(_ format: MediaFormat) {
        append(
            Entry(
                receive: format.receivePayloadType, send: format.sendPayloadType, codec: format.codec,
                ticksPerMillisecond: UInt16(format.codec.clockRate / 1000),
                octetsPerMillisecond: UInt16(format.codec.octetsPerMillisecond)))
    }

    private mutating func append(_ entry: Entry) {
        guard count < Self.capacity, self.entry(for: entry.receive) == nil else { return }
        entries[count] = entry
        count += 1
    }
}
