extension SettingKey {
    /// When a new value in the file is in force.
    public enum Effect: Sendable {
        /// After SIGHUP: for what comes from then on, while calls and connections that are up keep what they have.
        case atOnce
        /// After a restart.
        case afterRestart
    }

    /// When a new value of this key is in force; nil for a key that the table below has forgotten.
    var takesEffect: Effect? {
        if Self.atOnce[section]?.contains(name) == true { return .atOnce }
        return Self.afterRestart[section]?.contains(name) == true ? .afterRestart : nil
    }

    /// All that the table names, as `section.name`.
    static var classified: [String] {
        [atOnce, afterRestart].flatMap { table in
            table.flatMap { section, names in names.map { "\(section.rawValue).\($0)" } }
        }
    }

    /// What can change without harm.
    private static let atOnce: [SettingsSection: Set<String>] = [
        .sip: [
            "domain", "user_agent", "session_timers", "session_expires_seconds", "min_session_expires_seconds",
            "batch_ms",
            "tls_certificate", "tls_key", "tls_ca", "tls_client_certificates", "tls_min_version", "tls_verify_server",
        ],
        .behavior: [
            "auto_answer", "auto_answer_delay_ms", "max_ring_seconds", "tone_frequency", "tone_level_dbm0",
            "tone_duration_seconds", "max_concurrent_calls", "over_limit_status", "retry_after_seconds",
            "max_call_seconds", "media_timeout_seconds", "drain_timeout_seconds", "shutdown_timeout_seconds",
        ],
        .security: [
            "allow_networks", "new_requests_per_second", "burst", "drop_scanners", "scanner_user_agents",
            "max_calls_per_media_address", "max_transactions", "max_connections", "max_connections_per_source",
            "max_half_open_connections", "max_message_bytes", "max_header_count", "max_header_bytes",
        ],
        .http: ["token_file"],
        .log: ["level"],
    ]

    /// Sockets, threads and what calls that are up have agreed on.
    private static let afterRestart: [SettingsSection: Set<String>] = [
        .sip: ["bind_address", "port", "transports", "tls_port"],
        .media: [
            "rtp_port_range_start", "rtp_port_range_end", "preferred_codecs", "codec_order", "packet_time_ms",
            "enable_dtmf", "advertised_address", "worker_threads", "dscp", "receive_buffer_bytes", "send_buffer_bytes",
            "realtime", "realtime_priority", "rtcp_reduced_minimum",
        ],
        .quality: [
            "jitter_buffer", "jitter_buffer_nominal_ms", "jitter_buffer_minimum_ms", "jitter_buffer_maximum_ms",
            "concealment", "advantage_factor", "interval_seconds", "silence_detection", "collector",
            "collector_interval_seconds",
        ],
        .records: ["database", "json_lines", "retention_days", "max_size_megabytes"],
        .http: [
            "enabled", "bind_address", "port", "request_timeout_seconds", "max_connections", "max_head_bytes",
        ],
        .log: ["output", "file", "syslog_socket", "format", "statistics_interval_seconds"],
    ]
}
