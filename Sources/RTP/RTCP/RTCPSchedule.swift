/// When to send the next RTCP packet of a session of two: the transmission rules of RFC 3550 section 6.3 and A.7.
///
/// Times are nanoseconds of one monotonic clock; random numbers are parameters.
public struct RTCPSchedule: Sendable {
    /// UDP and IPv4 headers, which count in the size of a packet (section 6.2).
    public static let lowerLayerOctets = 28

    /// How the interval is computed.
    public let interval: RTCPInterval
    /// When `isDue` should be asked next: tn.
    public private(set) var nextNanoseconds: Int64
    /// Whether we have sent RTP packets since the report before the last one (section 6.3.8).
    public var weSent = false
    /// Whether any RTCP packet has been sent.
    public private(set) var hasSent = false

    private let firstAtOnce: Bool
    private var lastNanoseconds: Int64
    private var averageSize: Double
    private var previousMembers = 1
    private var peerIsPresent = false
    private var peerSends = false
    private var peerHeardNanoseconds: Int64 = 0

    /// Joins a session.
    ///
    /// - Parameters:
    ///   - firstAtOnce: whether the first packet is due now, as section 6.2 allows in a unicast session.
    ///   - probableSize: the probable size of our first packet in octets, without lower layers (section 6.3.2).
    ///   - random: evenly distributed over all its values.
    public init(
        interval: RTCPInterval, firstAtOnce: Bool, probableSize: Int = 80, nowNanoseconds: Int64, random: UInt64
    ) {
        self.interval = interval
        self.firstAtOnce = firstAtOnce
        averageSize = Double(probableSize + Self.lowerLayerOctets)
        lastNanoseconds = nowNanoseconds
        nextNanoseconds = nowNanoseconds
        if !firstAtOnce { nextNanoseconds = nowNanoseconds + draw(UInt32(truncatingIfNeeded: random)) }
    }

    /// Whether a packet is to be sent now; if not, `nextNanoseconds` may have moved (timer reconsideration, section
    /// 6.3.6).
    public mutating func isDue(nowNanoseconds now: Int64, random: UInt64) -> Bool {
        guard now >= nextNanoseconds else { return false }
        timeOutPeer(now)
        if hasSent || !firstAtOnce {
            nextNanoseconds = lastNanoseconds + draw(UInt32(truncatingIfNeeded: random))
        }
        previousMembers = members
        return now >= nextNanoseconds
    }

    /// A packet of `octets`, without lower layers, has been sent; draws the time of the next one.
    public mutating func sent(octets: Int, nowNanoseconds now: Int64, random: UInt64) {
        hasSent = true
        average(octets)
        lastNanoseconds = now
        nextNanoseconds = now + draw(UInt32(truncatingIfNeeded: random >> 32))
    }

    /// A packet of `octets`, without lower layers, has come from the peer.
    public mutating func received(octets: Int, nowNanoseconds now: Int64) {
        average(octets)
        heardPeer(isSender: peerSends, nowNanoseconds: now)
    }

    /// The peer is there: it has sent RTP packets lately, or (not a sender) only RTCP.
    public mutating func heardPeer(isSender: Bool, nowNanoseconds now: Int64) {
        peerIsPresent = true
        peerSends = isSender
        peerHeardNanoseconds = now
    }

    /// The peer has left with a BYE: reverse reconsideration (section 6.3.4).
    public mutating func peerLeft(nowNanoseconds now: Int64) {
        guard peerIsPresent else { return }
        peerIsPresent = false
        peerSends = false
        guard members < previousMembers else { return }
        let share = Double(members) / Double(previousMembers)
        nextNanoseconds = now + Int64(share * Double(nextNanoseconds - now))
        lastNanoseconds = now - Int64(share * Double(now - lastNanoseconds))
        previousMembers = members
    }

    private var members: Int { peerIsPresent ? 2 : 1 }

    private var membership: RTCPInterval.Membership {
        var membership = RTCPInterval.Membership()
        membership.members = members
        membership.senders = (weSent ? 1 : 0) + (peerSends ? 1 : 0)
        membership.weSent = weSent
        return membership
    }

    private func draw(_ random: UInt32) -> Int64 {
        let seconds = interval.seconds(
            membership, averageSize: averageSize, isInitial: !hasSent, random: Double(random) / 4_294_967_296)
        return Int64(seconds * 1e9)
    }

    private mutating func average(_ octets: Int) {
        averageSize += (Double(octets + Self.lowerLayerOctets) - averageSize) / 16
    }

    /// Section 6.3.5: who has been silent for five intervals has left.
    private mutating func timeOutPeer(_ now: Int64) {
        let deterministic = interval.deterministicSeconds(membership, averageSize: averageSize, isInitial: false)
        if peerIsPresent, Double(now - peerHeardNanoseconds) > 5e9 * deterministic {
            peerIsPresent = false
            peerSends = false
        }
    }
}
