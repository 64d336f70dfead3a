import Audio
import Media
import Networking
import Operations
import Quality
import RTP
import SDP
import SIP
import UserAgent

extension UserAgentConfiguration {
    /// The settings as the user agent knows them.
    init(_ settings: Settings) throws {
        let behavior = settings.behavior
        do {
            self.init(tone: try Tone(frequency: behavior.toneFrequency, level: behavior.toneLevel))
        } catch {
            throw DaemonFailure(status: ExitStatus.configuration, message: "behavior.tone_frequency: \(error)")
        }
        userAgent = settings.sip.userAgent
        domain = settings.sip.domain ?? ""
        autoAnswer = behavior.autoAnswer
        autoAnswerDelay = behavior.autoAnswerDelay
        ringTimeout = behavior.maximumRinging
        toneDuration = behavior.toneDuration
        maximumCalls = behavior.maximumConcurrentCalls
        overLimitResponse =
            switch behavior.overLimitStatus {
            case .busyHere: .busyHere
            case .serviceUnavailable:
                .serviceUnavailable(retryAfterSeconds: Int(behavior.retryAfter.components.seconds))
            }
        maximumCallDuration = behavior.maximumCallDuration
        mediaTimeout = behavior.mediaTimeout
        sessionTimers = SessionTimerPolicy(settings.sip)
        codecs = settings.media.preferredCodecs.map(Codec.init)
        codecPreference =
            switch settings.media.codecOrder {
            case .caller: .peer
            case .own: .ours
            }
        messageLimits = MessageLimits(settings.security)
        longestRest = settings.sip.batch
        packetTime = settings.media.packetTime
        dtmf = settings.media.enableDTMF
        advertisedAddress = settings.media.advertisedAddress.flatMap { IPAddress(parsing: $0) }
        edge = EdgeConfiguration(settings)
        collector = CollectorConfiguration(settings.quality)
    }
}

extension CollectorConfiguration {
    /// The settings as quality reports know them; nil where there is no collector.
    init?(_ settings: Settings.Quality) {
        guard let uri = settings.collector.flatMap({ URI($0) }) else { return nil }
        var listener = Listener()
        listener.hasAdaptiveBuffer = settings.jitterBuffer == .adaptive
        listener.maximumBufferMilliseconds = settings.jitterBufferMaximum
        listener.conceals = settings.concealment
        self.init(uri: uri, interval: settings.collectorInterval, listener: listener)
    }
}

extension EdgeConfiguration {
    /// The settings as the edge knows them.
    init(_ settings: Settings) {
        self.init()
        let security = settings.security
        allowedNetworks = security.allowNetworks.compactMap(IPNetwork.init(parsing:))
        newRequestsPerSecond = security.newRequestsPerSecond
        burst = security.burst
        dropsScanners = security.dropScanners
        scannerUserAgents = security.scannerUserAgents
        maximumCallsPerMediaAddress = security.maximumCallsPerMediaAddress
        maximumTransactions = security.maximumTransactions
        retryAfter = Int(settings.behavior.retryAfter.components.seconds)
        streams.connections = security.maximumConnections
        streams.connectionsPerSource = security.maximumConnectionsPerSource
        streams.halfOpenConnections = security.maximumHalfOpenConnections
        streams.exemptNetworks = allowedNetworks
    }
}

extension MessageLimits {
    /// The settings as the parser knows them.
    init(_ settings: Settings.Security) {
        self.init(
            messageBytes: settings.maximumMessageBytes, bodyBytes: settings.maximumMessageBytes,
            headBytes: min(settings.maximumMessageBytes, 32_768), headerCount: settings.maximumHeaderCount,
            headerBytes: settings.maximumHeaderBytes)
    }
}

extension SessionTimerPolicy {
    /// The settings as the dialogs know them; nil where session timers are switched off.
    init?(_ settings: Settings.SIP) {
        guard settings.sessionTimers else { return nil }
        self.init(
            interval: UInt32(clamping: settings.sessionExpires.components.seconds),
            minimum: UInt32(clamping: settings.minimumSessionExpires.components.seconds))
    }
}

extension MediaEngineConfiguration {
    /// The settings as the media engine knows them.
    init(_ settings: Settings) {
        self.init()
        workers = settings.media.workerThreads
        ports = settings.media.rtpPortRangeStart...settings.media.rtpPortRangeEnd
        differentiatedServices = UInt8(settings.media.dscp)
        receiveBuffer = settings.media.receiveBuffer
        sendBuffer = settings.media.sendBuffer
        realTime = MediaRealTime(settings.media)
        reportsIntervals = settings.log.level <= .debug
        reducesRTCPMinimum = settings.media.reducesRTCPMinimum
        quality = MediaQualityConfiguration(settings.quality)
    }
}

extension MediaRealTime {
    /// The settings as the media engine knows them.
    init(_ settings: Settings.Media) {
        self =
            switch settings.realTime {
            case .never: .never
            case .pacing: .pacing(priority: settings.realTimePriority)
            case .always: .always(priority: settings.realTimePriority)
            }
    }
}

extension MediaQualityConfiguration {
    /// The settings as the scores know them.
    init(_ settings: Settings.Quality) {
        self.init()
        interval = settings.interval
        jitterBuffer = JitterBufferModel.Configuration(
            isAdaptive: settings.jitterBuffer == .adaptive, nominalMilliseconds: settings.jitterBufferNominal,
            minimumMilliseconds: settings.jitterBufferMinimum, maximumMilliseconds: settings.jitterBufferMaximum)
        conceals = settings.concealment
        measuresLevel = settings.silenceDetection
        parameters.a = settings.advantageFactor
    }
}

extension Codec {
    /// A codec of the settings.
    init(_ codec: Settings.AudioCodec) {
        self =
            switch codec {
            case .pcmu: .pcmu
            case .pcma: .pcma
            }
    }
}

extension ListenerConfiguration.Transport {
    /// A transport of the settings.
    init(_ transport: Settings.Transport) {
        self =
            switch transport {
            case .udp: .udp
            case .tcp: .tcp
            case .tls: .tls
            }
    }
}

extension Settings {
    /// A listener for each address and transport.
    ///
    /// - Parameter passed: sockets that are bound already; those that listeners use are taken, and those of transports that
    ///   are not wanted are closed.
    func listeners(_ passed: inout PassedSockets) -> [ListenerConfiguration] {
        for transport in Transport.allCases where !sip.transports.contains(transport) {
            passed.discard(PassedSockets.Name(transport))
        }
        var listeners: [ListenerConfiguration] = []
        for host in sip.bindAddresses {
            for transport in sip.transports {
                guard let address = SocketAddress(host: host, port: transport == .tls ? sip.tlsPort : sip.port) else {
                    continue
                }
                var listener = ListenerConfiguration(ListenerConfiguration.Transport(transport), address)
                if let socket = passed.take(PassedSockets.Name(transport), for: address) {
                    (listener.inherited, listener.address) = (socket, socket.address)
                    listener.isDualStack = socket.isDualStack
                }
                listeners.append(listener)
            }
        }
        return listeners
    }
}

extension PassedSockets.Name {
    /// The name of a transport's socket.
    init(_ transport: Settings.Transport) {
        self =
            switch transport {
            case .udp: .udp
            case .tcp: .tcp
            case .tls: .tls
            }
    }
}
