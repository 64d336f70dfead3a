/// Statistics of a range of packets: the Statistics Summary block of RFC 3611 section 4.6. A group is nil where its
/// flag is not set.
public struct StatisticsSummary: Hashable, Sendable {
    static let words = 9

    /// Interarrival jitter of the range, in ticks of the payload's clock.
    public struct Jitter: Hashable, Sendable {
        /// The least, the highest and the mean relative transit-time difference, and its standard deviation.
        public var minimum, maximum, mean, deviation: UInt32

        /// These values, in ticks.
        public init(minimum: UInt32, maximum: UInt32, mean: UInt32, deviation: UInt32) {
            self.minimum = minimum
            self.maximum = maximum
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// Time to live (IPv4) or hop limit (IPv6) of the range's packets.
    public struct TimeToLive: Hashable, Sendable {
        /// Whether it is IPv6's hop limit.
        public var isHopLimit: Bool
        /// The least, the highest and the mean value, and the standard deviation.
        public var minimum, maximum, mean, deviation: UInt8

        /// These values, in hops.
        public init(isHopLimit: Bool, minimum: UInt8, maximum: UInt8, mean: UInt8, deviation: UInt8) {
            self.isHopLimit = isHopLimit
            self.minimum = minimum
            self.maximum = maximum
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// The source of the packets.
    public var ssrc: UInt32
    /// The first sequence number of the range.
    public var begin: SequenceNumber
    /// The sequence number after the last one of the range.
    public var end: SequenceNumber
    /// Packets lost in the range.
    public var lostPackets: UInt32?
    /// Packets of the range that came again.
    public var duplicatePackets: UInt32?
    /// Jitter in the range.
    public var jitter: Jitter?
    /// Time to live (IPv4) or hop limit (IPv6) of the packets of the range.
    public var timeToLive: TimeToLive?

    /// A block with these values.
    public init(
        ssrc: UInt32, begin: SequenceNumber, end: SequenceNumber, lostPackets: UInt32? = nil,
        duplicatePackets: UInt32? = nil, jitter: Jitter? = nil, timeToLive: TimeToLive? = nil
    ) {
        self.ssrc = ssrc
        self.begin = begin
        self.end = end
        self.lostPackets = lostPackets
        self.duplicatePackets = duplicatePackets
        self.jitter = jitter
        self.timeToLive = timeToLive
    }

    /// The type-specific octet: L, D, J and two bits of ToH.
    var flags: UInt8 {
        var flags: UInt8 = 0
        if lostPackets != nil { flags |= 0x80 }
        if duplicatePackets != nil { flags |= 0x40 }
        if jitter != nil { flags |= 0x20 }
        if let timeToLive { flags |= timeToLive.isHopLimit ? 0x10 : 0x08 }
        return flags
    }

    init(parsing block: inout OctetReader, flags: UInt8) throws(RTCPError) {
        ssrc = try block.uint32()
        begin = try SequenceNumber(block.uint16())
        end = try SequenceNumber(block.uint16())
        let lost = try block.uint32()
        let duplicates = try block.uint32()
        let spread = try Jitter(
            minimum: block.uint32(), maximum: block.uint32(), mean: block.uint32(), deviation: block.uint32())
        let values = try TimeToLive(
            isHopLimit: flags & 0x18 == 0x10, minimum: block.octet(), maximum: block.octet(), mean: block.octet(),
            deviation: block.octet())
        lostPackets = flags & 0x80 != 0 ? lost : nil
        duplicatePackets = flags & 0x40 != 0 ? duplicates : nil
        jitter = flags & 0x20 != 0 ? spread : nil
        // ToH of 3 is reserved.
        timeToLive = flags & 0x18 == 0x08 || flags & 0x18 == 0x10 ? values : nil
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(uint32: ssrc)
        bytes.append(uint16: begin.rawValue)
        bytes.append(uint16: end.rawValue)
        bytes.append(uint32: lostPackets ?? 0)
        bytes.append(uint32: duplicatePackets ?? 0)
        bytes.append(uint32: jitter?.minimum ?? 0)
        bytes.append(uint32: jitter?.maximum ?? 0)
        bytes.append(uint32: jitter?.mean ?? 0)
        bytes.append(uint32: jitter?.deviation ?? 0)
        bytes.append(timeToLive?.minimum ?? 0)
        bytes.append(timeToLive?.maximum ?? 0)
        bytes.append(timeToLive?.mean ?? 0)
        bytes.append(timeToLive?.deviation ?? 0)
    }
}
