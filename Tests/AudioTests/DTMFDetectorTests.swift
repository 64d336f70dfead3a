import CSpanDSP
import Testing

@testable import Audio

struct OutOfMemory: Error {}

@Suite("DTMFDetector: digits in the audio (ITU-T Q.23, Q.24)")
struct DTMFDetectorTests {
    static let everyDigit = "0123456789*#ABCD"

    /// Digits from spandsp's generator, its lower tone at `level` dBm0, followed by silence.
    static func dial(_ digits: String, level: Int32, on: Int32 = 60, off: Int32 = 60) throws -> [Int16] {
        let sender = try #require(dtmf_tx_init(nil))
        defer { dtmf_tx_free(sender) }
        dtmf_tx_set_level(sender, level, 0)
        dtmf_tx_set_timing(sender, on, off)
        #expect(dtmf_tx_put(sender, digits, -1) == 0)
        var samples = [Int16](repeating: 0, count: digits.count * Int(on + off) * 8 + 1600)
        let written = Int(dtmf_tx(sender, &samples, Int32(samples.count)))
        #expect(written >= digits.count * Int(on) * 8)
        return samples
    }

    /// What a detector hears in `samples`, companded and cut into packets of 20 ms.
    static func hear(_ samples: [Int16], codec: Codec, threshold: Int? = nil) throws -> String {
        guard var detector = DTMFDetector(threshold: threshold) else { throw OutOfMemory() }
        var heard = ""
        let octets = samples.map { codec.encode($0) }
        for start in stride(from: 0, to: octets.count, by: 160) {
            octets[start..<min(start + 160, octets.count)].withUnsafeBytes {
                detector.receive($0, codec: codec) { heard.append($0) }
            }
        }
        return heard
    }

    @Test("every digit is heard once, from loud to faint", arguments: [-3, -10, -20, -30] as [Int32], Codec.allCases)
    func levels(level: Int32, codec: Codec) throws {
        let samples = try Self.dial(Self.everyDigit, level: level)
        #expect(try Self.hear(samples, codec: codec) == Self.everyDigit)
    }

    @Test("repeated digits are counted", arguments: Codec.allCases)
    func repeated(codec: Codec) throws {
        #expect(try Self.hear(try Self.dial("5550022", level: -10), codec: codec) == "5550022")
    }

    @Test("the threshold is the quietest digit that counts")
    func threshold() throws {
        let samples = try Self.dial("123", level: -30)
        #expect(try Self.hear(samples, codec: .pcmu, threshold: -40) == "123")
        #expect(try Self.hear(samples, codec: .pcmu, threshold: -20) == "")
    }

    @Test("more digits in one piece than its buffer holds are all handed over")
    func longPayload() throws {
        let octets = try Self.dial(Self.everyDigit + Self.everyDigit, level: -10).map { Codec.pcmu.encode($0) }
        guard var detector = DTMFDetector() else { throw OutOfMemory() }
        var heard = ""
        octets.withUnsafeBytes { detector.receive($0, codec: .pcmu) { heard.append($0) } }
        #expect(heard == Self.everyDigit + Self.everyDigit)
    }

    @Test("a digit across a bridged gap is one digit")
    func gap() throws {
        let octets = try Self.dial("7", level: -10, on: 200).map { Codec.pcmu.encode($0) }
        guard var detector = DTMFDetector() else { throw OutOfMemory() }
        var heard = ""
        for (index, start) in stride(from: 0, to: octets.count, by: 160).enumerated() {
            if index == 4 {
                detector.skip(samples: 160)
                continue
            }
            octets[start..<min(start + 160, octets.count)].withUnsafeBytes {
                detector.receive($0, codec: .pcmu) { heard.append($0) }
            }
        }
        #expect(heard == "7")
    }

    @Test("speech-like noise holds no digits", arguments: 1...8 as ClosedRange<UInt64>)
    func talkOff(seed: UInt64) throws {
        var noise = SpeechLikeNoise(seed: seed)
        #expect(try Self.hear(noise.samples(count: 10 * 8000), codec: .pcmu) == "")
    }

    @Test("digits are heard above noise 20 dB below them")
    func noise() throws {
        var samples = try Self.dial(Self.everyDigit, level: -10)
        var random = SpeechLikeNoise(seed: 3)
        for index in samples.indices { samples[index] += Int16(random.gaussian() * 510) }
        #expect(try Self.hear(samples, codec: .pcma) == Self.everyDigit)
    }

    @Test("detectors made on many threads at once all work")
    func concurrent() async throws {
        let samples = try Self.dial(Self.everyDigit, level: -10)
        let heard = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 { group.addTask { try Self.hear(samples, codec: .pcmu) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(heard == Array(repeating: Self.everyDigit, count: 16))
    }
}
