extension SettingKey {
    /// Every key, in the order in which the file shows them.
    public static let all: [SettingKey] = sip + tls + behavior + media + quality + security + http + records + log

    private static let sip: [SettingKey] = [
        SettingKey(
            .sip, "bind_address", \.sip.bindAddresses, .addresses,
            "The address to listen on, or a list of addresses. \"0.0.0.0\" is every IPv4 address, \"::\" every IPv6 one."
        ),
        SettingKey(
            .sip, "port", \.sip.port, .port(from: 0),
            "The port for UDP and TCP. 0 lets the system choose one (the log says which)."),
        SettingKey(
            .sip, "domain", \.sip.domain, .optionalHost,
            "Serve only requests for this host name or address. \"\" serves whatever arrives."),
        SettingKey(
            .sip, "transports", \.sip.transports, .list(of: .name()),
            "The transports to listen on. \"tls\" needs tls_certificate."),
        SettingKey(
            .sip, "user_agent", \.sip.userAgent, .printable(upTo: 200),
            "What User-Agent and Server header fields say."),
        SettingKey(
            .sip, "session_timers", \.sip.sessionTimers, .flag,
            "Agree to session timers (RFC 4028) with callers that ask for one."),
        SettingKey(
            .sip, "session_expires_seconds", \.sip.sessionExpires, .wholeSeconds(90...86_400),
            "The longest session interval that is agreed to."),
        SettingKey(
            .sip, "min_session_expires_seconds", \.sip.minimumSessionExpires, .wholeSeconds(90...3600),
            "The shortest session interval that is agreed to; a caller that wants less gets 422."),
        SettingKey(
            .sip, "batch_ms", \.sip.batch, .milliseconds(0...20),
            "From 2500 UDP messages a second on, how long one may wait, so that several cost one wake-up. 0: not at all."
        ),
    ]

    private static let tls: [SettingKey] = [
        SettingKey(
            .sip, "tls_port", \.sip.tlsPort, .port(from: 0),
            "The port for TLS, where sip.transports names tls. 0 lets the system choose one (the log says which)."),
        SettingKey(
            .sip, "tls_certificate", \.sip.tlsCertificate, .optionalPath("a file in PEM form"),
            "The file with the certificate to show, and those between it and its authority; \"credential:NAME\" is one that "
                + "systemd passes (LoadCredential=). SIGHUP reads it again."),
        SettingKey(
            .sip, "tls_key", \.sip.tlsKey, .optionalPath("a file in PEM form"),
            "The file with the certificate's private key, without a passphrase. \"\" looks for it in the "
                + "certificate's file. \"credential:NAME\" likewise. SIGHUP reads it again."),
        SettingKey(
            .sip, "tls_ca", \.sip.tlsAuthorities, .optionalPath("a file in PEM form"),
            "The file with the authorities that are trusted. \"\" trusts those of the system."),
        SettingKey(
            .sip, "tls_client_certificates", \.sip.tlsClientCertificates, .name(),
            "What is asked of those who connect by TLS: nothing, a certificate that is good if there is one, "
                + "or a good certificate."),
        SettingKey(
            .sip, "tls_min_version", \.sip.tlsMinimumVersion, .name(), "The least version of TLS."),
        SettingKey(
            .sip, "tls_verify_server", \.sip.tlsVerifyServer, .flag,
            "Refuse servers, where we connect by TLS, whose certificate is not good or bears another name."),
    ]

    private static let behavior: [SettingKey] = [
        SettingKey(
            .behavior, "auto_answer", \.behavior.autoAnswer, .flag,
            "Answer calls. When false, a call rings until the caller gives up or max_ring_seconds are over."),
        SettingKey(
            .behavior, "auto_answer_delay_ms", \.behavior.autoAnswerDelay, .milliseconds(0...60_000),
            "How long a call rings before it is answered."),
        SettingKey(
            .behavior, "max_ring_seconds", \.behavior.maximumRinging, .wholeSeconds(1...600),
            "With auto_answer = false: how long a call rings before it gets 480 Temporarily Unavailable."),
        SettingKey(
            .behavior, "tone_frequency", \.behavior.toneFrequency,
            .decimal(20.0...3900.0, step: 0.1, unit: "Hz", "a frequency in Hz"),
            "The frequency of the reference tone."),
        SettingKey(
            .behavior, "tone_level_dbm0", \.behavior.toneLevel,
            .decimal(-60.0...3.0, step: 0.1, unit: "dBm0", "a level in dBm0"),
            "The level of the reference tone. A sine wave at G.711's limit has 3.14 dBm0."),
        SettingKey(
            .behavior, "tone_duration_seconds", \.behavior.toneDuration, .secondsOrOff(upTo: 86_400),
            "Hang up after so long. 0 plays until the caller hangs up."),
        SettingKey(
            .behavior, "max_concurrent_calls", \.behavior.maximumConcurrentCalls,
            .integer(1...30_000, "a number of calls"),
            "Calls at once. Each needs a pair of ports out of the RTP range."),
        SettingKey(
            .behavior, "over_limit_status", \.behavior.overLimitStatus, .status(),
            "The answer to a call over the limit: 486 Busy Here, or 503 Service Unavailable with Retry-After, "
                + "after which a proxy tries its next server."),
        SettingKey(
            .behavior, "retry_after_seconds", \.behavior.retryAfter, .wholeSeconds(1...3600),
            "The Retry-After of a 503."),
        SettingKey(
            .behavior, "max_call_seconds", \.behavior.maximumCallDuration, .secondsOrOff(upTo: 604_800),
            "Hang up any call that lasts longer. 0 sets no limit."),
        SettingKey(
            .behavior, "media_timeout_seconds", \.behavior.mediaTimeout, .secondsOrOff(upTo: 86_400),
            "Hang up a call, unless it is on hold, from which no media has come for so long. 0 never does."),
        SettingKey(
            .behavior, "drain_timeout_seconds", \.behavior.drainTimeout, .secondsOrOff(upTo: 86_400),
            "When the daemon stops: how long calls that are up may go on before they are hung up; new ones get 503 "
                + "meanwhile, and a second signal hangs up at once. 0 hangs up at once."),
        SettingKey(
            .behavior, "shutdown_timeout_seconds", \.behavior.shutdownTimeout, .seconds(upTo: 3600),
            "When the daemon stops: how long it waits for answers to the BYEs that it sends."),
    ]

