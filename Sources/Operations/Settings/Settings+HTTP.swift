import Networking

extension Settings {
    /// `[http]`.
    public struct HTTP: Sendable, Equatable {
        /// Whether health and metrics are served.
        public internal(set) var enabled = true
        /// The IP literal to listen on.
        public internal(set) var bindAddress = "127.0.0.1"
        /// The port; 0 lets the system choose.
        public internal(set) var port: UInt16 = 8080
        /// The file with the token that requests must bear; `nil` demands none.
        public internal(set) var tokenFile: String?
        /// How long a client may take over a request and its response, and be idle between two, whole seconds.
        public internal(set) var requestTimeout = Duration.seconds(10)
        /// Connections at once.
        public internal(set) var maximumConnections = 64
        /// Octets of the head of a request.
        public internal(set) var maximumHeadBytes = 8192

        /// Whether others than this machine's own users are served without a token.
        public var isUnguarded: Bool {
            enabled && tokenFile == nil && SocketAddress(host: bindAddress, port: port)?.isLoopback != true
        }
    }
}
