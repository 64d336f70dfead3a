import Foundation

/// 16-bit samples at 8 kHz, and what an engineer asks about a tone in them.
struct Recording: Sendable {
    static let rate = 8000
    let samples: [Double]

    init(samples: [Double]) { self.samples = samples }

    /// µ-law or A-law octets, expanded by the formulas of ITU-T G.711.
    init(octets: [UInt8], aLaw: Bool) {
        samples = octets.map { aLaw ? Self.expandALaw($0) : Self.expandMuLaw($0) }
    }

    /// A mono 16-bit WAV file at 8 kHz; a data chunk that its writer did not finish reaches to the end of the file.
    init?(wav url: URL) {
        guard let data = try? [UInt8](Data(contentsOf: url)), data.starts(with: Array("RIFF".utf8)) else { return nil }
        var offset = 12
        while offset + 8 <= data.count {
            let name = String(decoding: data[offset..<(offset + 4)], as: UTF8.self)
            let size = data[(offset + 4)..<(offset + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
            offset += 8
            if name == "fmt " {
                guard offset + 16 <= data.count, data[offset + 2] == 1, data[offset + 14] == 16,
                    data[(offset + 4)..<(offset + 8)].reversed().reduce(0, { $0 << 8 | Int($1) }) == Self.rate
                else { return nil }
            }
            if name == "data" {
                let bytes = data[offset..<(size == 0 ? data.count : min(offset + size, data.count))]
                samples = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
                    Double(Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8))
                }
                return
            }
            offset += size + size % 2
        }
        return nil
    }

    /// The bytes of a mono 16-bit WAV file with these samples.
    ///
    /// - Parameter finished: whether the header says how long it is.
    func wav(finished: Bool = true) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> ($0 * 8) & 0xFF) } }
        let size = finished ? samples.count * 2 : 0
        var bytes = Array("RIFF".utf8) + little(size == 0 ? 0 : size + 36, 4) + Array("WAVEfmt ".utf8)
        bytes += little(16, 4) + little(1, 2) + little(1, 2) + little(Self.rate, 4) + little(Self.rate * 2, 4)
        bytes += little(2, 2) + little(16, 2) + Array("data".utf8) + little(size, 4)
        for sample in samples { bytes += little(Int(sample), 2) }
        return bytes
    }

    /// The part in which there is any sound: from the first to the last block of 10 ms above -50 dBm0.
    var sound: Recording {
        let loud = blocks(of: 80).enumerated().filter { Self.level(ofEnergy: Self.energy($0.element)) > -50 }
        guard let first = loud.first?.offset, let last = loud.last?.offset else { return Recording(samples: []) }
        return Recording(samples: Array(samples[(first * 80)..<min((last + 1) * 80, samples.count)]))
    }

    /// The length in seconds.
    var duration: Double { Double(samples.count) / Double(Self.rate) }

    /// The level of the whole in dBm0; a sine wave of full scale has 3.14.
    var level: Double { Self.level(ofEnergy: Self.energy(samples[...])) }

    /// The level of the quietest block of 10 ms, in dBm0: a gap shows.
    var quietestBlock: Double {
        blocks(of: 80).map { Self.level(ofEnergy: Self.energy($0)) }.min() ?? -.infinity
    }

    /// The frequency in Hz by linear regression over the phases of blocks of 50 ms.
    func frequency(near nominal: Double) -> Double {
        let phases = blockPhases(near: nominal)
        let middle = Double(phases.count - 1) / 2
        var (numerator, denominator) = (0.0, 0.0)
        for (index, phase) in phases.enumerated() {
            numerator += (Double(index) - middle) * phase
            denominator += (Double(index) - middle) * (Double(index) - middle)
        }
        return nominal + numerator / denominator / (2 * .pi * 0.05)
    }

    /// The largest deviation of a block's phase from that of an unbroken tone at `frequency` Hz, in radians: a lost,
    /// repeated or shifted packet shows here, even when its edges happen to join.
    func largestPhaseError(frequency: Double) -> Double {
        let phases = blockPhases(near: frequency)
        let mean = phases.reduce(0, +) / Double(max(1, phases.count))
        return phases.map { abs($0 - mean) }.max() ?? .infinity
    }

    /// The largest difference of a sample from the tone that fits its block of 50 ms, relative to the tone's peak: a
    /// click shows, quantisation stays below a few percent.
    func largestResidue(frequency: Double) -> Double {
        let step = 2 * Double.pi * frequency / Double(Self.rate)
        return blocks(of: 400).filter { $0.count == 400 }.map { block in
            let (sine, cosine) = Self.fit(block, frequency: frequency)
            let peak = (sine * sine + cosine * cosine).squareRoot()
            return block.indices.map { index in
                let angle = step * Double(index)
                return abs(block[index] - sine * sin(angle) - cosine * cos(angle)) / peak
            }.max() ?? 0
        }.max() ?? .infinity
    }

    private func blockPhases(near nominal: Double) -> [Double] {
        var phases: [Double] = []
        for block in blocks(of: 400) where block.count == 400 {
            let (sine, cosine) = Self.fit(block, frequency: nominal)
            var phase = atan2(cosine, sine)
            if let last = phases.last { phase -= 2 * .pi * ((phase - last) / (2 * .pi)).rounded() }
            phases.append(phase)
        }
        return phases
    }

    private func blocks(of size: Int) -> [ArraySlice<Double>] {
        stride(from: 0, to: samples.count, by: size).map { samples[$0..<min($0 + size, samples.count)] }
    }

    private static func energy(_ samples: ArraySlice<Double>) -> Double {
        samples.reduce(0) { $0 + $1 * $1 } / Double(max(1, samples.count))
    }

    private static func level(ofEnergy energy: Double) -> Double {
        10 * log10(max(energy, 1e-9) / (32767.0 * 32767 / 2)) + 3.14
    }

    private static func fit(_ block: ArraySlice<Double>, frequency: Double) -> (sine: Double, cosine: Double) {
        let step = 2 * Double.pi * frequency / Double(rate)
        var (ss, cc, sc, sx, cx) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for index in block.indices {
            let (sine, cosine) = (sin(step * Double(index)), cos(step * Double(index)))
            ss += sine * sine
            cc += cosine * cosine
            sc += sine * cosine
            sx += sine * block[index]
            cx += cosine * block[index]
        }
        let determinant = ss * cc - sc * sc
        return ((sx * cc - cx * sc) / determinant, (cx * ss - sx * sc) / determinant)
    }

    private static func expandMuLaw(_ octet: UInt8) -> Double {
        let code = Int(~octet)
        let magnitude = ((code & 15) * 8 + 132) * (1 << (code >> 4 & 7)) - 132
        return Double(code & 0x80 == 0 ? magnitude : -magnitude)
    }

    private static func expandALaw(_ octet: UInt8) -> Double {
        let code = Int(octet ^ 0x55)
        let segment = code >> 4 & 7
        let step = (code & 15) * 16 + 8
        let magnitude = segment == 0 ? step : (step + 256) << (segment - 1)
        return Double(code & 0x80 == 0 ? -magnitude : magnitude)
    }
}
