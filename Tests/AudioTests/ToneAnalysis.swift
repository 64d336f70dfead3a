import Glibc

/// Measures of a sampled sine wave, made in floating point apart from anything that synthesised it.
enum ToneAnalysis {
    /// The level in dBm0 of a sine wave of full scale in 16-bit linear samples (ITU-T G.711 through spandsp).
    static let fullScale = 3.14

    /// The sine and cosine amplitudes of the best fit at `frequency` Hz.
    static func fit(_ samples: ArraySlice<Int16>, frequency: Double, sampleRate: Double = 8000) -> (Double, Double) {
        var (ss, cc, sc, sx, cx) = (0.0, 0.0, 0.0, 0.0, 0.0)
        let step = 2 * Double.pi * frequency / sampleRate
        for index in samples.indices {
            let (sine, cosine) = (sin(step * Double(index)), cos(step * Double(index)))
            let value = Double(samples[index])
            ss += sine * sine
            cc += cosine * cosine
            sc += sine * cosine
            sx += sine * value
            cx += cosine * value
        }
        let determinant = ss * cc - sc * sc
        return ((sx * cc - cx * sc) / determinant, (cx * ss - sx * sc) / determinant)
    }

    /// The level of the wave at `frequency` Hz, in dBm0.
    static func level(_ samples: [Int16], frequency: Double) -> Double {
        let (sine, cosine) = fit(samples[...], frequency: frequency)
        return 20 * log10((sine * sine + cosine * cosine).squareRoot() / 32767) + fullScale
    }

    /// The share of the energy of `samples` that the wave at `frequency` Hz accounts for.
    static func purity(_ samples: [Int16], frequency: Double) -> Double {
        let (sine, cosine) = fit(samples[...], frequency: frequency)
        let step = 2 * Double.pi * frequency / 8000
        var (energy, residue) = (0.0, 0.0)
        for index in samples.indices {
            let value = Double(samples[index])
            let wave = sine * sin(step * Double(index)) + cosine * cos(step * Double(index))
            energy += value * value
            residue += (value - wave) * (value - wave)
        }
        return 1 - residue / energy
    }

    /// The frequency in Hz by linear regression over the phases of successive tenths of a second.
    static func frequency(_ samples: [Int16], near nominal: Double, sampleRate: Int = 8000) -> Double {
        let length = sampleRate / 10
        var phases: [Double] = []
        for start in stride(from: 0, through: samples.count - length, by: length) {
            let (sine, cosine) = fit(samples[start..<(start + length)], frequency: nominal)
            var phase = atan2(cosine, sine)
            if let last = phases.last { phase -= 2 * .pi * ((phase - last) / (2 * .pi)).rounded() }
            phases.append(phase)
        }
        let middle = Double(phases.count - 1) / 2
        let mean = phases.reduce(0, +) / Double(phases.count)
        var (numerator, denominator) = (0.0, 0.0)
        for (index, phase) in phases.enumerated() {
            let distance = Double(index) - middle
            numerator += distance * (phase - mean)
            denominator += distance * distance
        }
        return nominal + numerator / denominator / (2 * .pi * 0.1)
    }
}
