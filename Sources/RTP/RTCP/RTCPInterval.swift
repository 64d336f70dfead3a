/// How often a participant sends RTCP: the computation of RFC 3550 sections 6.2 and 6.3.1 and A.7.
public struct RTCPInterval: Hashable, Sendable {
    /// The least deterministic interval (section 6.2).
    public enum Minimum: Hashable, Sendable {
        /// 5 s.
        case standard
        /// 360 s divided by the session's kilobits a second, where that is less than 5 s.
        case reduced
    }

    /// The bandwidth of the RTP session with the lower layers' headers, in bits a second, above 0; RTCP has 5 % of it.
    public var sessionBandwidth: Double
    /// The least interval.
    public var minimum: Minimum

    /// The interval of a session.
    public init(sessionBandwidth: Double, minimum: Minimum = .standard) {
        precondition(sessionBandwidth > 0)
        self.sessionBandwidth = sessionBandwidth
        self.minimum = minimum
    }

    /// Who is in the session, as far as we know.
    public struct Membership: Hashable, Sendable {
        /// Participants, ourselves included.
        public var members = 1
        /// Those of them that sent RTP packets lately.
        public var senders = 0
        /// Whether we are one of the senders.
        public var weSent = false

        /// A session of ourselves alone.
        public init() {}
    }

    /// The deterministic interval Td of section 6.3.1 in seconds.
    ///
    /// - Parameters:
    ///   - averageSize: the mean size of compound packets with UDP and IP headers, in octets.
    ///   - isInitial: before the first packet is sent, when the minimum is halved.
    public func deterministicSeconds(_ membership: Membership, averageSize: Double, isInitial: Bool) -> Double {
        var bandwidth = sessionBandwidth * 0.05 / 8
        var count = Double(membership.members)
        // A quarter of the bandwidth is the senders', unless they are more than a quarter of the members.
        let senders = Double(membership.senders)
        if senders > 0, senders <= count * 0.25 {
            bandwidth *= membership.weSent ? 0.25 : 0.75
            count = membership.weSent ? senders : count - senders
        }
        var least =
            switch minimum {
            case .standard: 5.0
            case .reduced: min(5, 360_000 / sessionBandwidth)
            }
        if isInitial { least /= 2 }
        return max(least, averageSize * count / bandwidth)
    }

    /// The interval to the next packet in seconds: 0.5 to 1.5 times the deterministic one, made up for what timer
    /// reconsideration adds.
    ///
    /// - Parameter random: evenly distributed in 0..<1.
    public func seconds(
        _ membership: Membership, averageSize: Double, isInitial: Bool, random: Double
    ) -> Double {
        let deterministic = deterministicSeconds(membership, averageSize: averageSize, isInitial: isInitial)
        // e - 3/2 (section 6.3.1).
        return deterministic * (0.5 + random) / (2.718281828459045 - 1.5)
    }
}
