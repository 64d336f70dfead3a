import Testing

@testable import Quality

/// The metrics of a stream written as `.` received, `x` lost, `d` discarded.
private func metrics(_ stream: String, minimumGap: Int = 16) -> BurstMetrics {
    var metrics = BurstMetrics(minimumGap: minimumGap)
    for fate in stream {
        switch fate {
        case "x": metrics.recordLost()
        case "d": metrics.recordDiscarded()
        default: metrics.recordReceived()
        }
    }
    return metrics
}

private func dots(_ count: Int) -> String { String(repeating: ".", count: count) }

@Suite("BurstMetrics: gaps and bursts (RFC 3611 4.7.2)")
struct BurstMetricsTests {
    @Test func nothingIsMeasuredBeforeTheFirstPacket() {
        let metrics = BurstMetrics()
        #expect(metrics.counts.lossRatio == nil)
        #expect(metrics.counts.burstRatio == nil)
        #expect(
            metrics.periods == .init(bursts: 0, burstDensity: nil, gapDensity: nil, burstLength: nil, gapLength: nil))
    }

    @Test func aStreamWithoutLossIsOneGap() {
        let metrics = metrics(dots(100))
        #expect(metrics.counts.lossRatio == 0)
        #expect(metrics.counts.burstRatio == nil)
        #expect(
            metrics.periods == .init(bursts: 0, burstDensity: nil, gapDensity: 0, burstLength: nil, gapLength: 100))
    }

    @Test func aLossWithEnoughReceivedOnBothSidesIsPartOfTheGap() {
        #expect(metrics(dots(16) + "x" + dots(16)).periods.bursts == 0)
        #expect(metrics(dots(16) + "x" + dots(16)).periods.gapDensity == 1.0 / 33)
        #expect(metrics(dots(20) + "x" + dots(15) + "x" + dots(20)).periods.bursts == 1)
        #expect(metrics(dots(20) + "x" + dots(16) + "x" + dots(20)).periods.bursts == 0)
    }

    @Test func theStreamCountsAsPrecededAndFollowedByReceivedPackets() {
        #expect(metrics("x" + dots(16)).periods.bursts == 0)
        #expect(metrics(dots(3) + "x").periods.bursts == 0)
        #expect(metrics("x").periods.gapDensity == 1)
        #expect(metrics("xx" + dots(3)).periods.bursts == 1)
    }

    @Test func burstsAndGapsAreMeasuredInPackets() {
        // RFC 3611 4.7.2: a burst from the first to the last lost packet of a cluster.
        let metrics = metrics(dots(20) + "x..d.xx" + dots(30) + "x" + dots(30) + "xxx" + dots(10))
        let periods = metrics.periods
        #expect(periods.bursts == 2)
        #expect(periods.burstLength == 5)
        #expect(periods.burstDensity == 0.7)
        #expect(periods.gapLength == Double(20 + 61 + 10) / 3)
        #expect(periods.gapDensity == 1.0 / 91)
        #expect(metrics.counts.lost == 7)
        #expect(metrics.counts.discarded == 1)
        #expect(metrics.counts.expected == 101)
    }

    @Test func lookingDoesNotChangeTheCount() {
        var metrics = metrics(dots(20) + "x...x")
        let before = metrics.periods
        #expect(before.bursts == 1)
        #expect(metrics.periods == before)
        metrics.recordReceived()
        metrics.recordLost()
        #expect(metrics.periods.bursts == 1)
        #expect(metrics.periods.burstLength == 7)
    }

    @Test func aRunOfLossesCountsAtOnceAsOneByOne() {
        var atOnce = metrics(dots(20))
        atOnce.recordLost(5000)
        atOnce.recordLost(0)
        atOnce.recordLost(-1)
        atOnce.recordReceived()
        #expect(atOnce == metrics(dots(20) + String(repeating: "x", count: 5000) + "."))
    }

    @Test("agrees with the definition applied to the whole stream", arguments: 0..<60)
    func agreesWithTheDefinition(_ seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        let enter = Double.random(in: 0.005...0.3, using: &generator)
        let leave = Double.random(in: 0.05...1, using: &generator)
        var isLosing = false
        var stream: [Character] = []
        for _ in 0..<Int.random(in: 1...400, using: &generator) {
            isLosing = Double.random(in: 0..<1, using: &generator) < (isLosing ? 1 - leave : enter)
            stream.append(isLosing ? (Bool.random(using: &generator) ? "x" : "d") : ".")
        }
        let gmin = Int.random(in: 1...20, using: &generator)
        #expect(metrics(String(stream), minimumGap: gmin).periods == definition(stream, gmin), "\(String(stream))")
    }

    /// The periods of a whole stream by the words of RFC 3611 4.7.2: clusters of impaired packets that `gmin` received
    /// ones separate; a cluster of two or more is a burst, and the rest is gaps.
    private func definition(_ stream: [Character], _ gmin: Int) -> BurstMetrics.Periods {
        let impaired = stream.indices.filter { stream[$0] != "." }
        var clusters: [[Int]] = []
        for index in impaired {
            if let last = clusters.last?.last, index - last - 1 < gmin {
                clusters[clusters.count - 1].append(index)
            } else {
                clusters.append([index])
            }
        }
        var isBurst = [Bool](repeating: false, count: stream.count)
        var bursts = 0
        for cluster in clusters where cluster.count > 1 {
            bursts += 1
            for index in cluster[0]...cluster[cluster.count - 1] { isBurst[index] = true }
        }
        let burst = stream.indices.filter { isBurst[$0] }
        let gap = stream.indices.filter { !isBurst[$0] }
        let gaps = gap.count { $0 == 0 || isBurst[$0 - 1] }
        func share(_ indices: [Int]) -> Double? {
            indices.isEmpty ? nil : Double(indices.count { stream[$0] != "." }) / Double(indices.count)
        }
        return BurstMetrics.Periods(
            bursts: bursts, burstDensity: share(burst), gapDensity: share(gap),
            burstLength: bursts == 0 ? nil : Double(burst.count) / Double(bursts),
            gapLength: gaps == 0 ? nil : Double(gap.count) / Double(gaps))
    }
}

