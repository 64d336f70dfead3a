import Audio
import Glibc

/// Measures how loud the received audio is, a packet at a time. A value of constant size that allocates nothing.
struct LevelMeter: Sendable, BitwiseCopyable {
    private struct Sum: BitwiseCopyable {
        var power = 0.0
        var octets = 0

        /// In dBov; nil for no audio.
        var level: Double? { octets == 0 ? nil : LevelMeter.level(power / Double(octets)) }
    }

    /// `AudioLevel.audibleDBov` as a power.
    private static let audiblePower = 1e-6

    private var audible = Sum()
    private var background = Sum()
    private var peak = 0.0
    private var milliseconds = 0.0

    /// Takes the payload of an audio packet.
    @inline(__always)
    mutating func receive(_ octets: UnsafeRawBufferPointer, codec: Codec) {
        guard !octets.isEmpty else { return }
        let power = codec.meanPower(of: octets)
        peak = max(peak, power)
        milliseconds += Double(octets.count) / Double(codec.octetsPerMillisecond)
        if power >= Self.audiblePower {
            audible.power += power * Double(octets.count)
            audible.octets &+= octets.count
        } else {
            background.power += power * Double(octets.count)
            background.octets &+= octets.count
        }
    }

    /// What was measured; nil before the first packet.
    var level: AudioLevel? {
        guard milliseconds > 0 else { return nil }
        var level = AudioLevel(peakDBov: Self.level(peak), heardMilliseconds: Int(milliseconds))
        level.meanDBov = audible.level
        level.backgroundDBov = background.level
        return level
    }

    private static func level(_ power: Double) -> Double {
        max(10 * log10(power), AudioLevel.digitalSilenceDBov)
    }
}
