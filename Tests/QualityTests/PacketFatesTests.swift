import Testing

@testable import Quality

@Suite("PacketFates: from the order of arrival to the order of playing")
struct PacketFatesTests {
    /// Gives the packets of a stream written as `.` played, `x` lost, `d` discarded, in an order of arrival.
    private func fates(_ stream: [Character], order: [Int]) -> PacketFates {
        var fates = PacketFates()
        var newest: Int?
        for index in order where stream[index] != "x" {
            let isPlayed = stream[index] == "."
            if let last = newest, index < last {
                fates.arrive(depth: last - index, isPlayed: isPlayed)
            } else {
                fates.advance(missing: newest.map { index - $0 - 1 } ?? 0, isPlayed: isPlayed)
                newest = index
            }
        }
        return fates
    }

    private func inOrder(_ stream: some Sequence<Character>) -> BurstMetrics {
        var metrics = BurstMetrics()
        for fate in stream {
            switch fate {
            case "x": metrics.recordLost()
            case "d": metrics.recordDiscarded()
            default: metrics.recordReceived()
            }
        }
        return metrics
    }

    @Test("whatever the order of arrival, the metrics are those of the order of playing", arguments: 0..<60)
    func reordered(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let losses = Double.random(in: 0...0.4, using: &generator)
        var stream: [Character] = ["."]
        for _ in 0..<Int.random(in: 1...600, using: &generator) {
            let fate = Double.random(in: 0..<1, using: &generator)
            stream.append(fate < losses ? "x" : fate < losses * 1.3 ? "d" : ".")
        }
        stream.append(".")
        // Each packet is held up by less than a window, so that every one is still open when it comes.
        let arrival = stream.indices.map { $0 + Int.random(in: 0...40, using: &generator) }
        let order = stream.indices.sorted { (arrival[$0], $0) < (arrival[$1], $1) }
        // A loss before the first packet that came, or after the newest, is not known of.
        let came = order.filter { stream[$0] != "x" }
        guard let first = came.min(), let last = came.max() else { return }
        #expect(fates(stream, order: order).metrics == inOrder(stream[first...last]), "\(String(stream))")
    }

    @Test("a gap of any length counts like its packets one by one", arguments: [1, 62, 63, 64, 65, 2999])
    func gap(_ length: Int) {
        let stream = [Character](repeating: ".", count: 70) + [Character](repeating: "x", count: length) + ["."]
        #expect(fates(stream, order: Array(stream.indices)).metrics == inOrder(stream))
    }

    @Test("what comes for a settled sequence number is a discard, not a loss")
    func tooLate() {
        var fates = PacketFates()
        fates.advance(missing: 0, isPlayed: true)
        fates.advance(missing: 1, isPlayed: true)
        for _ in 0..<80 { fates.advance(missing: 0, isPlayed: true) }
        #expect(fates.metrics.counts.lost == 1)
        fates.arrive(depth: 81, isPlayed: true)
        #expect(fates.metrics.counts.lost == 0)
        #expect(fates.metrics.counts.discarded == 1)
        #expect(fates.metrics.counts.expected == 83)
        // Nothing is lost any more that could have come.
        fates.arrive(depth: 81, isPlayed: true)
        #expect(fates.metrics.counts.discarded == 1)
    }

    @Test("a restart of the sequence is no loss")
    func restart() {
        var fates = PacketFates()
        for _ in 0..<10 { fates.advance(missing: 0, isPlayed: true) }
        fates.restart(isPlayed: false)
        fates.advance(missing: 0, isPlayed: true)
        #expect(fates.metrics == inOrder("...........d."))
    }

    @Test("looking does not settle what is open")
    func looking() {
        var fates = PacketFates()
        fates.advance(missing: 0, isPlayed: true)
        fates.advance(missing: 2, isPlayed: true)
        #expect(fates.metrics.counts.lost == 2)
        fates.arrive(depth: 1, isPlayed: true)
        #expect(fates.metrics == inOrder(".x.."))
    }

    @Test("the difference of two moments has the loss and the burst ratio of the time between")
    func difference() {
        var fates = PacketFates()
        for _ in 0..<100 { fates.advance(missing: 0, isPlayed: true) }
        fates.advance(missing: 3, isPlayed: true)
        let before = fates.metrics.counts
        // 90 played and 10 lost in runs of 5: 5 / (1 / (1 - 0.1)).
        for index in 0..<90 { fates.advance(missing: index == 30 || index == 60 ? 5 : 0, isPlayed: true) }
        let between = fates.metrics.counts - before
        #expect(between.expected == 100 && between.lost == 10)
        #expect(between.lossRatio == 0.1)
        #expect(between.burstRatio == 4.5)
    }

    @Test("a packet that was missing at the moment before and comes in time makes no negative loss")
    func arrivalBetween() {
        var fates = PacketFates()
        fates.advance(missing: 0, isPlayed: true)
        fates.advance(missing: 1, isPlayed: true)
        let before = fates.metrics.counts
        fates.arrive(depth: 1, isPlayed: true)
        fates.advance(missing: 0, isPlayed: true)
        let between = fates.metrics.counts - before
        #expect(between.lost == 0 && between.lossRatio == 0 && between.burstRatio == nil)
    }

    @Test("a run of losses that goes on over the moment is one run on both sides")
    func continuedRun() {
        var fates = PacketFates()
        for _ in 0..<50 { fates.advance(missing: 0, isPlayed: true) }
        fates.advance(missing: 0, isPlayed: false)
        let before = fates.metrics.counts
        fates.advance(missing: 0, isPlayed: false)
        for _ in 0..<9 { fates.advance(missing: 0, isPlayed: true) }
        #expect((fates.metrics.counts - before).burstRatio == 0.9)
    }
}

/// SplitMix64: a test that fails fails again with the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
