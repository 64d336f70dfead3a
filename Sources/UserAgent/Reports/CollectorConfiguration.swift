import SIP

/// Where the quality of calls is reported to, by PUBLISH of the event vq-rtcpxr (RFC 6035).
public struct CollectorConfiguration: Sendable {
    /// The collector's URI, `sip` or `sips`.
    public let uri: URI
    /// Between two reports of a call that is up; nil reports its end only.
    public var interval: Duration?
    /// The listener whom the scores assume, who is described in each report.
    public var listener: Listener

    /// A collector; nil for a URI that is not SIP's or has headers, which a request cannot go to.
    public init?(uri: URI, interval: Duration? = nil, listener: Listener = Listener()) {
        guard uri.isSIP, !uri.host.isEmpty, uri.headers.isEmpty else { return nil }
        self.uri = uri
        self.interval = interval
        self.listener = listener
    }

    /// What is assumed of a listener.
    public struct Listener: Sendable, Hashable {
        /// Whether the delay of the jitter buffer follows the jitter.
        public var hasAdaptiveBuffer = true
        /// The highest delay of the jitter buffer in ms.
        public var maximumBufferMilliseconds = 200
        /// Whether lost packets are concealed.
        public var conceals = true

        /// The defaults of the settings.
        public init() {}
    }

    /// The transport that the URI asks for.
    var transport: TransportProtocol { uri.scheme == .sips ? .tls : uri.transport ?? .udp }

    /// The port of the URI, or its transport's.
    var port: UInt16 { uri.port ?? transport.defaultPort }
}
