import Glibc

/// A repeatable signal with the traits of speech that fool DTMF receivers: voiced syllables whose pitch glides under
/// three moving formants, fricative noise between them, and pauses.
struct SpeechLikeNoise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func uniform() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / Double(1 << 53)
    }

    mutating func gaussian() -> Double {
        (-2 * log(max(uniform(), 1e-12))).squareRoot() * cos(2 * .pi * uniform())
    }

    mutating func samples(count: Int) -> [Int16] {
        var output: [Int16] = []
        while output.count < count {
            switch uniform() {
            case ..<0.65: output += syllable()
            case ..<0.85: output += (0..<Int(400 + 800 * uniform())).map { _ in Int16(gaussian() * 600) }
            default: output += [Int16](repeating: 0, count: Int(300 + 1500 * uniform()))
            }
        }
        return Array(output.prefix(count))
    }

    private mutating func syllable() -> [Int16] {
        let length = Int(800 + 1600 * uniform())
        let pitch = (90 + 160 * uniform(), 90 + 160 * uniform())
        let formants = [
            (300 + 500 * uniform(), 80.0), (900 + 1300 * uniform(), 100.0), (2300 + 700 * uniform(), 150.0),
        ]
        var (phase, output) = (0.0, [Int16]())
        for index in 0..<length {
            let progress = Double(index) / Double(length)
            let fundamental = pitch.0 + (pitch.1 - pitch.0) * progress
            phase += 2 * .pi * fundamental / 8000
            var value = 0.0
            for harmonic in 1...Int(3800 / fundamental) {
                let frequency = Double(harmonic) * fundamental
                var gain = 0.01
                for (center, width) in formants {
                    gain += 1 / (1 + (frequency - center) * (frequency - center) / (width * width))
                }
                value += gain * sin(Double(harmonic) * phase)
            }
            output.append(Int16(clamping: Int(value * 4000 * sin(.pi * progress))))
        }
        return output
    }
}
