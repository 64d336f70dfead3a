import Audio
import Networking
import SIP
import Testing

@testable import UserAgent

@Suite("Another configuration while calls are up")
struct ReconfigurationTests {
    @Test("New calls get the new limit, delay and duration; the call that is up keeps its own")
    func calls() {
        var bench = Bench { $0.toneDuration = .seconds(100) }
        var (before, after, excess) = (
            Caller(callID: "a", fromTag: "a"), Caller(callID: "b", fromTag: "b"), Caller(callID: "c", fromTag: "c")
        )
        bench.establish(&before)
        var configuration = bench.core.configuration
        configuration.maximumCalls = 2
        configuration.toneDuration = .seconds(10)
        configuration.overLimitResponse = .serviceUnavailable(retryAfterSeconds: 7)
        bench.core.reconfigure(configuration)
        bench.establish(&after)
        bench.forget()
        bench.receive(excess.invite())
        #expect(bench.statuses.last == 503 && bench.responses.last?.field(.retryAfter) == "7")
        bench.wait(.seconds(50))
        #expect(bench.ends.map(\.reason) == [.overLimit, .toneFinished])
        bench.wait(.seconds(60))
        #expect(bench.ends.map(\.reason) == [.overLimit, .toneFinished, .toneFinished])
        bench.settle()
    }

    @Test("Sources get the new rate, allowed nets and scanners, and what is remembered of them stays")
    func edge() {
        let stranger = IPAddress.test("203.0.113.9")
        var now = Instant(nanoseconds: 0)
        var limiter = SourceLimiter(EdgeConfiguration())
        for _ in 0..<200 { #expect(limiter.receive(from: stranger, now: now) == .serve) }
        #expect(limiter.receive(from: stranger, now: now) == .refuse)
        var configuration = EdgeConfiguration()
        (configuration.newRequestsPerSecond, configuration.burst) = (1, 2)
        limiter.reconfigure(configuration)
        now += .seconds(60)
        #expect(limiter.receive(from: stranger, now: now) == .serve)
        #expect(limiter.receive(from: stranger, now: now) == .serve)
        #expect(limiter.receive(from: stranger, now: now) == .refuse)
        configuration.allowedNetworks = ["203.0.113.0/24"].compactMap(IPNetwork.init(parsing:))
        limiter.reconfigure(configuration)
        #expect(limiter.receive(from: stranger, now: now) == .serve)
        #expect(limiter.statistics.sourcesTracked == 1)
    }
}
