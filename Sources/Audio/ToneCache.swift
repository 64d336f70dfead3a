/// The tones that calls play, each synthesised once for a codec.
///
/// It is asked when a call starts and never for a packet. Beyond its capacity it lets go of what was asked for longest
/// ago; a call that plays it still holds it.
public struct ToneCache: Sendable {
    private struct Key: Hashable {
        let tone: Tone
        let codec: Codec
    }

    /// The largest number of signals kept, of at most 80,480 octets each.
    public let capacity: Int

    private var entries: [Key: (signal: ToneSignal, lastUse: UInt64)] = [:]
    private var uses: UInt64 = 0

    /// A cache of up to `capacity` signals, at least one.
    public init(capacity: Int = 32) {
        self.capacity = max(1, capacity)
    }

    /// The number of signals kept at the moment.
    public var count: Int { entries.count }

    /// The signal for a tone in a codec, synthesised if it is not there yet.
    public mutating func signal(for tone: Tone, codec: Codec) -> ToneSignal {
        let key = Key(tone: tone, codec: codec)
        uses += 1
        if let entry = entries[key] {
            entries[key] = (entry.signal, uses)
            return entry.signal
        }
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        let signal = ToneSignal(tone, codec: codec)
        entries[key] = (signal, uses)
        return signal
    }
}
