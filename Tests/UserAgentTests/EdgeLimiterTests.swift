import Networking
import SIP
import Testing

@testable import UserAgent

@Suite("The limit of each source")
struct EdgeLimiterTests {
    private static let start = Instant(nanoseconds: 0)
    private static let stranger = IPAddress.test("203.0.113.9")

    private static func limiter(_ configure: (inout EdgeConfiguration) -> Void = { _ in }) -> SourceLimiter {
        var configuration = EdgeConfiguration()
        configure(&configuration)
        return SourceLimiter(configuration)
    }

    /// What becomes of requests of one source at even distances.
    private static func send(
        _ count: Int, every step: Duration, from source: IPAddress = stranger, to limiter: inout SourceLimiter,
        at begin: Instant = start
    ) -> [SourceLimiter.Verdict: Int] {
        var verdicts: [SourceLimiter.Verdict: Int] = [:]
        for number in 0..<count {
            verdicts[limiter.receive(from: source, now: begin + step * number), default: 0] += 1
        }
        return verdicts
    }

    @Test("The burst is served, then five get a 503, and the rest nothing")
    func burst() {
        var limiter = Self.limiter()
        let verdicts = Self.send(1000, every: .zero, to: &limiter)
        #expect(verdicts == [.serve: 200, .refuse: 5, .drop: 795])
        let statistics = limiter.statistics
        #expect(statistics.limited == 800 && statistics.refused == 5 && statistics.silent == 795)
        #expect(statistics.sourcesTracked == 1)
    }

    @Test("In the long run the rate is served, and one 503 a second is sent")
    func rate() {
        var limiter = Self.limiter()
        let verdicts = Self.send(100_000, every: .milliseconds(1), to: &limiter)
        let served = verdicts[.serve] ?? 0
        #expect((5_190...5_210).contains(served), "\(served) in 100 s at 50 a second with a burst of 200")
        #expect((100...106).contains(verdicts[.refuse] ?? 0), "\(verdicts)")
    }

    @Test("Who keeps to the rate is never limited")
    func withinRate() {
        var limiter = Self.limiter()
        #expect(Self.send(10_000, every: .milliseconds(20), to: &limiter) == [.serve: 10_000])
        #expect(limiter.statistics.limited == 0 && limiter.takeEvents().isEmpty)
    }

    @Test("A trunk of an allowed net is never limited, nor remembered")
    func allowed() {
        var limiter = Self.limiter {
            $0.allowedNetworks = ["203.0.113.0/24"].compactMap(IPNetwork.init(parsing:))
            $0.newRequestsPerSecond = 1
            $0.burst = 1
        }
        #expect(Self.send(50_000, every: .milliseconds(20), to: &limiter) == [.serve: 50_000])
        #expect(limiter.statistics == EdgeStatistics())
        // The IPv4 address inside an IPv6 one is the same.
        #expect(Self.send(9, every: .zero, from: .test("::ffff:203.0.113.9"), to: &limiter) == [.serve: 9])
        #expect(Self.send(9, every: .zero, from: .test("203.0.114.9"), to: &limiter)[.serve] == 1)
    }

    @Test("A flood from one source leaves the others alone")
    func apart() {
        var limiter = Self.limiter()
        _ = Self.send(100_000, every: .microseconds(10), to: &limiter)
        for other in ["203.0.113.8", "2001:db8::1"] {
            #expect(Self.send(200, every: .zero, from: .test(other), to: &limiter) == [.serve: 200])
        }
    }

