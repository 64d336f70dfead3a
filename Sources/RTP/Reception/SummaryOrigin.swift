/// Where the range of the next Statistics Summary block (RFC 3611 section 4.6) begins, and what the present source had
/// counted there. In 32 bits, of which only differences matter.
struct SummaryOrigin: Sendable {
    /// The extended sequence number of the range's first packet.
    private var begin: UInt32 = 0
    private var received: UInt32 = 0
    private var duplicates: UInt32 = 0
    /// Whether no block has told of these sequence numbers yet: then the range begins with the lowest that has come.
    private var isFirst = true

    init() {}

    /// The beginning of a range of sequence numbers that has just been validated.
    init(beginningOf tracker: SequenceTracker) {
        guard tracker.restarts > 0 else { return }
        received = UInt32(truncatingIfNeeded: tracker.received - Int64(tracker.recent))
        duplicates = UInt32(truncatingIfNeeded: tracker.duplicates)
    }

    /// The packet that follows on the highest; of a source that is not established yet, its first.
    init(after tracker: SequenceTracker) {
        guard tracker.isEstablished else { return }
        begin = UInt32(truncatingIfNeeded: tracker.extendedHighest) &+ 1
        received = UInt32(truncatingIfNeeded: tracker.received)
        duplicates = UInt32(truncatingIfNeeded: tracker.duplicates)
        isFirst = false
    }

    /// A packet that had been missing has come, so many behind the highest. It has been counted, and is none of the range
    /// where it is from before.
    mutating func late(_ depth: UInt16, in tracker: SequenceTracker) {
        if isBefore(depth, tracker) { received &+= 1 }
    }

    /// A packet has come again, likewise.
    mutating func duplicate(_ sequence: SequenceNumber, in tracker: SequenceTracker) {
        if isBefore(tracker.highest.distance(from: sequence), tracker) { duplicates &+= 1 }
    }

    private func isBefore(_ depth: UInt16, _ tracker: SequenceTracker) -> Bool {
        let packet = UInt32(truncatingIfNeeded: tracker.extendedHighest) &- UInt32(depth)
        return !isFirst && Int32(bitPattern: packet &- begin) < 0
    }

    /// Packets from here to the highest; none or fewer where no new one has come.
    func length(in tracker: SequenceTracker) -> Int64 {
        if isFirst { return tracker.extendedHighest - tracker.extendedBase + 1 }
        return Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: tracker.extendedHighest) &+ 1 &- begin))
    }

    /// What is true of these packets; nil where 16 bits cannot tell how many they are.
    func summary(of tracker: SequenceTracker) -> StatisticsSummary? {
        let length = length(in: tracker)
        guard (1...Int64(UInt16.max)).contains(length) else { return nil }
        let came = UInt32(truncatingIfNeeded: tracker.received) &- received
        return StatisticsSummary(
            ssrc: tracker.ssrc, begin: tracker.highest.next.advanced(by: -Int(length)), end: tracker.highest.next,
            lostPackets: UInt32(clamping: length - Int64(came)),
            duplicatePackets: UInt32(truncatingIfNeeded: tracker.duplicates) &- duplicates)
    }
}

/// How much longer or shorter packets took than those that came before them, in nanoseconds: |D| of RFC 3550 A.8.
struct TransitSpread: Sendable {
    private var sum = 0.0
    private var sumOfSquares = 0.0
    private var minimum = Float.infinity
    private var maximum: Float = 0
    private var count: UInt32 = 0

    @inline(__always)
    mutating func add(_ difference: Double) {
        let rounded = Float(difference)
        if rounded < minimum { minimum = rounded }
        if rounded > maximum { maximum = rounded }
        sum += difference
        sumOfSquares += difference * difference
        count &+= 1
    }

    /// The same in ticks of the payload's clock; nil where nothing was measured.
    func jitter(nanosecondsPerTick: Double) -> StatisticsSummary.Jitter? {
        guard count > 0 else { return nil }
        func ticks(_ nanoseconds: Double) -> UInt32 {
            UInt32(min((nanoseconds / nanosecondsPerTick).rounded(), Double(UInt32.max)))
        }
        let mean = sum / Double(count)
        let variance = max(0, sumOfSquares / Double(count) - mean * mean)
        return StatisticsSummary.Jitter(
            minimum: ticks(Double(minimum)), maximum: ticks(Double(maximum)), mean: ticks(mean),
            deviation: ticks(variance.squareRoot()))
    }
}
