/// Certificates and rules for TLS (RFC 3261 §26.3.1, RFC 5246, RFC 8446).
public struct TLSConfiguration: Hashable, Sendable {
    /// What a server asks of its clients.
    public enum ClientCertificates: String, Hashable, Sendable {
        /// Nothing.
        case none
        /// A certificate; one that is shown has to be good.
        case optional
        /// A good certificate.
        case required
    }

    /// The least version that is spoken.
    public enum Version: String, Hashable, Sendable {
        /// RFC 5246.
        case tls12 = "1.2"
        /// RFC 8446.
        case tls13 = "1.3"
    }

    /// A file with our certificate and those between it and the authority, in PEM form; a server needs one.
    public var certificateFile: String?
    /// A file with the certificate's private key in PEM form, without a passphrase; nil where it is in the same file.
    public var keyFile: String?
    /// A file with the authorities to trust in PEM form; nil trusts the system's.
    public var authoritiesFile: String?
    /// The least version that is spoken.
    public var minimumVersion = Version.tls12
    /// The greatest version that is spoken: for tests, to meet a peer of old.
    var maximumVersion = Version.tls13
    /// What a server asks of its clients.
    public var clientCertificates = ClientCertificates.none
    /// Whether a client insists on a good certificate with the name that it wanted to reach.
    public var verifiesServer = true

    /// TLS 1.2 and 1.3 without a certificate of our own: enough for a client.
    public init(certificateFile: String? = nil, keyFile: String? = nil, authoritiesFile: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.authoritiesFile = authoritiesFile
    }
}

/// A setting of TLS cannot be used.
public struct TLSConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which setting.
    public enum Item: String, Hashable, Sendable {
        /// `certificateFile`.
        case certificateFile = "certificate file"
        /// `keyFile`.
        case keyFile = "key file"
        /// `authoritiesFile`.
        case authoritiesFile = "authorities file"
        /// OpenSSL itself.
        case library = "OpenSSL"
    }

    /// Which setting.
    public let item: Item
    /// The file, where there is one.
    public let path: String?
    /// What is wrong with it.
    public let reason: String

    /// For instance `certificate file /etc/milliwatt/server.pem: No such file or directory`.
    public var description: String {
        "\(item.rawValue)\(path.map { " \($0)" } ?? ""): \(reason)"
    }
}
