/// The names of what a log line carries: `call_id` in JSON and text, `CALL_ID=` in the journal.
///
/// Units are part of the name where a value has one. A field that was not measured is absent, never a default.
public enum LogField: String, Sendable, CaseIterable {
    // What the line is about.
    case callID = "call_id"
    case peer
    case transport
    case address
    case port
    // The edge.
    case source
    case userAgent = "user_agent"
    case limit
    case requestsRefused = "requests_refused"
    case requestsDropped = "requests_dropped"
    // Signalling.
    case status = "sip_status"
    case reason
    case cause
    case fromURI = "from_uri"
    case toURI = "to_uri"
    case requestURI = "request_uri"
    case `extension`
    // The course of a call.
    case endedBy = "ended_by"
    case setupMilliseconds = "setup_ms"
    case durationSeconds = "duration_s"
    case intervalSeconds = "interval_s"
    case digit
    case digitMethod = "digit_method"
    // Media.
    case codec
    case packetTime = "packet_time_ms"
    case localMedia = "local_media"
    case remoteMedia = "remote_media"
    case direction
    case packetsSent = "packets_sent"
    case packetsReceived = "packets_received"
    case packetsLost = "packets_lost"
    case lossPercent = "loss_percent"
    case jitterMilliseconds = "jitter_ms"
    case roundTripMilliseconds = "round_trip_ms"
    case packetsDuplicated = "packets_duplicated"
    case packetsReordered = "packets_reordered"
    case sourceChanges = "source_changes"
    case latchings
    case packetsStray = "packets_stray"
    case packetsOfWrongType = "packets_wrong_type"
    case packetsMalformed = "packets_malformed"
    case packetsDropped = "packets_dropped"
    case packetsUnreachable = "packets_unreachable"
    // Quality.
    case audio
    case level = "level_dbov"
    case peakLevel = "peak_dbov"
    case packetsDiscarded = "packets_discarded"
    case packetsLate = "packets_late"
    case packetsEarly = "packets_early"
    case playoutDelay = "playout_delay_ms"
    case burstRatio = "burst_ratio"
    case burstDensity = "burst_percent"
    case burstDuration = "burst_ms"
    case gapDensity = "gap_percent"
    case gapDuration = "gap_ms"
    case listeningR = "r_lq"
    case listeningMOS = "mos_lq"
    case listeningMOSMinimum = "mos_lq_min"
    case listeningMOSMean = "mos_lq_mean"
    case listeningMOSLast = "mos_lq_last"
    case delay = "delay_ms"
    case conversationalR = "r_cq"
    case conversationalMOS = "mos_cq"
    case conversationalMOSMinimum = "mos_cq_min"
    case conversationalMOSMean = "mos_cq_mean"
    case conversationalMOSLast = "mos_cq_last"
    case peerR = "peer_r"
    case peerListeningMOS = "peer_mos_lq"
    case peerConversationalMOS = "peer_mos_cq"
    case reportsFailed = "reports_failed"
    // Statistics.
    case callsTotal = "calls_total"
    case callsActive = "calls_active"
    case callsAnswered = "calls_answered"
    case callsFailed = "calls_failed"
    case callsRinging = "calls_ringing"
    case callsCancelled = "calls_cancelled"
    case callsRefused = "calls_refused"
    // The service.
    case version
    case settings
    case setting
    case signal
    case dropped
    case error
    case logger

    /// The name in the journal.
    public var journalName: String { rawValue.uppercased() }

