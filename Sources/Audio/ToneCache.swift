import Synchronization

/// The tones that calls play, each synthesised once for a codec.
///
/// It is asked when a call starts and never for a packet. Beyond its capacity it lets go of what was asked for longest
/// ago; a call that plays it still holds it.
public final class ToneCache: Sendable {
    private struct Key: Hashable {
        let tone: Tone
        let codec: Codec
    }

    private struct State {
        var entries: [Key: (signal: ToneSignal, lastUse: UInt64)] = [:]
        var uses: UInt64 = 0
    }

    /// The largest number of signals kept, of at most 80,480 octets each.
    public let capacity: Int

    private let state = Mutex(State())

    /// A cache of up to `capacity` signals, at least one.
    public init(capacity: Int = 32) {
        self.capacity = max(1, capacity)
    }

    /// The number of signals kept at the moment.
    public var count: Int { state.withLock { $0.entries.count } }

    /// The signal for a tone in a codec, synthesised if it is not there yet.
    public func signal(for tone: Tone, codec: Codec) -> ToneSignal {
        let key = Key(tone: tone, codec: codec)
        // Synthesised inside the lock: a hundred calls that start together wait a millisecond for one signal, instead
        // of each making its own.
        return state.withLock { state in
            state.uses += 1
            if let entry = state.entries[key] {
                state.entries[key] = (entry.signal, state.uses)
                return entry.signal
            }
            if state.entries.count >= capacity,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
            }
            let signal = ToneSignal(tone, codec: codec)
            state.entries[key] = (signal, state.uses)
            return signal
        }
    }
}
