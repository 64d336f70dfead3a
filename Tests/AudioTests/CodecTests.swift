import Testing

@testable import Audio

@Suite("Codec: RTP audio profile (RFC 3551) and ITU-T G.711")
struct CodecTests {
    @Test("names, numbers and silence are those of RFC 3551, table 4")
    func profile() {
        #expect(Codec.pcmu.encodingName == "PCMU" && Codec.pcmu.payloadType == 0)
        #expect(Codec.pcma.encodingName == "PCMA" && Codec.pcma.payloadType == 8)
        for codec in Codec.allCases {
            #expect(codec.clockRate == 8000)
            #expect(codec.octetsPerMillisecond == 8)
            #expect(Codec(payloadType: codec.payloadType) == codec)
            #expect(codec.silence == codec.encode(0))
        }
        #expect(Codec(payloadType: 3) == nil)
        #expect(Codec(encodingName: "pcmu", clockRate: 8000) == .pcmu)
        #expect(Codec(encodingName: "PCMA", clockRate: 16000) == nil)
        #expect(Codec(encodingName: "GSM", clockRate: 8000) == nil)
    }

    @Test("µ-law expands to the quantised values of G.711, table 2")
    func muLawDecoding() {
        // Code, and the table's 14-bit value y, which stands four times as high in 16 bits: the ends of each segment.
        let table: [(UInt8, Int)] = [
            (0x80, 8031), (0x8F, 4191), (0x90, 3999), (0x9F, 2079), (0xA0, 1983), (0xAF, 1023), (0xB0, 975),
            (0xBF, 495), (0xC0, 471), (0xCF, 231), (0xD0, 219), (0xDF, 99), (0xE0, 93), (0xEF, 33), (0xF0, 30),
            (0xFE, 2), (0xFF, 0),
        ]
        for (code, value) in table {
            #expect(Codec.pcmu.decode(code) == Int16(value * 4))
            #expect(Codec.pcmu.decode(code ^ 0x80) == Int16(-value * 4))
        }
    }

    @Test("A-law expands to the quantised values of G.711, table 1")
    func aLawDecoding() {
        // Code before the even bits are inverted, and the table's 13-bit value y, eight times as high in 16 bits.
        let table: [(UInt8, Int)] = [
            (0xFF, 4032), (0xF0, 2112), (0xEF, 2016), (0xE0, 1056), (0xDF, 1008), (0xD0, 528), (0xCF, 504),
            (0xC0, 264), (0xBF, 252), (0xB0, 132), (0xAF, 126), (0xA0, 66), (0x9F, 63), (0x90, 33), (0x81, 3),
            (0x80, 1),
        ]
        for (code, value) in table {
            #expect(Codec.pcma.decode(code ^ 0x55) == Int16(value * 8))
            #expect(Codec.pcma.decode(code ^ 0xD5) == Int16(-value * 8))
        }
    }

    @Test("every code survives expanding and companding", arguments: Codec.allCases)
    func identity(codec: Codec) {
        for code in UInt8.min...UInt8.max {
            let expected = codec == .pcmu && code == 0x7F ? 0xFF : code  // µ-law has two zeros
            #expect(codec.encode(codec.decode(code)) == expected)
        }
    }

    @Test("companding is monotonic", arguments: Codec.allCases)
    func monotonic(codec: Codec) {
        var previous = Int16.min
        for sample in Int16.min...Int16.max {
            let value = codec.decode(codec.encode(sample))
            if value < previous { Issue.record("\(sample) companded below its predecessor") }
            previous = value
        }
    }

    @Test("all 65,536 samples compand as the decision values of G.711, tables 1 and 2, say")
    func encoding() {
        for sample in Int16.min...Int16.max {
            let (muLaw, aLaw) = (Codec.pcmu.encode(sample), Codec.pcma.encode(sample))
            if muLaw != Self.muLaw(sample) { Issue.record("µ-law \(sample): \(muLaw)") }
            if aLaw != Self.aLaw(sample) { Issue.record("A-law \(sample): \(aLaw)") }
        }
    }

    @Test("a payload expands octet by octet, and stops where the room does", arguments: Codec.allCases)
    func payload(codec: Codec) {
        let octets = Array(UInt8.min...UInt8.max)
        var samples = [Int16](repeating: 0, count: 100)
        let count = octets.withUnsafeBytes { octets in
            samples.withUnsafeMutableBufferPointer { codec.decode(octets, into: $0) }
        }
        #expect(count == 100)
        #expect(samples == octets.prefix(100).map { codec.decode($0) })
    }

    /// Table 2a and 2b: the segments end at 31, 95, 223 ... 8159, which is 2^(s + 6) - 33, times four in 16 bits; each has
    /// sixteen equal steps, the first of all halved by the zero.
    static func muLaw(_ sample: Int16) -> UInt8 {
        let magnitude = min(abs(Int(sample)), 32_635) + 132
        var segment = 0
        while magnitude >= 256 << segment { segment += 1 }
        let step = (magnitude - 128 << segment) / (8 << segment)
        let code = UInt8(segment * 16 + step)
        return sample < 0 ? 0x7F - code : 0xFF - code
    }

    /// Table 1a and 1b: the first two segments are 16 steps of 16, each further one twice as coarse; a negative value on
    /// a decision value belongs to the interval nearer to zero.
    static func aLaw(_ sample: Int16) -> UInt8 {
        let magnitude = sample < 0 ? -(Int(sample) + 1) : Int(sample)
        var segment = 0
        while magnitude >= 256 << segment { segment += 1 }
        let step = segment == 0 ? magnitude / 16 : (magnitude - 128 << segment) / (8 << segment)
        let code = UInt8(segment * 16 + step)
        return (sample < 0 ? code : code | 0x80) ^ 0x55
    }
}
