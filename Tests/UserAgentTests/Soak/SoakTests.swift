import Audio
import Glibc
import Networking
import Testing

@testable import UserAgent

@Suite("Many calls on a bad network")
struct SoakTests {
    /// `MILLIWATT_SOAK_CALLS` in the environment asks for more, or fewer.
    static var calls: Int { getenv("MILLIWATT_SOAK_CALLS").flatMap { Int(String(cString: $0)) } ?? 20_000 }

    @Test("Every call ends, is counted once and leaves nothing behind")
    func nothingIsLeft() throws {
        var configuration = UserAgentConfiguration(tone: try Tone(frequency: 440, level: -10))
        // What the edge turns away has tests of its own.
        configuration.edge.allowedNetworks = ["0.0.0.0/0", "::/0"].compactMap(IPNetwork.init(parsing:))
        configuration.maximumCalls = 10_000
        configuration.toneDuration = .seconds(5)
        configuration.mediaTimeout = .seconds(3)
        var soak = Soak(calls: SoakTests.calls, perSecond: 50, seed: 42, configuration: configuration)
        let clock = ContinuousClock()
        let duration = clock.measure { soak.run() }

        #expect(soak.mistakes.isEmpty && soak.mediaMistakes.isEmpty, "\(soak.mistakes) \(soak.mediaMistakes)")
        #expect(soak.core.leftovers.isEmpty && soak.open.isEmpty)
        let statistics = soak.core.statistics
        #expect(statistics.active == 0 && statistics.ringing == 0)
        #expect(statistics.total == statistics.answered + statistics.cancelled + statistics.refused)
        #expect(statistics.answered == UInt64(soak.answered))
        #expect(soak.ended.values.reduce(0, +) == Int(statistics.total))
        #expect(statistics.total > UInt64(SoakTests.calls) * 8 / 10)
        // 50 calls a second of at most 45 s, and three transactions of at most 40 s each: how many calls there have
        // been does not matter.
        #expect(soak.peaks.calls < 50 * 45 && soak.peaks.transactions < 3 * 50 * 45, "\(soak.peaks)")
        #expect(soak.peaks.keyOctets < 512 * soak.peaks.transactions)
        #expect(soak.peaks.deadlines <= 64 + 4 * 50 * 45)
        print(
            """
            \(SoakTests.calls) callers, \(soak.messages) messages, \(soak.elapsed) simulated in \(duration); \
            resident \(residentKilobytes()) kB; \(soak.peaks); \(statistics); \
            \(soak.ended.map { "\($0.key.rawValue): \($0.value)" }.sorted())
            """)
    }

    /// The most memory that the process had, in kB.
    private func residentKilobytes() -> Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage.ru_maxrss
    }
}
