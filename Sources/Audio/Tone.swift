/// A sine wave as telephony names it: a frequency and a level relative to a milliwatt at the zero reference point.
///
/// Frequencies are multiples of 0.1 Hz, so that at 8 kHz every tone repeats exactly after at most 80,000 samples and
/// can be encoded once and played for ever.
public struct Tone: Hashable, Sendable {
    /// What 8 kHz G.711 carries without touching the band edge, in Hz.
    public static let frequencies = 20.0...3900.0

    /// The levels that make sense as a test tone, in dBm0. G.711 overloads at 3.14 dBm0 (A-law) and 3.17 (µ-law).
    public static let levels = -60.0...3.0

    /// The frequency in tenths of a hertz.
    public let decihertz: Int

    /// The level in dBm0.
    public let level: Double

    /// The frequency in Hz.
    public var frequency: Double { Double(decihertz) / 10 }

    /// A tone of `frequency` Hz, a multiple of 0.1 Hz, at `level` dBm0.
    public init(frequency: Double, level: Double) throws(ToneError) {
        guard Self.frequencies.contains(frequency) else { throw .frequencyOutOfRange(frequency) }
        guard Self.levels.contains(level) else { throw .levelOutOfRange(level) }
        let nearest = (frequency * 10).rounded()
        guard abs(frequency * 10 - nearest) < 1e-6 else { throw .frequencyTooFine(frequency) }
        self.decihertz = Int(nearest)
        self.level = level
    }
}

extension Tone: CustomStringConvertible {
    /// The tone as an engineer writes it: `440.0 Hz at -10.0 dBm0`.
    public var description: String { "\(frequency) Hz at \(level) dBm0" }
}

/// Why a frequency and a level are not a tone that can be played.
public enum ToneError: Error, Hashable, Sendable {
    /// The frequency in Hz is not a number, or outside `Tone.frequencies`.
    case frequencyOutOfRange(Double)
    /// The frequency in Hz is not a multiple of 0.1 Hz.
    case frequencyTooFine(Double)
    /// The level in dBm0 is not a number, or outside `Tone.levels`.
    case levelOutOfRange(Double)
}

extension ToneError: CustomStringConvertible {
    /// The reason as a phrase that follows the name of a setting.
    public var description: String {
        switch self {
        case .frequencyOutOfRange(let hertz):
            "\(hertz) is not a tone frequency (\(Tone.frequencies.lowerBound) to \(Tone.frequencies.upperBound) Hz)"
        case .frequencyTooFine(let hertz):
            "\(hertz) is not a multiple of 0.1 Hz"
        case .levelOutOfRange(let level):
            "\(level) is not a tone level (\(Tone.levels.lowerBound) to \(Tone.levels.upperBound) dBm0)"
        }
    }
}
