import Foundation
import Testing

@Suite("Recording: the analysis finds what is wrong with a tone")
struct RecordingTests {
    static func tone(_ frequency: Double, level: Double, seconds: Double) -> [Double] {
        let peak = 32767 * pow(10, (level - 3.14) / 20)
        return (0..<Int(seconds * 8000)).map { (peak * sin(2 * .pi * frequency * Double($0) / 8000)).rounded() }
    }

    @Test("an unbroken tone has its frequency, level and length, and neither gap nor click")
    func clean() {
        let silence = [Double](repeating: 0, count: 4000)
        let sound = Recording(samples: silence + Self.tone(440, level: -10, seconds: 5) + silence).sound
        #expect(abs(sound.duration - 5) < 0.02)
        #expect(abs(sound.frequency(near: 441) - 440) < 0.01)
        #expect(abs(sound.level + 10) < 0.05)
        #expect(sound.quietestBlock > -12)
        #expect(sound.largestPhaseError(frequency: 440) < 0.01)
        #expect(sound.largestResidue(frequency: 440) < 0.01)
    }

    @Test("10 ms of silence are a gap")
    func gap() {
        var samples = Self.tone(440, level: -10, seconds: 2)
        for index in 8000..<8080 { samples[index] = 0 }
        #expect(Recording(samples: samples).sound.quietestBlock < -50)
    }

    @Test("a lost packet shows in the phase, one wrong sample in the residue")
    func click() {
        var samples = Self.tone(440.3, level: -10, seconds: 2)
        samples[9000] += 2000
        #expect(Recording(samples: samples).largestResidue(frequency: 440.3) > 0.2)
        samples.removeSubrange(8000..<8160)
        #expect(Recording(samples: samples).largestPhaseError(frequency: 440.3) > 0.4)
    }

    @Test("a tone that is 1 Hz off or 2 dB down is measured so")
    func deviation() {
        let recording = Recording(samples: Self.tone(441, level: -12, seconds: 3))
        #expect(abs(recording.frequency(near: 440) - 441) < 0.01)
        #expect(abs(recording.level + 12) < 0.05)
    }

    @Test("G.711 octets expand to the digital milliwatt's level")
    func digitalMilliwatt() {
        let aLaw: [UInt8] = [0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4]
        let muLaw: [UInt8] = [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E]
        #expect(abs(Recording(octets: aLaw, aLaw: true).level) < 0.1)
        #expect(abs(Recording(octets: muLaw, aLaw: false).level) < 0.1)
    }

    @Test("a WAV file is read, also one whose writer was interrupted", arguments: [true, false])
    func wav(finished: Bool) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).wav")
        defer { try? FileManager.default.removeItem(at: url) }
        let samples = Self.tone(440, level: -10, seconds: 0.1)
        try Data(Recording(samples: samples).wav(finished: finished)).write(to: url)
        #expect(Recording(wav: url)?.samples == samples)
    }
}
