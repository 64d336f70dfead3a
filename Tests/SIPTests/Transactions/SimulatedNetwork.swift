@testable import SIP

/// A network on an injected clock that loses, repeats and delays datagrams, so that they overtake each other.
struct SimulatedNetwork {
    struct Datagram {
        let arrival: Instant
        let bytes: [UInt8]
        let from: TransportAddress
        let to: TransportAddress
    }

    /// The share of datagrams that are lost.
    let loss: Double
    /// The share of datagrams that arrive twice.
    let duplication: Double
    /// The longest time in the network, in milliseconds; datagrams sent closer together arrive in any order.
    let delay: Int64
    private(set) var lost = 0
    private(set) var duplicated = 0

    private var random: SplitMix64
    private var queue = DeadlineQueue()
    private var inFlight: [Datagram?] = []
    private var free: [Int] = []

    init(loss: Double, duplication: Double, delay: Int64, seed: UInt64) {
        self.loss = loss
        self.duplication = duplication
        self.delay = delay
        random = SplitMix64(seed: seed)
    }

    var nextArrival: Instant? { queue.first?.deadline }

    mutating func send(
        _ bytes: [UInt8], from: TransportAddress, to: TransportAddress, now: Instant
    ) {
        if Double.random(in: 0..<1, using: &random) < loss {
            lost += 1
            return
        }
        enqueue(bytes, from: from, to: to, now: now)
        if Double.random(in: 0..<1, using: &random) < duplication {
            duplicated += 1
            enqueue(bytes, from: from, to: to, now: now)
        }
    }

    private mutating func enqueue(
        _ bytes: [UInt8], from: TransportAddress, to: TransportAddress, now: Instant
    ) {
        let arrival = now + .microseconds(Int64.random(in: 100...(delay * 1_000), using: &random))
        let datagram = Datagram(arrival: arrival, bytes: bytes, from: from, to: to)
        let place = free.popLast() ?? inFlight.count
        if place == inFlight.count { inFlight.append(datagram) } else { inFlight[place] = datagram }
        queue.insert(.init(deadline: arrival, slot: UInt32(place), generation: 0))
    }

    /// The next datagram that has arrived by now.
    mutating func receive(now: Instant) -> Datagram? {
        guard let entry = queue.popFirst(dueBy: now) else { return nil }
        let place = Int(entry.slot)
        defer {
            inFlight[place] = nil
            free.append(place)
        }
        return inFlight[place]
    }
}
