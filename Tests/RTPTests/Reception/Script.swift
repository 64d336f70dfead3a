import RTP

/// A stream as its sender and the network made it, and what is true of it: known from the script itself, not from the
/// 16 and 32 bits on the wire.
struct Script {
    struct Packet {
        /// Position in the range of sequence numbers, without wrapping.
        var index: Int
        /// Ranges of sequence numbers: a new SSRC or a restart begins another.
        var range = 0
        /// The sampling instant in nanoseconds, without leaps.
        var sampled: Int64
        /// Timelines: a leap of the timestamp begins another, in which no jitter can be measured across.
        var timeline = 0
        var ssrc: UInt32 = 0x1111_1111
        var sequenceOffset: Int
        var timestampOffset: Int
        var marker = false
        var arrival: Int64
    }

    static let millisecond: Int64 = 1_000_000
    /// A time of day by `CLOCK_REALTIME`: too many nanoseconds for a 32-bit float's, or a careless double's, precision.
    static let epoch: Int64 = 1_790_000_000_123_456_789
    var clockRate = 8000
    var packetTime: Int64 = 20 * millisecond
    var packets: [Packet] = []

    /// `count` packets that come exactly on time.
    init(
        count: Int, sequence: Int = 1000, timestamp: Int = 50_000, clockRate: Int = 8000,
        packetTime: Int64 = 20 * millisecond
    ) {
        self.clockRate = clockRate
        self.packetTime = packetTime
        packets = (0..<count).map { index in
            Packet(
                index: index, sampled: Int64(index) * packetTime, sequenceOffset: sequence, timestampOffset: timestamp,
                marker: index == 0, arrival: Script.epoch + Int64(index) * packetTime)
        }
    }

    mutating func drop(_ isLost: (Int) -> Bool) {
        packets.removeAll { isLost($0.index) }
    }

    /// The network takes so many nanoseconds longer.
    mutating func delay(_ nanoseconds: (Int) -> Int64) {
        for place in packets.indices { packets[place].arrival += nanoseconds(packets[place].index) }
    }

    /// Packets come a second time, so many nanoseconds after the first.
    mutating func duplicate(after nanoseconds: (Int) -> Int64?) {
        packets += packets.compactMap { packet in
            guard let delay = nanoseconds(packet.index) else { return nil }
            var copy = packet
            copy.arrival += delay
            return copy
        }
    }

    mutating func change(from index: Int, _ change: (inout Packet) -> Void) {
        for place in packets.indices where packets[place].index >= index { change(&packets[place]) }
    }

    /// From `index` on the sender's timestamps are `ticks` further on, without reason.
    mutating func leapTimestamp(at index: Int, by ticks: Int) {
        change(from: index) {
            $0.timestampOffset += ticks
            $0.timeline += 1
        }
    }

    /// The sender restarts its sequence numbers at `index`; `by` is how far they leap.
    mutating func leapSequence(at index: Int, by count: Int) {
        change(from: index) {
            $0.sequenceOffset += count
            $0.range += 1
        }
    }

    /// From `index` on another source sends.
    mutating func changeSource(at index: Int, to ssrc: UInt32, sequence: Int, timestamp: Int) {
        change(from: index) {
            $0.ssrc = ssrc
            $0.sequenceOffset += sequence
            $0.timestampOffset += timestamp
            $0.range += 1
            $0.timeline += 1
        }
    }

    /// The sender is silent for so long before `index`: the sequence goes on, the timestamp leaps with the time.
    mutating func silence(before index: Int, nanoseconds: Int64) {
        change(from: index) {
            $0.sampled += nanoseconds
            $0.arrival += nanoseconds
            if $0.index == index { $0.marker = true }
        }
    }

    /// In the order of arrival; where two come at once, in the order of sending.
    var arrivals: [Packet] {
        packets.enumerated().sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }
            .map(\.element)
    }

    func header(_ packet: Packet) -> RTPHeader {
        let ticks = Int(packet.sampled) * clockRate / 1_000_000_000 + packet.timestampOffset
        return RTPHeader(
            payloadType: 0, marker: packet.marker,
            sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: packet.index + packet.sequenceOffset)),
            timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: ticks)), ssrc: packet.ssrc)
    }

    /// The statistics of the stream.
    func played(minimumSequential: UInt8 = 0) -> ReceptionStatistics {
        var statistics = ReceptionStatistics(clockRate: UInt32(clockRate), minimumSequential: minimumSequential)
        for packet in arrivals {
            _ = statistics.receive(ReceivedPacket(header(packet), arrivalNanoseconds: packet.arrival))
        }
        return statistics
    }

    var truth: Truth { Truth(self) }
}

/// What is true of a script, computed with sets and lists.
struct Truth {
    var received = 0
    var expected = 0
    var duplicates = 0
    var reordered = 0
    var maximumDepth = 0
    var jitter: Double?
    var meanJitter: Double?
    var maximumJitter: Double?
    var longestGap: Double?

    init(_ script: Script) {
        let arrivals = script.arrivals
        for range in Set(arrivals.map(\.range)) {
            var seen: Set<Int> = []
            var highest = Int.min
            for packet in arrivals where packet.range == range {
                if packet.index < highest, !seen.contains(packet.index) {
                    reordered += 1
                    maximumDepth = max(maximumDepth, highest - packet.index)
                }
                highest = max(highest, packet.index)
                if !seen.insert(packet.index).inserted { duplicates += 1 }
            }
            received += seen.count
            if let first = seen.min(), let last = seen.max() { expected += last - first + 1 }
        }
        measureJitter(arrivals)
        let gaps = zip(arrivals.dropFirst(), arrivals).map { $0.arrival - $1.arrival }
        longestGap = gaps.max().map { Double($0) / 1e6 }
    }

    /// RFC 3550 section 6.4.1, from the true sampling instants.
    private mutating func measureJitter(_ arrivals: [Script.Packet]) {
        var estimate = 0.0
        var all: [Double] = []
        for (packet, previous) in zip(arrivals.dropFirst(), arrivals) {
            if packet.ssrc != previous.ssrc { estimate = 0 }
            guard packet.timeline == previous.timeline else { continue }
            let difference = (packet.arrival - previous.arrival) - (packet.sampled - previous.sampled)
            estimate += (Double(abs(difference)) / 1e6 - estimate) / 16
            all.append(estimate)
        }
        guard let last = all.last else { return }
        jitter = last
        meanJitter = all.reduce(0, +) / Double(all.count)
        maximumJitter = all.max()
    }
}

/// A repeatable source of random numbers (xorshift64*).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// Evenly distributed in 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}
