/// What the operator can decide, checked and then immutable.
///
/// The defaults stand here; everything else about a key (its name in the file, its unit, its range, what it
/// means) stands in ``SettingKey/all``. A `nil` is a limit or a feature that is switched off.
public struct Settings: Sendable, Equatable {
    /// Signalling: `[sip]`.
    public internal(set) var sip = SIP()
    /// What happens to a call: `[behavior]`.
    public internal(set) var behavior = Behavior()
    /// RTP: `[media]`.
    public internal(set) var media = Media()
    /// How what is received is scored: `[quality]`.
    public internal(set) var quality = Quality()
    /// What strangers may cost: `[security]`.
    public internal(set) var security = Security()
    /// Health and metrics: `[http]`.
    public internal(set) var http = HTTP()
    /// What is kept of calls: `[records]`.
    public internal(set) var records = Records()
    /// Logging: `[log]`.
    public internal(set) var log = Log()

    /// The built-in defaults.
    public init() {}

    /// A transport of SIP that can be switched on.
    public enum Transport: String, Sendable, CaseIterable {
        /// Datagrams (RFC 3261, 18).
        case udp
        /// Streams (RFC 3261, 18.3).
        case tcp
        /// Streams secured by TLS (RFC 3261, 26.3.1).
        case tls
    }

