import Testing

@testable import Audio

@Suite("Tone: what can be asked for")
struct ToneTests {
    @Test("frequencies and levels within the codec's reach are tones", arguments: [20.0, 440, 1004.1, 3900])
    func accepts(frequency: Double) throws {
        for level in [-60.0, -10.5, 3] {
            let tone = try Tone(frequency: frequency, level: level)
            #expect(tone.frequency == frequency)
            #expect(tone.level == level)
        }
    }

    @Test("a frequency outside 20 to 3900 Hz is refused", arguments: [-440, 0, 19.9, 3900.1, 1e300, .infinity, .nan])
    func refusesFrequency(_ frequency: Double) {
        let error = #expect(throws: ToneError.self) { try Tone(frequency: frequency, level: -10) }
        guard case .frequencyOutOfRange = error else {
            Issue.record("refused as \(String(describing: error))")
            return
        }
    }

    @Test("a frequency finer than 0.1 Hz is refused", arguments: [440.05, 1004.12, 20.001])
    func refusesFineFrequency(_ frequency: Double) {
        #expect(throws: ToneError.frequencyTooFine(frequency)) { try Tone(frequency: frequency, level: -10) }
    }

    @Test("a level outside -60 to +3 dBm0 is refused", arguments: [-60.1, 3.01, 1e9, -.infinity, .nan])
    func refusesLevel(_ level: Double) {
        let error = #expect(throws: ToneError.self) { try Tone(frequency: 440, level: level) }
        guard case .levelOutOfRange = error else {
            Issue.record("refused as \(String(describing: error))")
            return
        }
    }

    @Test("every multiple of 0.1 Hz is a tone of exactly that many tenths")
    func resolution() throws {
        for tenths in 200...39_000 {
            #expect(try Tone(frequency: Double(tenths) / 10, level: 0).decihertz == tenths)
        }
    }

    @Test("the reason names the value and the limits")
    func description() {
        #expect("\(ToneError.frequencyOutOfRange(5))" == "5.0 is not a tone frequency (20.0 to 3900.0 Hz)")
        #expect("\(ToneError.levelOutOfRange(9))" == "9.0 is not a tone level (-60.0 to 3.0 dBm0)")
        #expect("\(ToneError.frequencyTooFine(440.05))" == "440.05 is not a multiple of 0.1 Hz")
    }
}
