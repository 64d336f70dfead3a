/// A jitter buffer without audio: it decides of each packet whether a buffer would have played it, from timestamps and
/// times of arrival alone, and how long that buffer delays what it plays.
///
/// Every packet is played a constant time, the playout delay, after the moment at which the fastest packet of the last
/// 5 to 10 s would have come in its place. So the delay does not depend on how slow the first packet happened to be,
/// and the skew of the sender's clock is followed. A fixed buffer keeps the nominal delay. An adaptive one starts with
/// it, grows at once when a packet comes too late (as far as the maximum), and every 2 s gives up half of what the
/// slowest packet of that time did not need (as far as the minimum).
///
/// Constant time and size, no allocation, no clock.
public struct JitterBufferModel: Sendable, BitwiseCopyable {
    /// How the buffer is dimensioned. Delays are in ms, 0 < minimum <= nominal <= maximum.
    public struct Configuration: Hashable, Sendable, BitwiseCopyable {
        /// Whether the delay follows the jitter.
        public var isAdaptive: Bool
        /// The delay of a fixed buffer, and the first one of an adaptive buffer, in ms.
        public var nominalMilliseconds: Int
        /// The least delay of an adaptive buffer in ms.
        public var minimumMilliseconds: Int
        /// The highest delay in ms: what would have to wait longer is discarded.
        public var maximumMilliseconds: Int

        /// A buffer with these delays; any other order than minimum <= nominal <= maximum is the caller's error.
        public init(
            isAdaptive: Bool, nominalMilliseconds: Int = 60, minimumMilliseconds: Int = 20,
            maximumMilliseconds: Int = 200
        ) {
            precondition(0 < minimumMilliseconds && minimumMilliseconds <= nominalMilliseconds)
            precondition(nominalMilliseconds <= maximumMilliseconds)
            self.isAdaptive = isAdaptive
            self.nominalMilliseconds = nominalMilliseconds
            self.minimumMilliseconds = minimumMilliseconds
            self.maximumMilliseconds = maximumMilliseconds
        }
    }

    /// What became of a packet.
    public enum Decision: Hashable, Sendable {
        /// It is played.
        case inTime
        /// It came after its time.
        case discardedLate
        /// It came so early that it would have to wait longer than the maximum: the buffer overflows.
        case discardedEarly

        /// Whether the packet is as good as lost.
        public var isDiscarded: Bool {
            switch self {
            case .inTime: false
            case .discardedLate, .discardedEarly: true
            }
        }
    }

    /// Discards in a row over this time, with no packet in time between, mean that the path has become slower.
    static let resynchronisationNanoseconds: Int64 = 400_000_000
    private static let baseWindowNanoseconds: Int64 = 5_000_000_000
    private static let adaptationNanoseconds: Int64 = 2_000_000_000
    /// What an adaptive buffer keeps above the slowest packet.
    private static let marginNanoseconds = 5_000_000.0

    private var nanosecondsPerTick: Double
    private var epoch: UInt32 = 0
    private var hasReference = false
    private var referenceArrival: Int64 = 0
    private var lastTimestamp = RTPTimestamp(0)
    private var ticks: Int64 = 0
    /// Least transit of this window and of the one before.
    private var base = 0.0
    private var windowMinimum = 0.0
    private var baseWindowEnd: Int64 = 0
    private var delay: Double
    /// The highest delay.
    private let maximum: Double
    /// How long the packet that came last has to wait until it is played, in nanoseconds; negative for one that came late.
    public private(set) var waitNanoseconds = 0.0
    private var slowest = 0.0
    private var adaptationEnd: Int64 = 0
    private var lateSince: Int64?
    /// Packets since the beginning.
    public private(set) var totals = JitterBufferCounts()
    /// How the buffer is dimensioned.
    public let configuration: Configuration

    // Not for every packet.
    private var lateMinimum = 0.0
    private var intervalStart = JitterBufferCounts()

    /// Where the octets end that every packet touches, from the beginning.
    public static let hotEnd = MemoryLayout<Self>.offset(of: \.lateMinimum) ?? MemoryLayout<Self>.size

    /// A buffer for payload of this clock rate, in ticks a second, above 0.
    public init(configuration: Configuration, clockRate: UInt32) {
        precondition(clockRate > 0)
        self.configuration = configuration
        nanosecondsPerTick = 1e9 / Double(clockRate)
        maximum = Double(configuration.maximumMilliseconds) * 1e6
        delay = Double(configuration.nominalMilliseconds) * 1e6
    }

    /// The present playout delay in ms: of a packet that comes as fast as the fastest. Nil before the first packet.
    public var playoutDelayMilliseconds: Double? {
        totals.packets > 0 ? delay / 1e6 : nil
    }

