import Audio
import RTP

/// A session's part in RTCP: when to report, where to, and what the peer has said.
struct SessionRTCP: Sendable {
    var schedule: RTCPSchedule
    var peer: RTCPPeer
    /// Where RTCP goes without `rtcp-mux`.
    var remote = RawAddress()
    /// What had been sent and received at the report before, and sent at the one before that.
    private var sentAtReport: Int64 = 0
    private var sentBefore: Int64 = 0
    private var receivedAtReport: Int64 = 0

    init(
        ssrc: UInt32, parameters: MediaSessionParameters, configuration: RTCPConfiguration, now: Int64, random: UInt64
    ) {
        // Payload, and 40 octets of RTP, UDP and IP a packet.
        let packetsPerSecond = 1000.0 / Double(max(1, parameters.packetTime))
        let bandwidth = Double(parameters.format.codec.octetsPerMillisecond * 8000) + 320 * packetsPerSecond
        schedule = RTCPSchedule(
            interval: RTCPInterval(
                sessionBandwidth: bandwidth, minimum: configuration.reducesMinimum ? .reduced : .standard),
            firstAtOnce: false, nowNanoseconds: now, random: random)
        peer = RTCPPeer(ourSSRC: ssrc)
    }

    /// Takes note of what the session has done since the last report, before the schedule is asked.
    mutating func observe(sent: Int64, received: Int64, now: Int64) {
        if received > receivedAtReport { schedule.heardPeer(isSender: true, nowNanoseconds: now) }
        schedule.weSent = sent > sentBefore
    }

    /// A report has gone out.
    mutating func reported(octets: Int, sent: Int64, received: Int64, now: Int64, random: UInt64) {
        schedule.sent(octets: octets, nowNanoseconds: now, random: random)
        sentBefore = sentAtReport
        sentAtReport = sent
        receivedAtReport = received
    }
}

/// What all sessions' RTCP has in common.
struct RTCPConfiguration: Sendable {
    var canonicalName: String
    var reducesMinimum: Bool
}