    @Test("An IPv6 source is its /64; neighbours on two links are two")
    func prefix() {
        var limiter = Self.limiter { $0.burst = 2 }
        let verdicts = (0..<4).map {
            limiter.receive(from: .test("2001:db8::\($0)"), now: Self.start) == .serve
        }
        #expect(verdicts == [true, true, false, false])
        #expect(limiter.receive(from: .test("2001:db8:0:1::1"), now: Self.start) == .serve)
        let links = (1...3).map { IPAddress(v6High: 0xFE80_0000_0000_0000, low: 1, scope: $0) }
        for link in links { #expect(limiter.receive(from: link, now: Self.start) == .serve) }
    }

    @Test("0 sets no limit")
    func off() {
        var limiter = Self.limiter { $0.newRequestsPerSecond = 0 }
        #expect(Self.send(10_000, every: .zero, to: &limiter) == [.serve: 10_000])
    }

    @Test("A million forged sources keep the table at its size, and who comes again stays in it")
    func bounded() {
        var limiter = Self.limiter { $0.burst = 10 }
        _ = Self.send(11, every: .zero, to: &limiter)
        var served = 0
        for number in 0..<1_000_000 as Range<UInt64> {
            let now = Self.start + .microseconds(number)
            served += limiter.receive(from: IPAddress(v4: 0x0A00_0000 | UInt32(number)), now: now) == .serve ? 1 : 0
            // Over its rate, so that it would be served more often if it was forgotten.
            if number.isMultiple(of: 1000) { _ = limiter.receive(from: Self.stranger, now: now) }
        }
        let statistics = limiter.statistics
        #expect(served == 1_000_000)
        #expect(statistics.sourcesTracked == 65_536)
        #expect(statistics.sourcesEvicted == 1_000_001 - 65_536)
        // One second at 50 a second beyond the burst; forgotten, it would be given its burst anew each time.
        #expect((945...955).contains(statistics.limited), "\(statistics.limited) of 1000 were over the limit")
    }

    @Test("503s to all sources together are bounded")
    func refusals() {
        var limiter = Self.limiter { $0.burst = 1 }
        var refused = 0
        for number in 0..<10_000 as Range<UInt32> {
            let source = IPAddress(v4: 0x0A00_0000 | number)
            _ = limiter.receive(from: source, now: Self.start)
            refused += limiter.receive(from: source, now: Self.start) == .refuse ? 1 : 0
        }
        #expect(refused == 400)
    }

    // MARK: What the log is told

    @Test("One line at the beginning, one a minute, one at the end")
    func lines() {
        var limiter = Self.limiter()
        let begin = Self.start
        // Two and a half minutes at 100 a second.
        for number in 0..<15_000 {
            let now = begin + .milliseconds(10) * number
            _ = limiter.receive(from: Self.stranger, now: now)
            if let due = limiter.nextDeadline, due <= now { limiter.advance(to: now) }
        }
        var told = limiter.takeEvents()
        while let due = limiter.nextDeadline {
            limiter.advance(to: due)
            told += limiter.takeEvents()
        }
        #expect(told.count == 4)
        #expect(told.first == .limited(source: Self.stranger))
        var counted = 0
        for event in told.dropFirst() {
            guard case .limitedSince(Self.stranger, let refused, let silent, let isOver) = event else {
                Issue.record("\(event)")
                continue
            }
            counted += refused + silent
            #expect(isOver == (event == told.last))
        }
        #expect(UInt64(counted) == limiter.statistics.limited)
    }

    @Test("Many limited sources do not make many lines")
    func boundedLines() {
        var limiter = Self.limiter { $0.burst = 1 }
        for number in 0..<20_000 as Range<UInt32> {
            for _ in 0..<2 { _ = limiter.receive(from: IPAddress(v4: number << 4), now: Self.start) }
        }
        #expect(limiter.takeEvents().count == 256 && limiter.statistics.limited == 20_000)
        while let due = limiter.nextDeadline { limiter.advance(to: due) }
        #expect(limiter.takeEvents().count == 256)
    }

    // MARK: Scanners

    @Test(
        "A scanner is dropped, whatever its version",
        arguments: ["friendly-scanner", "SIPVicious", "sipcli/v1.8", "VaxSIPUserAgent/3.1", "iWar", "pplsip"])
    func scanners(_ name: String) {
        var limiter = Self.limiter()
        for minute in 0..<3 {
            for second in 0..<30 {
                let now = Self.start + .seconds(61 * minute + second)
                #expect(limiter.receive(from: Self.stranger, userAgent: WireText(name), now: now) == .drop)
            }
        }
        #expect(limiter.statistics.scannersDropped == 90 && limiter.statistics.limited == 0)
        let line = EdgeEvent.scannerDropped(source: Self.stranger, userAgent: name)
        #expect(limiter.takeEvents() == [line, line, line])
    }

    @Test("Others are not", arguments: ["sipsak 0.9.7", "Linphone/5.2", "", "sip", "My friendly-scanner"])
    func notScanners(_ name: String) {
        var limiter = Self.limiter()
        #expect(limiter.receive(from: Self.stranger, userAgent: WireText(name), now: Self.start) == .serve)
    }

    @Test("Scanners are served if the settings say so, or from an allowed net")
    func scannersServed() {
        var limiter = Self.limiter { $0.dropsScanners = false }
        let name = WireText("friendly-scanner")
        #expect(limiter.receive(from: Self.stranger, userAgent: name, now: Self.start) == .serve)
        limiter = Self.limiter()
        #expect(limiter.receive(from: .loopbackV4, userAgent: name, now: Self.start) == .serve)
        limiter = Self.limiter { $0.scannerUserAgents = ["Linphone"] }
        #expect(limiter.receive(from: Self.stranger, userAgent: name, now: Self.start) == .serve)
        #expect(limiter.receive(from: Self.stranger, userAgent: "linphone/5", now: Self.start) == .drop)
    }
}
