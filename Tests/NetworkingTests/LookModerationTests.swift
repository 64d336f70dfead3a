import Testing

@testable import Networking

/// A queue on a clock of its own: what comes when, and how it rests.
private struct Clockwork {
    var moderation = LookModeration()
    private(set) var now: Int64 = 1_000_000_000
    private(set) var looks = 0
    /// When each datagram that nobody has seen yet came, in order.
    private var waiting: [Int64] = []
    private(set) var longestWait: Int64 = 0

    init(longestRest: Int64) { moderation.longestRest = longestRest }

    /// Rests, then looks when there is something to see, which takes 20 us for a datagram.
    ///
    /// - Parameter arrivals: what comes up to a moment, in order; the first of them is waited for.
    /// - Returns: how many the look has found.
    mutating func turn(_ arrivals: (_ until: Int64) -> [Int64], next: () -> Int64) -> Int {
        now += moderation.rest(now: now)
        waiting += arrivals(now)
        if waiting.isEmpty {
            now = max(now, next())
            waiting += arrivals(now)
        }
        var found = Arrivals()
        for time in waiting {
            found.note(time)
            longestWait = max(longestWait, now - time)
        }
        waiting = []
        looks += 1
        moderation.looked(found, now: now, realtime: now)
        now += Int64(found.datagrams) * 20_000
        return found.datagrams
    }

    /// Datagrams that come evenly whatever we do.
    mutating func serve(perSecond rate: Int64, for time: Int64) {
        let (end, step) = (now + time, 1_000_000_000 / rate)
        var nextArrival = now + step
        while now < end {
            _ = turn(
                { until in
                    var times: [Int64] = []
                    while nextArrival <= until {
                        times.append(nextArrival)
                        nextArrival += step
                    }
                    return times
                }, next: { nextArrival })
        }
    }

    /// So many peers of which each sends its next datagram 100 us after we have served its last one.
    mutating func serve(peers: Int, for time: Int64) -> Int {
        let end = now + time
        var (served, nextAt, pending) = (0, now, peers)
        while now < end {
            let found = turn(
                { until in
                    guard nextAt <= until, pending > 0 else { return [] }
                    defer { pending = 0 }
                    return Array(repeating: nextAt, count: pending)
                }, next: { nextAt })
            served += found
            pending = found
            nextAt = now + 100_000
        }
        return served
    }
}

@Suite("Moderation of looks")
struct LookModerationTests {
    private let second: Int64 = 1_000_000_000
    private let longest: Int64 = 4_000_000

    @Test("few datagrams are each looked at as they come")
    func quiet() {
        var clock = Clockwork(longestRest: longest)
        clock.serve(perSecond: 1000, for: 2 * second)
        #expect(clock.longestWait == 0)
        #expect(clock.looks >= 1999)
    }

    @Test("many are gathered, and none waits longer than the longest rest", arguments: [4000, 6000, 20_000] as [Int64])
    func busy(rate: Int64) {
        var clock = Clockwork(longestRest: longest)
        clock.serve(perSecond: rate, for: 2 * second)
        // After the few milliseconds that the rate takes to be known.
        #expect(Int64(clock.looks) < 2 * rate / 10)
        #expect(clock.longestWait <= longest + 2_000_000)
    }

    @Test("what is gathered fits the kernel's buffer")
    func portion() {
        var clock = Clockwork(longestRest: 20_000_000)
        clock.serve(perSecond: 30_000, for: second)
        #expect(clock.longestWait < 3_000_000)
    }

    @Test("when it is quiet again, none waits")
    func afterwards() {
        var clock = Clockwork(longestRest: longest)
        clock.serve(perSecond: 6000, for: 2 * second)
        clock.serve(perSecond: 500, for: second)
        let looks = clock.looks
        clock.serve(perSecond: 500, for: second)
        #expect(clock.looks - looks >= 499)
    }

    @Test("peers that wait for our answers are not slowed down", arguments: [1, 2, 10, 50])
    func closedLoop(peers: Int) {
        var resting = Clockwork(longestRest: longest)
        var restless = Clockwork(longestRest: 0)
        let (gathered, each) = (
            resting.serve(peers: peers, for: 20 * second), restless.serve(peers: peers, for: 20 * second)
        )
        #expect(Double(gathered) > 0.9 * Double(each))
    }

    @Test("without a longest rest there is none")
    func off() {
        var clock = Clockwork(longestRest: 0)
        clock.serve(perSecond: 20_000, for: second)
        #expect(clock.longestWait <= 40_000)
    }
}
