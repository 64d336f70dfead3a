/// What happened: the `event` of a log line, `EVENT=` in the journal.
public enum EventKind: String, Sendable, CaseIterable {
    // The service.
    case serviceStarting = "service_starting"
    case serviceListening = "service_listening"
    case mediaScheduling = "media_scheduling"
    case serviceReady = "service_ready"
    case serviceStopping = "service_stopping"
    case serviceStopped = "service_stopped"
    case serviceFailed = "service_failed"
    case partSilent = "part_silent"
    case partsAnswer = "parts_answer"
    case settingsReloaded = "settings_reloaded"
    case settingsRefused = "settings_refused"
    case statistics
    case recordsReady = "records_ready"
    case recordsFailed = "records_failed"
    // Calls.
    case callIncoming = "call_incoming"
    case callRinging = "call_ringing"
    case callAnswered = "call_answered"
    case callUpdated = "call_updated"
    case callLatched = "call_latched"
    case callDigit = "call_digit"
    case callQuality = "call_quality"
    case callRejected = "call_rejected"
    case callEnded = "call_ended"
    // The edge.
    case sourceLimited = "source_limited"
    case sourceLimitReport = "source_limit_report"
    case scannerDropped = "scanner_dropped"
    case capacityReached = "capacity_reached"
    // The collector of quality reports.
    case reportsFailed = "reports_failed"
    // Free text.
    case message
    case logDropped = "log_dropped"

    /// What it says, for the documentation.
    public var meaning: String {
        switch self {
        case .serviceStarting: "the daemon starts: version and settings"
        case .serviceListening: "a socket is bound"
        case .mediaScheduling: "what has become of media.realtime for the media threads"
        case .serviceReady: "every socket is bound: calls can come; what to dial"
        case .serviceStopping: "a signal to stop has come: calls are hung up"
        case .serviceStopped: "the daemon ends"
        case .serviceFailed: "the daemon cannot go on"
        case .partSilent: "signalling, a media thread or HTTP does not answer: the watchdog is not told"
        case .partsAnswer: "all parts answer again"
        case .settingsReloaded: "SIGHUP: settings, TLS files and token were read again; keys that need a restart"
        case .settingsRefused: "SIGHUP: the settings, TLS files or token cannot be used, so nothing has changed; why"
        case .statistics: "counts, every log.statistics_interval_seconds"
        case .recordsReady: "call records can be written, or can be written again: where"
        case .recordsFailed: "call records cannot be written: where, why, how many were lost; at most once a minute"
        case .callIncoming: "an INVITE for a new call"
        case .callRinging: "180 was sent"
        case .callAnswered: "200 was sent: codec and both media addresses"
        case .callUpdated: "a later offer and answer has settled or changed the media"
        case .callLatched: "media goes to another address than the SDP's, because it comes from there"
        case .callDigit: "the caller has pressed a digit"
        case .callQuality: "log.level = \"debug\": what was measured in an interval of quality.interval_seconds"
        case .callRejected: "the call was refused: status and reason"
        case .callEnded: "the call is over: who ended it, why, and what was measured"
        case .sourceLimited: "a source is over security.new_requests_per_second, the first time since a pause"
        case .sourceLimitReport: "what became of a limited source's requests: each minute, and when it is over"
        case .scannerDropped: "a scanner got no answer; at most once a source and minute"
        case .reportsFailed: "quality reports have not reached the collector; at most once a minute"
        case .capacityReached: "there are too many transactions or connections; at most once a limit and minute"
        case .message: "free text of a part or library"
        case .logDropped: "log lines were lost since their reader was too slow"
        }
    }
}
