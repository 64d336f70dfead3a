/// One whole period of a tone, encoded, with enough of its beginning repeated at its end that every frame of up to
/// `longestFrame` milliseconds is a contiguous slice, wherever in the period it starts.
///
/// A session keeps an offset into it, sends `octets(at:count:)` and moves on by `offset(after:count:)`: a tone costs a
/// pointer a packet, and the codec nothing.
///
/// The octets are written before `init` returns and never again, and freed with the object: a pointer into them is
/// valid on any thread for as long as the object is held.
public final class ToneSignal: Sendable {
    /// The longest frame that can be cut from it, in ms.
    public static let longestFrame = 60

    /// What it sounds like.
    public let tone: Tone

    /// What it is encoded in.
    public let codec: Codec

    /// The number of octets after which it repeats.
    public let period: Int

    /// The period followed by `longestFrame` of its repetition. Invariant: written in `init` alone, freed in `deinit`.
    @usableFromInline nonisolated(unsafe) let storage: UnsafeRawBufferPointer

    /// Synthesises and encodes a tone: at most 80,000 samples, about a millisecond of work.
    public init(_ tone: Tone, codec: Codec) {
        let period = tone.period(sampleRate: codec.sampleRate)
        let samples = tone.samples(count: period, sampleRate: codec.sampleRate)
        let count = period + Self.longestFrame * codec.octetsPerMillisecond
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        for index in 0..<period { buffer[index] = codec.encode(samples[index]) }
        for index in period..<count { buffer[index] = buffer[index - period] }
        self.tone = tone
        self.codec = codec
        self.period = period
        self.storage = UnsafeRawBufferPointer(buffer)
    }

    deinit {
        storage.deallocate()
    }

    /// The frame of `count` octets that starts `offset` octets into the period.
    ///
    /// - Precondition: `offset` is below `period`, and `count` not more than `longestFrame` milliseconds.
    @inlinable
    public func octets(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
        precondition(offset >= 0 && offset < period && count >= 0 && count <= storage.count - period)
        return UnsafeRawBufferPointer(rebasing: storage[offset..<(offset + count)])
    }

    /// Where the frame begins that follows the one of `count` octets at `offset`.
    @inlinable
    public func offset(after offset: Int, count: Int) -> Int {
        (offset + count) % period
    }
}
