import Testing

@testable import Audio

@Suite("Tone synthesis: level, purity and frequency before companding")
struct ToneSynthesisTests {
    static let frequencies = [20, 50, 300.3, 440, 697, 1004, 1020.7, 2100, 3400, 3899.9]

    @Test("the level is the one asked for within 0.1 dB", arguments: frequencies, [-60, -40, -10, 0, 3])
    func level(frequency: Double, level: Double) throws {
        let samples = try Tone(frequency: frequency, level: level).samples(count: 8000, sampleRate: 8000)
        #expect(abs(ToneAnalysis.level(samples, frequency: frequency) - level) < 0.1)
    }

    @Test("at least 0.9999 of the energy is at the tone", arguments: frequencies, [-40, -10, 0, 3])
    func purity(frequency: Double, level: Double) throws {
        let samples = try Tone(frequency: frequency, level: level).samples(count: 8000, sampleRate: 8000)
        #expect(ToneAnalysis.purity(samples, frequency: frequency) >= 0.9999)
    }

    @Test("the frequency holds within 0.001 Hz over 30 s", arguments: [20, 440, 1004.1, 3899.9])
    func frequency(_ frequency: Double) throws {
        let samples = try Tone(frequency: frequency, level: -10).samples(count: 240_000, sampleRate: 8000)
        #expect(abs(ToneAnalysis.frequency(samples, near: frequency) - frequency) < 0.001)
    }

    @Test(
        "the period is the smallest number of samples that repeats",
        arguments: [(440, 200), (1000, 8), (440.1, 80_000)])
    func period(frequency: Double, expected: Int) throws {
        let tone = try Tone(frequency: frequency, level: -10)
        #expect(tone.period(sampleRate: 8000) == expected)
        let samples = tone.samples(count: 2 * expected, sampleRate: 8000)
        #expect(samples[..<expected] == samples[expected...])
    }
}