    /// What is asked of those who connect by TLS.
    public enum ClientCertificates: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// A certificate; one that is shown has to be good.
        case optional
        /// A good certificate.
        case required
    }

    /// The least version of TLS.
    public enum TLSVersion: String, Sendable, CaseIterable {
        /// RFC 5246.
        case tls12 = "1.2"
        /// RFC 8446.
        case tls13 = "1.3"
    }

    /// A codec by its name in SDP (RFC 3551).
    public enum AudioCodec: String, Sendable, CaseIterable {
        /// G.711 mu-law, static payload type 0.
        case pcmu = "PCMU"
        /// G.711 A-law, static payload type 8.
        case pcma = "PCMA"
    }

    /// When media threads have real-time priority (sched(7)).
    public enum RealTimeUse: String, Sendable, CaseIterable {
        /// Never.
        case never
        /// While a thread sends to most of its calls by the clock.
        case pacing
        /// For as long as they run.
        case always
    }

    /// Whose order of codecs decides (RFC 3264, 6.1).
    public enum CodecOrder: String, Sendable, CaseIterable {
        /// The order of the caller's offer.
        case caller
        /// The order of ``Media/preferredCodecs``.
        case own
    }

    /// The answer to a call over the limit.
    public enum OverLimitStatus: Int, Sendable, CaseIterable {
        /// 486 Busy Here: this callee is busy.
        case busyHere = 486
        /// 503 Service Unavailable with Retry-After: a proxy tries the next server.
        case serviceUnavailable = 503
    }

    /// `[sip]`.
    public struct SIP: Sendable, Equatable {
        /// IP literals to listen on, at least one.
        public internal(set) var bindAddresses = ["0.0.0.0"]
        /// The port of UDP and TCP; 0 lets the system choose.
        public internal(set) var port: UInt16 = 5060
        /// The host name or address that a Request-URI must have; `nil` serves any.
        public internal(set) var domain: String?
        /// The transports to listen on, at least one.
        public internal(set) var transports: [Transport] = [.udp, .tcp]
        /// The port of TLS; 0 lets the system choose.
        public internal(set) var tlsPort: UInt16 = 5061
        /// The file with our certificate and those between it and the authority.
        public internal(set) var tlsCertificate: String?
        /// The file with the certificate's key; `nil` where it is in the same file.
        public internal(set) var tlsKey: String?
        /// The file with the authorities to trust; `nil` trusts the system's.
        public internal(set) var tlsAuthorities: String?
        /// What is asked of those who connect by TLS.
        public internal(set) var tlsClientCertificates = ClientCertificates.none
        /// The least version of TLS, in both directions.
        public internal(set) var tlsMinimumVersion = TLSVersion.tls12
        /// Whether servers that we connect to by TLS need a good certificate.
        public internal(set) var tlsVerifyServer = true
        /// The value of User-Agent and Server header fields.
        public internal(set) var userAgent = "milliwattd/\(Version.current)"
        /// Whether session timers are agreed to (RFC 4028).
        public internal(set) var sessionTimers = true
        /// The longest interval between two refreshes of a session, whole seconds.
        public internal(set) var sessionExpires = Duration.seconds(1800)
        /// The shortest interval between two refreshes of a session, whole seconds.
        public internal(set) var minimumSessionExpires = Duration.seconds(90)
        /// How long a UDP message may wait for others under load; zero for not at all.
        public internal(set) var batch = Duration.milliseconds(4)
    }

    /// `[behavior]`.
    public struct Behavior: Sendable, Equatable {
        /// Whether calls are answered; otherwise they ring until ``maximumRinging``.
        public internal(set) var autoAnswer = true
        /// From 180 to 200.
        public internal(set) var autoAnswerDelay = Duration.milliseconds(1000)
        /// How long a call that nobody answers rings before 480.
        public internal(set) var maximumRinging = Duration.seconds(60)
        /// Hz, a multiple of 0.1.
        public internal(set) var toneFrequency = 440.0
        /// dBm0.
        public internal(set) var toneLevel = -10.0
        /// From answer to BYE; `nil` plays until the caller hangs up.
        public internal(set) var toneDuration: Duration? = .seconds(30)
        /// Calls at once, ringing ones included.
        public internal(set) var maximumConcurrentCalls = 100
        /// The answer to a call above ``maximumConcurrentCalls``.
        public internal(set) var overLimitStatus = OverLimitStatus.busyHere
        /// Retry-After of a 503, whole seconds.
        public internal(set) var retryAfter = Duration.seconds(10)
        /// The longest that any call may last; `nil` sets no limit.
        public internal(set) var maximumCallDuration: Duration? = .seconds(3600)
        /// A call without media from the peer for so long is ended, unless held; `nil` never ends one.
        public internal(set) var mediaTimeout: Duration? = .seconds(30)
        /// How long calls that are up may go on when the daemon stops; `nil` hangs up at once.
        public internal(set) var drainTimeout: Duration?
        /// How long the daemon waits for the answers to its BYEs when it stops.
        public internal(set) var shutdownTimeout = Duration.seconds(5)
    }

    /// `[media]`.
    public struct Media: Sendable, Equatable {
        /// The first port of the range, even (RFC 3550, 11).
        public internal(set) var rtpPortRangeStart: UInt16 = 10000
        /// The last port of the range.
        public internal(set) var rtpPortRangeEnd: UInt16 = 20000
        /// Codecs in order of preference, at least one.
        public internal(set) var preferredCodecs: [AudioCodec] = [.pcmu, .pcma]
        /// Whose order of codecs decides.
        public internal(set) var codecOrder = CodecOrder.caller
        /// Milliseconds of audio in a packet where the peer asks for nothing else.
        public internal(set) var packetTime = 20
        /// Whether telephone-event (RFC 4733) is negotiated.
        public internal(set) var enableDTMF = true
        /// The IP literal for SDP; `nil` takes the address that the signalling came to.
        public internal(set) var advertisedAddress: String?
        /// Threads that own RTP sessions; `nil` takes one for each processor but one, and at least one.
        public internal(set) var workerThreads: Int?
        /// The differentiated services code point of RTP, 0-63 (RFC 4594).
        public internal(set) var dscp = 46
        /// The receive buffer of a media socket in octets; `nil` leaves the system's default.
        public internal(set) var receiveBuffer: Int?
        /// The send buffer of a media socket in octets; `nil` leaves the system's default.
        public internal(set) var sendBuffer: Int?
        /// When the media threads have real-time priority (SCHED_FIFO).
        public internal(set) var realTime = RealTimeUse.pacing
        /// Which one they have then, 1-99.
        public internal(set) var realTimePriority = 10
        /// Whether RTCP's least interval shrinks with the bandwidth (RFC 3550, 6.2) instead of being 5 s.
        public internal(set) var reducesRTCPMinimum = false
    }

    /// `[log]`.
    public struct Log: Sendable, Equatable {
        /// The least level that is written.
        public internal(set) var level = LogLevel.info
        /// Where lines go.
        public internal(set) var output = LogTarget.stderr
        /// The file that lines go to, where ``output`` says so.
        public internal(set) var file: String?
        /// The socket of the syslog daemon.
        public internal(set) var syslogSocket = "/dev/log"
        /// How lines are written.
        public internal(set) var format = LogFormat.auto
        /// Between two lines of statistics; `nil` writes none.
        public internal(set) var statisticsInterval: Duration? = .seconds(30)
    }
}
