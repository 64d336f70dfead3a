/// What became of each packet of a stream, put from the order of arrival into the order of playing: the burst metrics of
/// a stream whose packets may still come out of order.
///
/// The newest 64 sequence numbers are open: what is missing among them may still come and be played. Older ones are
/// settled; a packet that comes for one of them is a discard, whatever a jitter buffer would say.
///
/// A value of constant size. A packet costs a few instructions, and a gap of any length at most 64 steps.
public struct PacketFates: Hashable, Sendable, BitwiseCopyable {
    /// Sequence numbers whose packets may still come and be played.
    public static let length = 64

    private var settled: BurstMetrics
    /// Bit n stands for the packet n before the newest: whether it is played, or came and is not.
    private var played: UInt64 = 0
    private var discarded: UInt64 = 0
    /// Sequence numbers that are open, up to `length`; none before the first packet.
    private var open = 0

    /// Where the octets begin that every packet touches, to the end.
    public static let hotStart = BurstMetrics.hotStart

    /// Nothing yet.
    ///
    /// - Parameter minimumGap: RFC 3611's Gmin, which it recommends to be 16.
    public init(minimumGap: Int = 16) {
        settled = BurstMetrics(minimumGap: minimumGap)
    }

    /// The newest packet has come, after `missing` that have not (yet).
    public mutating func advance(missing: Int, isPlayed: Bool) {
        guard missing != 0 else { return advanceByOne(isPlayed) }
        precondition(missing > 0, "packets cannot be missing less than none at all")
        let distance = missing &+ 1
        if distance >= Self.length {
            settle(open)
            // What has just been passed over by less than `length` stays open.
            settled.recordLost(distance &- Self.length)
            (played, discarded, open) = (0, 0, Self.length)
        } else {
            let excess = open &+ distance &- Self.length
            if excess > 0 { settle(excess) }
            played <<= UInt64(distance)
            discarded <<= UInt64(distance)
            open &+= distance
        }
        note(1, isPlayed)
    }

    /// The rule, without the loops of the exception.
    @inline(__always)
    private mutating func advanceByOne(_ isPlayed: Bool) {
        if open < Self.length {
            open &+= 1
        } else if Int64(bitPattern: played) < 0 {
            settled.recordReceived()
        } else {
            settle(1)
            open = Self.length
        }
        played = played << 1 | (isPlayed ? 1 : 0)
        discarded = discarded << 1 | (isPlayed ? 0 : 1)
    }

    /// A packet has come that is `depth` older than the newest, and not for the second time.
    public mutating func arrive(depth: Int, isPlayed: Bool) {
        precondition(depth > 0, "what is not behind the newest advances")
        if depth < Self.length {
            // The first packets of a stream may come in the wrong order.
            open = max(open, depth &+ 1)
            note(1 << UInt64(depth), isPlayed)
        } else {
            settled.recordLateArrival()
        }
    }

    /// The sequence numbers begin anew with this packet and the one before it, which was held back until this one
    /// confirmed it (RFC 3550 A.1) and counts as played.
    public mutating func restart(isPlayed: Bool) {
        settle(open)
        (played, discarded, open) = (2, 0, 2)
        note(1, isPlayed)
    }

    /// The metrics of all packets up to the newest: what is missing now is lost.
    public var metrics: BurstMetrics {
        var copy = self
        copy.settle(copy.open)
        return copy.settled
    }

    private mutating func note(_ bit: UInt64, _ isPlayed: Bool) {
        if isPlayed { played |= bit } else { discarded |= bit }
    }

    /// Settles the oldest `count` of those that are open.
    private mutating func settle(_ count: Int) {
        for _ in 0..<count {
            open &-= 1
            let bit: UInt64 = 1 << UInt64(open)
            if played & bit != 0 {
                settled.recordReceived()
            } else if discarded & bit != 0 {
                settled.recordDiscarded()
            } else {
                settled.recordLost()
            }
        }
    }
}
