import Audio
import Foundation
import Testing

@testable import Media

@Suite("Level of received audio (RFC 3389 section 3, ITU-T G.711)")
struct LevelMeterTests {
    /// The sample of an octet by the tables of G.711, as a share of the extreme one.
    private func sample(_ octet: UInt8, _ codec: Codec) -> Double {
        switch codec {
        case .pcmu:
            let bits = Int(~octet)
            let magnitude = ((2 * (bits & 15) + 33) << (bits >> 4 & 7)) - 33
            return Double(bits & 0x80 == 0 ? magnitude : -magnitude) / 8031
        case .pcma:
            let bits = Int(octet ^ 0x55)
            let (segment, step) = (bits >> 4 & 7, bits & 15)
            let magnitude = segment == 0 ? 2 * step + 1 : (2 * step + 33) << (segment - 1)
            return Double(bits & 0x80 == 0 ? -magnitude : magnitude) / 4032
        }
    }

    private func level(_ packets: [[UInt8]], _ codec: Codec) throws -> AudioLevel {
        var meter = LevelMeter()
        for packet in packets { packet.withUnsafeBytes { meter.receive($0, codec: codec) } }
        return try #require(meter.level)
    }

    @Test("a packet of any octet has the power of its sample", arguments: Codec.allCases)
    func everyOctet(codec: Codec) throws {
        for octet in UInt8.min ... .max {
            let expected = max(20 * log10(abs(sample(octet, codec))), -127)
            let level = try level([[UInt8](repeating: octet, count: 160)], codec)
            #expect(abs(level.peakDBov - expected) < 0.01, "octet \(octet)")
        }
    }

    @Test("a sine at the limit has -3.01 dBov, 30 dB less -33.01, in packets of any time", arguments: Codec.allCases)
    func sine(codec: Codec) throws {
        let limit = codec == .pcmu ? 32_124.0 : 32_256.0
        for (amplitude, expected) in [(limit, -3.01), (limit / pow(10, 1.5), -33.01)] {
            for octets in [40, 80, 160, 240, 480] {
                let packets = (0..<50).map { packet in
                    (0..<octets).map { index in
                        let phase = 2 * Double.pi * 1004 * Double(packet * octets + index) / 8000
                        return codec.encode(Int16(amplitude * sin(phase)))
                    }
                }
                let level = try level(packets, codec)
                #expect(abs(try #require(level.meanDBov) - expected) < 0.15)
                #expect(level.backgroundDBov == nil)
                #expect(level.heardMilliseconds == 50 * octets / 8)
                #expect(!level.isSilence)
            }
        }
    }

    @Test("silence is silence from a second of it on, and one audible packet ends it", arguments: Codec.allCases)
    func silence(codec: Codec) throws {
        let silent = [UInt8](repeating: codec.silence, count: 160)
        #expect(try !level([[UInt8]](repeating: silent, count: 49), codec).isSilence)
        let silence = try level([[UInt8]](repeating: silent, count: 50), codec)
        #expect(silence.isSilence && silence.meanDBov == nil)
        #expect(silence.peakDBov == silence.backgroundDBov)
        #expect(silence.peakDBov < -70)
        let loud = [UInt8](repeating: codec.encode(1000), count: 160)
        let broken = try level([[UInt8]](repeating: silent, count: 500) + [loud], codec)
        #expect(!broken.isSilence)
        // The silent packets do not thin the mean.
        #expect(abs(try #require(broken.meanDBov) - broken.peakDBov) < 0.001)
    }

    @Test("what is below -60 dBov is not audible")
    func threshold() throws {
        // 8 and 10 of 8031 are -60.03 and -58.10 dBov.
        let below = try level([[UInt8](repeating: 0xFB, count: 8000)], .pcmu)
        #expect(below.isSilence && below.peakDBov < -60)
        let above = try level([[UInt8](repeating: 0xFA, count: 8000)], .pcmu)
        #expect(!above.isSilence)
    }

    @Test("no audio has no level, nor has an empty packet")
    func nothing() {
        var meter = LevelMeter()
        #expect(meter.level == nil)
        meter.receive(UnsafeRawBufferPointer(start: nil, count: 0), codec: .pcmu)
        #expect(meter.level == nil)
    }
}