    /// What the value is, for the documentation.
    public var meaning: String {
        switch self {
        case .callID: "Call-ID of the dialog"
        case .peer: "address and port that the message came from or goes to"
        case .transport: "udp, tcp, tls or http"
        case .address: "a local address"
        case .port: "a local port"
        case .source: "address that a message came from, without its port"
        case .userAgent: "what User-Agent says"
        case .limit: "what there is too much of"
        case .requestsRefused: "requests over a limit that got 503, since the last line about their source"
        case .requestsDropped: "requests over a limit that got no answer, since the last line about their source"
        case .status: "status code of the final response"
        case .reason: "why, in words"
        case .cause: "what the system or the port pool says where there is no RTP port"
        case .fromURI: "URI of From"
        case .toURI: "URI of To"
        case .requestURI: "the URI that was called"
        case .extension: "what the call reached: tone, echo"
        case .endedBy: "caller, milliwatt or network"
        case .setupMilliseconds: "from the INVITE to its 200, ms"
        case .durationSeconds: "from answer to end, s"
        case .intervalSeconds: "the time that call_quality tells of, s"
        case .digit: "a digit that the caller has pressed"
        case .digitMethod: "how the digit came: rfc4733 or in-band"
        case .codec: "name of the negotiated codec"
        case .packetTime: "audio in a packet that is sent, ms"
        case .localMedia: "address and port that RTP is received on"
        case .remoteMedia: "address and port that RTP is sent to"
        case .direction: "sendrecv, sendonly, recvonly or inactive, from our side"
        case .packetsSent: "RTP packets sent"
        case .packetsReceived: "RTP packets received"
        case .packetsLost: "RTP packets that were expected and never came (RFC 3550, A.3)"
        case .lossPercent: "packets lost in percent of those expected"
        case .jitterMilliseconds: "interarrival jitter (RFC 3550, A.8), ms"
        case .roundTripMilliseconds: "round trip by RTCP (RFC 3550, 6.4.1), ms"
        case .packetsDuplicated: "RTP packets that came again; this and the next counts are left out where they are 0"
        case .packetsReordered: "RTP packets that came after a later one"
        case .sourceChanges: "times that another SSRC took over"
        case .latchings: "times that media followed the caller to an address other than the SDP's"
        case .packetsStray: "valid RTP from an address that is not the caller's"
        case .packetsOfWrongType: "RTP with a payload type that was not agreed on"
        case .packetsMalformed: "datagrams to the RTP port that are no RTP or too long (RFC 3550, A.1)"
        case .packetsDropped: "datagrams that the kernel had no room for"
        case .packetsUnreachable: "ICMP errors that came back for what we sent"
        case .audio: "two-way, received-only, stopped, silence, wrong-source, wrong-format or none: how audio flowed"
        case .level: "mean power of the packets received that were audible, dBov (RFC 3389, 3)"
        case .peakLevel: "power of the loudest packet received, dBov"
        case .packetsDiscarded: "packets that came and that the jitter buffer could not play"
        case .packetsLate: "of those, packets that came after their time"
        case .packetsEarly: "of those, packets that the jitter buffer had no room for"
        case .playoutDelay: "mean delay by the jitter buffer, ms"
        case .burstRatio: "mean run of lost or discarded packets over that of random loss (ITU-T G.107, 7.5)"
        case .burstDensity: "packets lost or discarded in bursts, percent (RFC 3611, 4.7.2)"
        case .burstDuration: "mean duration of a burst, ms (RFC 3611, 4.7.2)"
        case .gapDensity: "packets lost or discarded in gaps, percent (RFC 3611, 4.7.2)"
        case .gapDuration: "mean duration of a gap, ms (RFC 3611, 4.7.2)"
        case .listeningR: "R without delay (ITU-T G.107)"
        case .listeningMOS: "MOS-LQ of the call, from r_lq (ITU-T G.107, annex B)"
        case .listeningMOSMinimum: "lowest MOS-LQ of an interval of quality.interval_seconds"
        case .listeningMOSMean: "mean MOS-LQ of the intervals"
        case .listeningMOSLast: "MOS-LQ of the last interval"
        case .delay: "one-way delay that r_cq rates: half of round_trip_ms, playout_delay_ms and a packet time, ms"
        case .conversationalR: "R with delay_ms (ITU-T G.107)"
        case .conversationalMOS: "MOS-CQ of the call, from r_cq (ITU-T G.107, annex B)"
        case .conversationalMOSMinimum: "lowest MOS-CQ of an interval of quality.interval_seconds"
        case .conversationalMOSMean: "mean MOS-CQ of the intervals"
        case .conversationalMOSLast: "MOS-CQ of the last interval"
        case .peerR: "R of what the caller hears of us, as it says by RTCP XR (RFC 3611, 4.7.5)"
        case .peerListeningMOS: "MOS-LQ of what the caller hears of us, as it says by RTCP XR (RFC 3611, 4.7.5)"
        case .peerConversationalMOS: "MOS-CQ of what the caller hears of us, as it says by RTCP XR (RFC 3611, 4.7.5)"
        case .reportsFailed: "quality reports that the collector has not accepted, since the last line about them"
        case .callsTotal: "calls since the start"
        case .callsActive: "calls now"
        case .callsAnswered: "calls answered since the start"
        case .callsFailed: "answered calls that ended by a failure, since the start"
        case .callsRinging: "calls that ring now"
        case .callsCancelled: "calls that the caller gave up while they rang, since the start"
        case .callsRefused: "calls refused since the start"
        case .version: "version of Milliwatt"
        case .settings: "the settings file, or built-in defaults"
        case .setting: "the setting concerned"
        case .signal: "the signal received"
        case .dropped: "lines, or records of calls, that were lost since the line before"
        case .error: "error message of the system or a library"
        case .logger: "the part or library that speaks"
        }
    }
}