    /// Decides of one packet, in the order of arrival. Duplicates, and what `ReceptionStatistics` does not find
    /// playable, must not be given.
    ///
    /// - Parameters:
    ///   - timestamp: the packet's timestamp.
    ///   - arrivalNanoseconds: when the kernel received it.
    ///   - epoch: `ReceptionStatistics.timelineEpoch` after it received the packet: another value means that the
    ///     timestamps have another origin.
    public mutating func receive(
        timestamp: RTPTimestamp, arrivalNanoseconds: Int64, epoch: UInt32
    ) -> Decision {
        if !hasReference || epoch != self.epoch { restart(timestamp, arrivalNanoseconds, epoch) }
        ticks &+= Int64(timestamp.offset(from: lastTimestamp))
        lastTimestamp = timestamp
        let transit = Double(arrivalNanoseconds &- referenceArrival) - Double(ticks) * nanosecondsPerTick
        let decision = decide(transit, arrivalNanoseconds)
        totals.add(decision, delay: delay)
        follow(transit, arrivalNanoseconds)
        return decision
    }

    /// The payload's clock has this rate from here on, in ticks a second, above 0.
    public mutating func changeClockRate(to clockRate: UInt32) {
        precondition(clockRate > 0)
        let nanoseconds = 1e9 / Double(clockRate)
        guard nanoseconds != nanosecondsPerTick else { return }
        nanosecondsPerTick = nanoseconds
        hasReference = false
    }

    /// Packets since the last call of this method (or the beginning), and begins the next interval.
    public mutating func takeInterval() -> JitterBufferCounts {
        defer { intervalStart = totals }
        return totals - intervalStart
    }

    private mutating func restart(_ timestamp: RTPTimestamp, _ arrival: Int64, _ epoch: UInt32) {
        self.epoch = epoch
        hasReference = true
        referenceArrival = arrival
        lastTimestamp = timestamp
        ticks = 0
        setBase(0, arrival)
        slowest = 0
        adaptationEnd = arrival &+ Self.adaptationNanoseconds
        lateSince = nil
    }

    private mutating func decide(_ transit: Double, _ arrival: Int64) -> Decision {
        let need = transit - base
        waitNanoseconds = delay - need
        guard need <= delay else {
            if configuration.isAdaptive { grow(to: need) }
            resynchronise(transit, arrival)
            return .discardedLate
        }
        if lateSince != nil { lateSince = nil }
        return waitNanoseconds <= maximum ? .inTime : .discardedEarly
    }

    private mutating func follow(_ transit: Double, _ arrival: Int64) {
        if transit < base { base = transit }
        if transit < windowMinimum { windowMinimum = transit }
        if arrival >= baseWindowEnd {
            base = windowMinimum
            windowMinimum = transit
            baseWindowEnd = arrival &+ Self.baseWindowNanoseconds
        }
        guard configuration.isAdaptive else { return }
        let need = transit - base
        if need > slowest, need <= maximum { slowest = need }
        if arrival >= adaptationEnd {
            let wanted = bounded(slowest + Self.marginNanoseconds)
            delay = wanted > delay ? wanted : delay - (delay - wanted) / 2
            slowest = 0
            adaptationEnd = arrival &+ Self.adaptationNanoseconds
        }
    }

    /// What the maximum could not have saved is no reason to grow.
    private mutating func grow(to need: Double) {
        guard need <= maximum else { return }
        delay = bounded(need + Self.marginNanoseconds)
    }

    private func bounded(_ delay: Double) -> Double {
        let minimum = Double(configuration.minimumMilliseconds) * 1e6
        return min(max(delay, minimum), maximum)
    }

    /// Where every packet has been late for a while, the fastest of them becomes the base.
    private mutating func resynchronise(_ transit: Double, _ arrival: Int64) {
        guard let since = lateSince else {
            lateSince = arrival
            lateMinimum = transit
            return
        }
        lateMinimum = min(lateMinimum, transit)
        if arrival &- since >= Self.resynchronisationNanoseconds {
            setBase(lateMinimum, arrival)
            lateSince = nil
        }
    }

    private mutating func setBase(_ transit: Double, _ arrival: Int64) {
        base = transit
        windowMinimum = transit
        baseWindowEnd = arrival &+ Self.baseWindowNanoseconds
    }
}

/// Packets that a jitter buffer was given, by what became of them.
public struct JitterBufferCounts: Hashable, Sendable, BitwiseCopyable {
    /// Packets given.
    public private(set) var packets = 0
    /// Packets that came after their time.
    public private(set) var late = 0
    /// Packets that came too early for the buffer's size.
    public private(set) var early = 0
    private var delaySum = 0.0

    /// No packets.
    public init() {}

    /// Packets that are as good as lost.
    public var discarded: Int { late + early }

    /// The playout delay in ms, mean over the packets; nil without any.
    public var meanPlayoutDelayMilliseconds: Double? {
        packets > 0 ? delaySum / Double(packets) / 1e6 : nil
    }

    mutating func add(_ decision: JitterBufferModel.Decision, delay: Double) {
        packets &+= 1
        delaySum += delay
        switch decision {
        case .inTime: break
        case .discardedLate: late &+= 1
        case .discardedEarly: early &+= 1
        }
    }

    static func - (later: JitterBufferCounts, earlier: JitterBufferCounts) -> JitterBufferCounts {
        var difference = JitterBufferCounts()
        difference.packets = later.packets - earlier.packets
        difference.late = later.late - earlier.late
        difference.early = later.early - earlier.early
        difference.delaySum = later.delaySum - earlier.delaySum
        return difference
    }
}
