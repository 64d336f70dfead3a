/// How loud the received audio was. A packet's level is the mean power of its samples, in dBov: in dB above the power of a
/// square wave between the codec's extreme values (RFC 3389 section 3, RFC 6464 section 3), so that a sine has -3 dBov at
/// most. All packets of audio that were taken count, duplicates included; telephone events and comfort noise do not.
public struct AudioLevel: Hashable, Sendable {
    /// Where a packet begins to be audible, in dBov: 66 dB below the loudest sine is less than the noise of a quiet line.
    public static let audibleDBov = -60.0
    /// What stands for no power at all, in dBov (RFC 6464 section 3).
    public static let digitalSilenceDBov = -127.0

    /// The mean power of the audible packets, in dBov; nil where none was audible.
    public var meanDBov: Double?
    /// The mean power of the packets that were not audible, in dBov; nil where all were.
    public var backgroundDBov: Double?
    /// The level of the loudest packet, in dBov.
    public var peakDBov: Double
    /// How much audio was heard, in ms.
    public var heardMilliseconds: Int

    /// Whether there was a second of audio at least, and none of it audible.
    public var isSilence: Bool { meanDBov == nil && heardMilliseconds >= 1000 }

    /// A level.
    public init(peakDBov: Double, heardMilliseconds: Int) {
        self.peakDBov = peakDBov
        self.heardMilliseconds = heardMilliseconds
    }
}
