import Audio

/// A source that is asked for a frame at every tick of its session's schedule: octets that repeat after a period.
///
/// This is the seam for whatever else plays by the clock: a source of its own kind gives the next `count` octets, and
/// can skip as many after a stall. It does not own its octets; the session holds what does.
struct PacedFrames: BitwiseCopyable {
    private let octets: UnsafeRawPointer
    private let period: Int
    private var offset = 0

    /// A tone, as long as the session holds it.
    init(_ signal: ToneSignal) {
        // The signal is one stretch of memory, so that every frame of it lies where its offset says.
        octets = signal.octets(at: 0, count: ToneSignal.longestFrame).baseAddress ?? SilentOctets.of(signal.codec)
        period = signal.period
    }

    /// Silence in a codec.
    init(silence codec: Codec) {
        octets = SilentOctets.of(codec)
        period = 1
    }

    /// Copies the next frame of `count` octets, at most `ToneSignal.longestFrame` of audio.
    mutating func take(_ count: Int, into destination: UnsafeMutableRawPointer) {
        destination.copyMemory(from: octets + offset, byteCount: count)
        skip(count)
    }

    /// Leaves out `count` octets: a tone is where it would have been.
    mutating func skip(_ count: Int) {
        offset = (offset &+ count) % period
    }
}

/// The longest frame of silence in each codec, for ever.
enum SilentOctets {
    /// 60 ms of 8 octets.
    static let count = ToneSignal.longestFrame * 8

    // Written once, before anybody sees the pointer, and never freed.
    nonisolated(unsafe) private static let pcmu = make(.pcmu)
    nonisolated(unsafe) private static let pcma = make(.pcma)

    static func of(_ codec: Codec) -> UnsafeRawPointer {
        switch codec {
        case .pcmu: pcmu
        case .pcma: pcma
        }
    }

    private static func make(_ codec: Codec) -> UnsafeRawPointer {
        let octets = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
        octets.initializeMemory(as: UInt8.self, repeating: codec.silence, count: count)
        return UnsafeRawPointer(octets)
    }
}