@Suite("BurstMetrics: the burst ratio (G.107 7-30)")
struct BurstRatioTests {
    @Test func isTheMeanRunOverThatOfRandomLoss() throws {
        // 10 of 100 lost in runs of 5: 5 / (1 / (1 - 0.1)).
        let bursty = metrics(dots(40) + "xxxxx" + dots(40) + "xxddd" + dots(10))
        #expect(isClose(try #require(bursty.counts.burstRatio), 4.5, within: 1e-12))
        let single = metrics(String(repeating: ".........x", count: 10))
        #expect(isClose(try #require(single.counts.burstRatio), 0.9, within: 1e-12))
        #expect(metrics("xxxx").counts.burstRatio == nil)
    }

    @Test("approaches 1 / (p + q) of a two-state Markov chain", arguments: [(0.02, 0.5), (0.05, 0.95), (0.01, 0.2)])
    func markov(_ enter: Double, _ leave: Double) throws {
        var generator = SeededGenerator(state: 7)
        var metrics = BurstMetrics()
        var isLosing = false
        for _ in 0..<400_000 {
            isLosing = Double.random(in: 0..<1, using: &generator) < (isLosing ? 1 - leave : enter)
            if isLosing { metrics.recordLost() } else { metrics.recordReceived() }
        }
        let expected = 1 / (enter + leave)
        #expect(isClose(try #require(metrics.counts.burstRatio), expected, within: 0.03 * expected))
        #expect(isClose(try #require(metrics.counts.lossRatio), enter / (enter + leave), within: 0.003))
    }
}

/// SplitMix64: a test that fails fails again with the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
