import Testing

@testable import Audio

@Suite("ToneSignal: one encoded period as an endless tone")
struct ToneSignalTests {
    /// Plays `count` octets in frames of `frame` octets, as a session does.
    static func play(_ signal: ToneSignal, count: Int, frame: Int) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(count + frame)
        var offset = 0
        while octets.count < count {
            octets.append(contentsOf: signal.octets(at: offset, count: frame))
            offset = signal.offset(after: offset, count: frame)
        }
        return Array(octets.prefix(count))
    }

    @Test("frames of any length join without a seam", arguments: [40, 80, 160, 240, 480], Codec.allCases)
    func wrap(frame: Int, codec: Codec) throws {
        for frequency in [440, 1000, 1004.1, 3900] {
            let tone = try Tone(frequency: frequency, level: -10)
            let signal = ToneSignal(tone, codec: codec)
            let count = signal.period * 2 + 1000
            let expected = tone.samples(count: count, sampleRate: 8000).map { codec.encode($0) }
            #expect(Self.play(signal, count: count, frame: frame) == expected)
        }
    }

    @Test("the last frame of the period is as long as the first")
    func lastFrame() throws {
        let signal = ToneSignal(try Tone(frequency: 440.1, level: -10), codec: .pcma)
        #expect(signal.period == 80_000)
        let last = signal.octets(at: signal.period - 1, count: 480)
        #expect(Array(last.dropFirst()) == Array(signal.octets(at: 0, count: 479)))
    }

    @Test("no step between samples is larger than the sine wave's own", arguments: Codec.allCases)
    func noClick(codec: Codec) throws {
        let signal = ToneSignal(try Tone(frequency: 440, level: -10), codec: codec)
        let samples = Self.play(signal, count: 16_000, frame: 160).map { Double(codec.decode($0)) }
        // -10 dBm0 peaks at 7218; the steepest step is peak * 2 * pi * 440 / 8000, and G.711's coarsest interval at
        // that amplitude is 256, half of which may add at either end.
        let steepest = 7218 * 2 * Double.pi * 440 / 8000 + 256
        for index in samples.indices.dropFirst() {
            #expect(abs(samples[index] - samples[index - 1]) < steepest)
        }
    }

    @Test(
        "after companding the level is within 0.3 dB and 0.999 of the energy is at the tone",
        arguments: [50, 300.3, 440, 1004, 1020.7, 2100, 3400], [-30.0, -20, -10, 0, 3])
    func companded(frequency: Double, level: Double) throws {
        for codec in Codec.allCases {
            let signal = ToneSignal(try Tone(frequency: frequency, level: level), codec: codec)
            let samples = Self.play(signal, count: 16_000, frame: 160).map { codec.decode($0) }
            #expect(abs(ToneAnalysis.level(samples, frequency: frequency) - level) < 0.3)
            #expect(ToneAnalysis.purity(samples, frequency: frequency) >= 0.999)
        }
    }

    @Test("companded, 440 Hz holds within 0.001 Hz over 30 s", arguments: Codec.allCases)
    func frequency(codec: Codec) throws {
        let signal = ToneSignal(try Tone(frequency: 440, level: -10), codec: codec)
        let samples = Self.play(signal, count: 240_000, frame: 160).map { codec.decode($0) }
        #expect(abs(ToneAnalysis.frequency(samples, near: 440) - 440) < 0.001)
    }

    @Test("1000 Hz at 0 dBm0 is the digital milliwatt of ITU-T G.711, tables 5 and 6")
    func digitalMilliwatt() throws {
        let tone = try Tone(frequency: 1000, level: 0)
        let aLaw = ToneSignal(tone, codec: .pcma)
        #expect(Array(aLaw.octets(at: 0, count: 8)) == [0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4])
        let muLaw = ToneSignal(tone, codec: .pcmu)
        #expect(Array(muLaw.octets(at: 0, count: 8)) == [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E])
    }
}
