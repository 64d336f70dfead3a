import Networking

/// A pair of ports whose call has ended and whose sockets are still open.
struct KeptPair: Sendable {
    let rtp: Int32
    let rtcp: Int32
    /// Where the RTP socket is bound.
    let address: SocketAddress
    /// The worker in whose epoll set the sockets are.
    let watcher: Int
    let endedAt: Int64
}

/// Pairs that are kept for the calls to come, in the order in which their calls have ended. It knows nothing of sockets.
///
/// Making and closing a call's two sockets is a third of what the kernel does for it; under load the next calls take them
/// over. No more are kept than calls have come in the last second, nor more than `limit`, none where few come, and none for
/// longer than `longestNanoseconds`. Of the pairs that have rested one is taken by chance, as from the pool.
struct KeptPairs: Sendable {
    /// What a pair is given up for before nobody wants it.
    enum Need {
        /// Its port, at once: it must have rested.
        case port
        /// Its descriptors: the port may rest on.
        case descriptors
    }

    /// Fewer calls a second are not worth it.
    static let leastDemand = 50
    /// How long a pair waits for a call.
    static let longestNanoseconds: Int64 = 2_000_000_000
    private static let second: Int64 = 1_000_000_000

    let restNanoseconds: Int64
    /// How many at most.
    let limit: Int
    private var pairs: [KeptPair] = []
    /// Those before it are gone.
    private var head = 0
    /// By descriptor, whether it is that of a kept socket.
    private var isKept: [Bool] = []
    private var secondBegan = Int64.min / 2
    private var demand = (now: 0, before: 0)

    /// - Parameter restNanoseconds: how long a pair is left alone at least.
    init(restNanoseconds: Int64, limit: Int) {
        self.restNanoseconds = max(restNanoseconds, Self.second / 2)
        self.limit = limit
    }

    var count: Int { pairs.count - head }

    /// How many must not be used yet.
    func resting(now: Int64) -> Int {
        pairs[head...].reversed().prefix { $0.endedAt > now &- restNanoseconds }.count
    }

    /// A call wants ports at an address, whose port is not looked at.
    ///
    /// - Parameter isLast: whether there are no others, so that the least rest is enough.
    mutating func take(
        at address: SocketAddress, now: Int64, isLast: Bool = false, random: inout some RandomNumberGenerator
    ) -> KeptPair? {
        // It has asked before.
        if !isLast { note(now) }
        let rest = isLast ? PortPool.leastRestNanoseconds : restNanoseconds
        var end = head
        while end < min(pairs.count, head + PortPool.choice), pairs[end].endedAt <= now &- rest,
            pairs[end].address.with(port: 0) == address.with(port: 0)
        {
            end += 1
        }
        guard end > head else { return nil }
        pairs.swapAt(head, Int.random(in: head..<end, using: &random))
        return removeFirst()
    }

    /// Whether it is worth to keep one more.
    func wants(now: Int64) -> Bool {
        let wanted = now &- secondBegan < 2 * Self.second ? max(demand.now, demand.before) : 0
        return wanted >= Self.leastDemand && count < min(wanted, limit)
    }

    mutating func keep(_ pair: KeptPair) {
        pairs.append(pair)
        let highest = Int(max(pair.rtp, pair.rtcp))
        if highest >= isKept.count {
            isKept.append(contentsOf: repeatElement(false, count: highest + 1 - isKept.count))
        }
        mark(pair, true)
    }

    /// Whether a descriptor, which is not negative, is that of a kept socket.
    func contains(_ descriptor: Int32) -> Bool {
        Int(descriptor) < isKept.count && isKept[Int(descriptor)]
    }

    /// Gives up a pair that nobody has wanted, or for a need one that might still be.
    mutating func giveUp(now: Int64, for need: Need? = nil) -> KeptPair? {
        guard head < pairs.count else { return nil }
        let age = now &- pairs[head].endedAt
        switch need {
        case nil: return age >= Self.longestNanoseconds ? removeFirst() : nil
        case .port: return age >= restNanoseconds ? removeFirst() : nil
        case .descriptors: return removeFirst()
        }
    }

    /// All of them.
    mutating func removeAll() -> [KeptPair] {
        defer { (pairs, head, isKept) = ([], 0, []) }
        return Array(pairs[head...])
    }

    private mutating func note(_ now: Int64) {
        let elapsed = now &- secondBegan
        if elapsed >= Self.second {
            demand = (0, elapsed < 2 * Self.second ? demand.now : 0)
            secondBegan = now
        }
        demand.now += 1
    }

    private mutating func mark(_ pair: KeptPair, _ kept: Bool) {
        isKept[Int(pair.rtp)] = kept
        isKept[Int(pair.rtcp)] = kept
    }

    private mutating func removeFirst() -> KeptPair {
        defer {
            head += 1
            if head == pairs.count {
                (pairs, head) = ([], 0)
            } else if head >= 256, head >= pairs.count / 2 {
                pairs.removeFirst(head)
                head = 0
            }
        }
        mark(pairs[head], false)
        return pairs[head]
    }
}