    private static let media: [SettingKey] = [
        SettingKey(
            .media, "rtp_port_range_start", \.media.rtpPortRangeStart, .evenPort,
            "The first port for RTP. A call takes an even port for RTP and the odd one after it for RTCP."),
        SettingKey(
            .media, "rtp_port_range_end", \.media.rtpPortRangeEnd, .port(from: 1), "The last port for RTP and RTCP."),
        SettingKey(
            .media, "preferred_codecs", \.media.preferredCodecs, .list(of: .name()),
            "The codecs to offer and to accept, the best first."),
        SettingKey(
            .media, "codec_order", \.media.codecOrder, .name(),
            "Whose order decides which of the shared codecs is used: the caller's, or our own."),
        SettingKey(
            .media, "packet_time_ms", \.media.packetTime,
            .multiple(of: 10, in: 10...60, unit: "ms", "a packet time in ms"),
            "The audio in one packet where the peer asks for nothing else (ptime)."),
        SettingKey(
            .media, "enable_dtmf", \.media.enableDTMF, .flag,
            "Negotiate telephone-event (RFC 4733), so that callers' digits are understood."),
        SettingKey(
            .media, "advertised_address", \.media.advertisedAddress, .optionalUnicastAddress,
            "The address in SDP and Contact when callers reach this machine by another than its own (NAT). "
                + "\"\" takes the address that the call came to."),
        SettingKey(
            .media, "worker_threads", \.media.workerThreads, .integerOrAutomatic(upTo: 256, "a number of threads"),
            "Threads for RTP. 0 takes one for each processor but one."),
        SettingKey(
            .media, "dscp", \.media.dscp, .dscp,
            "The priority mark of RTP packets (DiffServ): a name such as \"EF\", \"AF41\", \"CS0\", or the number."),
        SettingKey(
            .media, "receive_buffer_bytes", \.media.receiveBuffer,
            .integerOrAutomatic(upTo: 16_777_216, unit: "octets", "a size in octets"),
            "The receive buffer of each media socket. 0 leaves the system's default. Without CAP_NET_ADMIN the system's "
                + "limit (net.core.rmem_max) holds."),
        SettingKey(
            .media, "send_buffer_bytes", \.media.sendBuffer,
            .integerOrAutomatic(upTo: 16_777_216, unit: "octets", "a size in octets"),
            "The send buffer of each media socket, likewise (net.core.wmem_max)."),
        SettingKey(
            .media, "realtime", \.media.realTime, .name(),
            "When RTP threads have real-time priority (SCHED_FIFO), so that other programs do not delay packets: while "
                + "\"pacing\", that is while at least half of a thread's calls are sent tones or silence by the clock, and "
                + "where there are more processors than such threads, with a nice value of -19 otherwise; \"always\", "
                + "which takes a processor from all other programs as long as there are echoes, at a few percent more CPU for "
                + "each of their packets; or \"never\", which leaves the nice value too. Where the system does not permit it "
                + "the log says so. Without it the threads have short time slices (Linux 6.12)."
        ),
        SettingKey(
            .media, "realtime_priority", \.media.realTimePriority, .integer(1...99, "a priority"),
            "The real-time priority (1-99) for media.realtime."),
        SettingKey(
            .media, "rtcp_reduced_minimum", \.media.reducesRTCPMinimum, .flag,
            "Let RTCP reports come more often than every 5 s where the bandwidth allows it (RFC 3550, 6.2)."),
    ]

    private static let log: [SettingKey] = [
        SettingKey(.log, "level", \.log.level, .name(), "The least level that is written."),
        SettingKey(
            .log, "output", \.log.output, .name(),
            "Where lines go: standard error (which systemd leads to the journal), the file of log.file, or the syslog "
                + "daemon of this machine."),
        SettingKey(
            .log, "file", \.log.file, .optionalPath("a file to append to"),
            "The file for output = \"file\", created for its owner and group. SIGHUP opens it again, so that it can be "
                + "rotated."),
        SettingKey(
            .log, "syslog_socket", \.log.syslogSocket, .path("a socket"),
            "The socket of the syslog daemon for output = \"syslog\"."),
        SettingKey(
            .log, "format", \.log.format, .name(),
            "\"text\" to read, \"json\" with one object a line, \"journal\" for systemd's native fields; "
                + "\"auto\" takes the journal where standard error leads there, and text otherwise."),
        SettingKey(
            .log, "statistics_interval_seconds", \.log.statisticsInterval, .secondsOrOff(upTo: 86_400),
            "Between two lines of statistics. 0 writes none."),
    ]
}
