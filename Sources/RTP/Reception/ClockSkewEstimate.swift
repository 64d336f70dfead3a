/// How much faster the sender's clock runs than ours, from the packets' relative transit times.
///
/// Queueing only ever delays a packet, so the least transit of each second lies near the path's fixed delay and drifts
/// with the clocks alone. A straight line is fitted to these minima, incrementally. Where the fixed delay itself changes
/// (a route, the sender's timestamps) the line is broken: each piece has an offset of its own, all share one slope.
struct ClockSkewEstimate: Sendable {
    static let windowNanoseconds: Int64 = 1_000_000_000
    /// Seconds that the minima must span before their slope is worth reporting.
    static let leastSpan = 10.0
    static let leastPoints: UInt32 = 8
    /// A change of the minimum from one window to the next that no clock explains: a step of the path's delay.
    static let leastStepNanoseconds = 5_000_000.0

    private var windowEnd: Int64 = .min
    private var windowMinimum = Double.infinity
    private var windowMinimumAt: Int64 = 0

    // Not for every packet.
    private var origin: Int64 = 0
    // The present piece: running means and the sums of squares about them (Welford).
    private var points: UInt32 = 0
    private var meanTime = 0.0
    private var meanTransit = 0.0
    private var timeSquares = 0.0
    private var products = 0.0
    private var lastMinimum = 0.0
    private var firstTime = 0.0
    private var lastTime = 0.0
    // The pieces before.
    private var pooledPoints: UInt32 = 0
    private var pooledSpan = 0.0
    private var pooledTimeSquares = 0.0
    private var pooledProducts = 0.0

    /// Where the octets end that every packet touches, from the beginning.
    static let hotEnd = MemoryLayout<Self>.offset(of: \.origin) ?? MemoryLayout<Self>.size

    /// Parts per million by which the sender's clock is fast; nil before 10 s of packets.
    var partsPerMillion: Double? {
        let count = points + pooledPoints
        let squares = timeSquares + pooledTimeSquares
        guard count >= ClockSkewEstimate.leastPoints, span >= ClockSkewEstimate.leastSpan, squares > 0 else {
            return nil
        }
        // Transit in nanoseconds against time in seconds; a fast sender makes transit fall.
        return -(products + pooledProducts) / squares / 1000
    }

    private var span: Double { pooledSpan + (points > 1 ? lastTime - firstTime : 0) }

    @inline(__always)
    mutating func observe(transit: Double, arrival: Int64, jitter: Double) {
        if arrival >= windowEnd { closeWindow(arrival: arrival, jitter: jitter) }
        if transit < windowMinimum {
            windowMinimum = transit
            windowMinimumAt = arrival
        }
    }

    /// Transit times from here on have another offset.
    mutating func breakLine() {
        foldPiece()
        windowMinimum = .infinity
        windowEnd = .min
    }

    private mutating func closeWindow(arrival: Int64, jitter: Double) {
        if windowEnd == .min {
            if pooledPoints == 0 { origin = arrival }
        } else if windowMinimum < .infinity {
            add(windowMinimum, jitter: jitter)
        }
        windowMinimum = .infinity
        windowEnd = arrival &+ ClockSkewEstimate.windowNanoseconds
    }

    private mutating func add(_ minimum: Double, jitter: Double) {
        let step = abs(minimum - lastMinimum)
        if points > 0, step > max(ClockSkewEstimate.leastStepNanoseconds, 4 * jitter) { foldPiece() }
        let time = Double(windowMinimumAt &- origin) / 1e9
        if points == 0 { firstTime = time }
        points += 1
        let timeDelta = time - meanTime
        meanTime += timeDelta / Double(points)
        meanTransit += (minimum - meanTransit) / Double(points)
        timeSquares += timeDelta * (time - meanTime)
        products += timeDelta * (minimum - meanTransit)
        lastMinimum = minimum
        lastTime = time
    }

    private mutating func foldPiece() {
        pooledSpan = span
        pooledPoints += points
        pooledTimeSquares += timeSquares
        pooledProducts += products
        points = 0
        meanTime = 0
        meanTransit = 0
        timeSquares = 0
        products = 0
    }
}
