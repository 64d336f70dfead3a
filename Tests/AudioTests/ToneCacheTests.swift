import Testing

@testable import Audio

@Suite("ToneCache: one signal for a tone and a codec")
struct ToneCacheTests {
    @Test("the same tone in the same codec is the same object, in another codec another")
    func identity() throws {
        let cache = ToneCache()
        let signal = cache.signal(for: try Tone(frequency: 440, level: -10), codec: .pcmu)
        #expect(cache.signal(for: try Tone(frequency: 440, level: -10), codec: .pcmu) === signal)
        #expect(cache.signal(for: try Tone(frequency: 440, level: -10), codec: .pcma) !== signal)
        #expect(cache.signal(for: try Tone(frequency: 440, level: -11), codec: .pcmu) !== signal)
        #expect(cache.count == 3)
    }

    @Test("beyond its capacity it lets go of what was asked for longest ago")
    func bounded() throws {
        let cache = ToneCache(capacity: 2)
        let tones = try [440.0, 500, 600].map { try Tone(frequency: $0, level: -10) }
        let first = cache.signal(for: tones[0], codec: .pcmu)
        weak let second = cache.signal(for: tones[1], codec: .pcmu)
        #expect(second != nil)
        #expect(cache.signal(for: tones[0], codec: .pcmu) === first)
        _ = cache.signal(for: tones[2], codec: .pcmu)
        #expect(cache.count == 2)
        #expect(second == nil)
        #expect(cache.signal(for: tones[0], codec: .pcmu) === first)
    }

    @Test("what is evicted while it plays keeps its octets")
    func heldWhileEvicted() throws {
        let cache = ToneCache(capacity: 1)
        let held = cache.signal(for: try Tone(frequency: 1000, level: 0), codec: .pcma)
        _ = cache.signal(for: try Tone(frequency: 440, level: 0), codec: .pcma)
        #expect(Array(held.octets(at: 0, count: 4)) == [0x34, 0x21, 0x21, 0x34])
    }

    @Test("callers on many threads get one object")
    func concurrent() async throws {
        let cache = ToneCache()
        let tone = try Tone(frequency: 440.1, level: -10)
        let signals = await withTaskGroup(of: ToneSignal.self) { group in
            for _ in 0..<64 { group.addTask { cache.signal(for: tone, codec: .pcmu) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(signals.count == 64)
        #expect(signals.allSatisfy { $0 === signals[0] })
    }
}
