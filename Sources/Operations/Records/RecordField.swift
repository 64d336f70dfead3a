/// The names of what a call record holds: the columns of the database, the keys of its JSON and the heads of its CSV.
///
/// Where a line of the log says the same, the name is the log's. Units are part of the name. What was not measured is
/// null, never a default.
public enum RecordField: String, Sendable, CaseIterable {
    // What the call was.
    case callID = "call_id"
    case fromURI = "from_uri"
    case toURI = "to_uri"
    case requestURI = "request_uri"
    case `extension`
    case peer
    case transport
    // Its course.
    case incoming = "incoming_at"
    case ringing = "ringing_at"
    case answered = "answered_at"
    case ended = "ended_at"
    case setupMilliseconds = "setup_ms"
    case durationSeconds = "duration_s"
    case endedBy = "ended_by"
    case reason
    case status = "sip_status"
    case digits
    // Media.
    case codec
    case packetTime = "packet_time_ms"
    case direction
    case localMedia = "local_media"
    case remoteMedia = "remote_media"
    case audio
    // What we sent.
    case packetsSent = "packets_sent"
    case octetsSent = "octets_sent"
    case packetsUnreachable = "packets_unreachable"
    // What we received.
    case packetsReceived = "packets_received"
    case octetsReceived = "octets_received"
    case packetsLost = "packets_lost"
    case lossPercent = "loss_percent"
    case packetsDiscarded = "packets_discarded"
    case packetsLate = "packets_late"
    case packetsEarly = "packets_early"
    case packetsDuplicated = "packets_duplicated"
    case packetsReordered = "packets_reordered"
    case sourceChanges = "source_changes"
    case latchings
    case packetsStray = "packets_stray"
    case packetsOfWrongType = "packets_wrong_type"
    case packetsMalformed = "packets_malformed"
    case packetsDropped = "packets_dropped"
    case jitterMilliseconds = "jitter_ms"
    case jitterMean = "jitter_mean_ms"
    case jitterMaximum = "jitter_max_ms"
    case longestGap = "longest_gap_ms"
    case interarrivalMedian = "interarrival_p50_ms"
    case interarrival90 = "interarrival_p90_ms"
    case interarrival99 = "interarrival_p99_ms"
    case clockSkew = "clock_skew_ppm"
    case level = "level_dbov"
    case peakLevel = "peak_dbov"
    // Delay.
    case roundTripMilliseconds = "round_trip_ms"
    case roundTripMinimum = "round_trip_min_ms"
    case roundTripMaximum = "round_trip_max_ms"
    case playoutDelay = "playout_delay_ms"
    case delay = "delay_ms"
    // Quality.
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
    case conversationalR = "r_cq"
    case conversationalMOS = "mos_cq"
    case conversationalMOSMinimum = "mos_cq_min"
    case conversationalMOSMean = "mos_cq_mean"
    case conversationalMOSLast = "mos_cq_last"
    // What the peer says of our stream.
    case peerLossPercent = "peer_loss_percent"
    case peerPacketsLost = "peer_packets_lost"
    case peerJitter = "peer_jitter_ms"
    case peerR = "peer_r"
    case peerListeningMOS = "peer_mos_lq"
    case peerConversationalMOS = "peer_mos_cq"
    case peerSummary = "peer_summary"
    // How many packets came how long after the one before.
    case interarrival
    // The intervals of quality.interval_seconds.
    case intervals

    /// How a value is kept and written.
    enum Kind {
        case text, integer, decimal
        /// Milliseconds since 1970, written by RFC 3339 in UTC.
        case moment
        /// A document of its own.
        case json
    }

    var kind: Kind {
        switch self {
        case .callID, .fromURI, .toURI, .requestURI, .extension, .peer, .transport, .endedBy, .reason, .digits, .codec,
            .direction, .localMedia, .remoteMedia, .audio:
            .text
        case .incoming, .ringing, .answered, .ended:
            .moment
        case .status, .packetTime, .packetsSent, .octetsSent, .packetsUnreachable, .packetsReceived, .octetsReceived,
            .packetsLost, .packetsDiscarded, .packetsLate, .packetsEarly, .packetsDuplicated, .packetsReordered,
            .sourceChanges, .latchings, .packetsStray, .packetsOfWrongType, .packetsMalformed, .packetsDropped,
            .peerPacketsLost, .peerR:
            .integer
        case .setupMilliseconds, .durationSeconds, .lossPercent, .jitterMilliseconds, .jitterMean, .jitterMaximum,
            .longestGap, .interarrivalMedian, .interarrival90, .interarrival99, .clockSkew, .level, .peakLevel,
            .roundTripMilliseconds, .roundTripMinimum, .roundTripMaximum,
            .playoutDelay,
            .delay, .burstRatio, .burstDensity, .burstDuration, .gapDensity, .gapDuration, .listeningR, .listeningMOS,
            .listeningMOSMinimum, .listeningMOSMean, .listeningMOSLast, .conversationalR, .conversationalMOS,
            .conversationalMOSMinimum, .conversationalMOSMean, .conversationalMOSLast, .peerLossPercent, .peerJitter,
            .peerListeningMOS, .peerConversationalMOS:
            .decimal
        case .peerSummary, .interarrival, .intervals:
            .json
        }
    }
}
