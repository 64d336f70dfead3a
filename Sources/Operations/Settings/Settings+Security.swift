import UserAgent

extension Settings {
    /// `[security]`.
    public struct Security: Sendable, Equatable {
        /// Nets (`192.0.2.0/24`) that are neither limited nor taken for scanners.
        public internal(set) var allowNetworks = ["127.0.0.0/8", "::1/128"]
        /// Requests a second of one source that open something new; 0 sets no limit.
        public internal(set) var newRequestsPerSecond = 50
        /// How many of those may come at once.
        public internal(set) var burst = 200
        /// Whether scanners get no answer.
        public internal(set) var dropScanners = true
        /// How the User-Agent of a scanner begins.
        public internal(set) var scannerUserAgents = EdgeConfiguration.knownScanners
        /// Calls at once that are sent a tone at one address from which nothing has come; 0 sets no limit.
        public internal(set) var maximumCallsPerMediaAddress = 20
        /// Transactions at once.
        public internal(set) var maximumTransactions = 200_000
        /// Connections at once.
        public internal(set) var maximumConnections = 4096
        /// Connections at once of one source.
        public internal(set) var maximumConnectionsPerSource = 64
        /// Connections at once that have sent nothing yet, or are in their TLS handshake.
        public internal(set) var maximumHalfOpenConnections = 1024
        /// Octets of a SIP message.
        public internal(set) var maximumMessageBytes = 65_535
        /// Header fields of a SIP message.
        public internal(set) var maximumHeaderCount = 200
        /// Octets of a header field, and of a start line.
        public internal(set) var maximumHeaderBytes = 8192
    }
}
