import Testing

@testable import Audio

@Suite("ToneCache: one signal for a tone and a codec")
struct ToneCacheTests {
    @Test("the same tone in the same codec is the same object, in another codec another")
    func identity() throws {
        var cache = ToneCache()
        let signal = cache.signal(for: try Tone(frequency: 440, level: -10), codec: .pcmu)
        let again = cache.signal(for: try Tone(frequency: 440, level: -10), codec: .pcmu)
        let inOtherCodec = cache.signal(for: try Tone(frequency: 440, level: -10), codec: .pcma)
        let softer = cache.signal(for: try Tone(frequency: 440, level: -11), codec: .pcmu)
        #expect(again === signal)
        #expect(inOtherCodec !== signal)
        #expect(softer !== signal)
        #expect(cache.count == 3)
    }

    @Test("beyond its capacity it lets go of what was asked for longest ago")
    func bounded() throws {
        var cache = ToneCache(capacity: 2)
        let tones = try [440.0, 500, 600].map { try Tone(frequency: $0, level: -10) }
        let first = cache.signal(for: tones[0], codec: .pcmu)
        weak let second = cache.signal(for: tones[1], codec: .pcmu)
        #expect(second != nil)
        let used = cache.signal(for: tones[0], codec: .pcmu)
        #expect(used === first)
        _ = cache.signal(for: tones[2], codec: .pcmu)
        #expect(cache.count == 2)
        #expect(second == nil)
        let kept = cache.signal(for: tones[0], codec: .pcmu)
        #expect(kept === first)
    }

    @Test("what is evicted while it plays keeps its octets")
    func heldWhileEvicted() throws {
        var cache = ToneCache(capacity: 1)
        let held = cache.signal(for: try Tone(frequency: 1000, level: 0), codec: .pcma)
        _ = cache.signal(for: try Tone(frequency: 440, level: 0), codec: .pcma)
        #expect(Array(held.octets(at: 0, count: 4)) == [0x34, 0x21, 0x21, 0x34])
    }
}
