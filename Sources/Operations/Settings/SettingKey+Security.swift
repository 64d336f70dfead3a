extension SettingKey {
    /// `[security]`.
    static let security: [SettingKey] = [
        SettingKey(
            .security, "allow_networks", \.security.allowNetworks, .networks,
            "Networks that are never limited, never taken for scanners, and sent media at once: trunks and proxies that "
                + "are known, since UDP addresses of others may be forged."),
        SettingKey(
            .security, "new_requests_per_second", \.security.newRequestsPerSecond,
            .integer(0...1_000_000, "a number of requests"),
            "Requests a second from one address (IPv6: one /64) that open something new: calls, OPTIONS, REGISTER. Requests "
                + "in a call and repetitions do not count. Beyond it a few get 503 with Retry-After, the rest nothing. "
                + "0 sets no limit."),
        SettingKey(
            .security, "burst", \.security.burst, .integer(1...1_000_000, "a number of requests"),
            "How many of those may come at once after a pause."),
        SettingKey(
            .security, "drop_scanners", \.security.dropScanners, .flag,
            "Give no answer to requests whose User-Agent is a scanner's."),
        SettingKey(
            .security, "scanner_user_agents", \.security.scannerUserAgents, .names(upTo: 100),
            "How the User-Agent of a scanner begins, in any case of letters."),
        SettingKey(
            .security, "max_calls_per_media_address", \.security.maximumCallsPerMediaAddress,
            .integer(0...30_000, "a number of calls"),
            "Calls at once that are sent a tone at one address other than their signalling's before RTP has come from the "
                + "caller. The tone of further ones waits for that RTP. 0 sets no limit."),
        SettingKey(
            .security, "max_transactions", \.security.maximumTransactions,
            .integer(100...10_000_000, "a number of transactions"),
            "Requests that are being answered, or were within the last 32 s; each takes about 1 kB. A request beyond gets "
                + "503 with Retry-After."),
        SettingKey(
            .security, "max_connections", \.security.maximumConnections,
            .integer(1...1_000_000, "a number of connections"),
            "TCP and TLS connections at once. One beyond is closed."),
        SettingKey(
            .security, "max_connections_per_source", \.security.maximumConnectionsPerSource,
            .integer(1...1_000_000, "a number of connections"),
            "Of those, from one address (IPv6: one /64) outside of allow_networks."),
        SettingKey(
            .security, "max_half_open_connections", \.security.maximumHalfOpenConnections,
            .integer(1...1_000_000, "a number of connections"),
            "Of those, ones that have sent nothing yet or are in their TLS handshake."),
        SettingKey(
            .security, "max_message_bytes", \.security.maximumMessageBytes,
            .integer(1500...65_535, "a number of bytes"),
            "The longest SIP message; one beyond gets 513 Message Too Large, or 413 for its body."),
        SettingKey(
            .security, "max_header_count", \.security.maximumHeaderCount,
            .integer(20...2000, "a number of header fields"),
            "The most header fields of a message; one with more gets 513."),
        SettingKey(
            .security, "max_header_bytes", \.security.maximumHeaderBytes,
            .integer(256...65_535, "a number of bytes"),
            "The longest header field, and the longest start line; one beyond gets 513."),
    ]
}
