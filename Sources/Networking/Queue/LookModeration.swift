/// How often a busy queue looks at its sockets.
///
/// A look that finds one datagram costs more than the datagram: the thread is woken, finds its caches cold, and its answer
/// wakes the peer. So where datagrams come fast, the queue rests between two looks until some have gathered, as network
/// cards do with their interrupts. With few, each is looked at when it comes.
///
/// A peer that waits for our answers before it sends more (a load generator with a fixed number of calls) would only be
/// slowed down: all that comes in a rest then comes at its beginning. Seen that, the queue does not rest for a while.
struct LookModeration {
    /// The longest rest, ns; 0 for none.
    var longestRest: Int64 = 0

    /// Datagrams a second from which on it rests, and below which it ceases to.
    private static let (busyRate, quietRate) = (2500.0, 1500.0)
    /// How many datagrams are waited for: the kernel's buffer has room for three times as many of the largest usual ones.
    private static let portion = 32.0
    /// Over which time the rate is taken, ns.
    private static let memory = 20e6
    /// How long it does not rest after it was of no use, ns, at first and when that goes on.
    private static let (shortestPause, longestPause) = (Int64(50_000_000), Int64(3_200_000_000))

    /// Datagrams a nanosecond.
    private var rate = 0.0
    private var busySince: Int64?
    private var restsSince: Int64?
    /// The share of a rest, at its end, in which nothing came.
    private var emptyShare = 0.0
    private var pausesUntil = Int64.min
    private var pause = shortestPause
    private var lastLook = Int64.min / 2
    private var lastRest: Int64 = 0

    /// The queue has looked.
    ///
    /// - Parameters:
    ///   - arrivals: what was there.
    ///   - now: when, CLOCK_MONOTONIC.
    ///   - realtime: when, CLOCK_REALTIME.
    mutating func looked(_ arrivals: Arrivals, now: Int64, realtime: Int64) {
        guard longestRest > 0 else { return }
        let elapsed = Double(max(1, now - lastLook))
        rate += (Double(arrivals.datagrams) / elapsed - rate) * min(1, elapsed / Self.memory)
        lastLook = now
        if let start = restsSince {
            note(arrivals, realtime)
            if emptyShare > 0.5 || rate * 1e9 < Self.quietRate { cease(after: now - start, now: now) }
        } else if rate * 1e9 < Self.busyRate {
            busySince = nil
        } else {
            begin(now)
        }
        lastRest = 0
    }

    /// Begins to rest, once the rate is well known: the first rest is to be no longer than the others.
    private mutating func begin(_ now: Int64) {
        let since = busySince ?? now
        busySince = since
        guard Double(now - since) >= Self.memory, now >= pausesUntil else { return }
        restsSince = now
        emptyShare = 0
    }

    private mutating func note(_ arrivals: Arrivals, _ realtime: Int64) {
        // Of one or two it cannot be said.
        guard lastRest > 0, arrivals.datagrams > 2 else { return }
        let share = Double(realtime - arrivals.newest) / Double(lastRest)
        emptyShare += (min(max(share, 0), 1) - emptyShare) / 8
    }

    private mutating func cease(after time: Int64, now: Int64) {
        (restsSince, busySince) = (nil, nil)
        // What soon ends each time has its end from the rests.
        pause = time < Self.longestPause ? min(2 * pause, Self.longestPause) : Self.shortestPause
        pausesUntil = now + pause
    }

    /// How long to rest before the next look, ns.
    mutating func rest(now: Int64) -> Int64 {
        guard restsSince != nil else { return 0 }
        let wait = min(Double(longestRest), Self.portion / rate)
        lastRest = max(0, Int64(wait) - (now - lastLook))
        return lastRest
    }
}

/// What a look at the sockets has found.
struct Arrivals {
    /// How many datagrams.
    var datagrams = 0
    /// When the newest came, CLOCK_REALTIME by the kernel's clock.
    var newest: Int64 = 0

    mutating func note(_ time: Int64) {
        datagrams += 1
        newest = max(newest, time)
    }
}
