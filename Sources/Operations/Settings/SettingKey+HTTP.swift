extension SettingKey {
    /// `[http]`.
    static let http: [SettingKey] = [
        SettingKey(
            .http, "enabled", \.http.enabled, .flag, "Serve health, metrics, the calls that are up and call records."),
        SettingKey(
            .http, "bind_address", \.http.bindAddress, .address,
            "The address to listen on. Any but a loopback address demands token_file."),
        SettingKey(
            .http, "port", \.http.port, .port(from: 0),
            "The port. 0 lets the system choose one (the log says which)."),
        SettingKey(
            .http, "token_file", \.http.tokenFile, .optionalPath("a file that not everybody may read"),
            "The file with the token, 16 characters or more, that requests must bear (Authorization: Bearer ...). "
                + "\"credential:NAME\" is one that systemd passes (LoadCredential=). \"\" demands none. SIGHUP reads it again."
        ),
        SettingKey(
            .http, "request_timeout_seconds", \.http.requestTimeout, .wholeSeconds(1...300),
            "How long a client may take to send a request, to take the response, and to be idle between two; then its "
                + "connection is closed."),
        SettingKey(
            .http, "max_connections", \.http.maximumConnections, .integer(1...10_000, "a number of connections"),
            "Connections at once. One beyond takes the place of the one that has been idle longest."),
        SettingKey(
            .http, "max_head_bytes", \.http.maximumHeadBytes, .integer(1024...65_536, "a number of bytes"),
            "The longest head of a request; one beyond gets 431."),
    ]
}
