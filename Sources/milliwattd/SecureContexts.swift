import Networking
import Operations

/// What TLS uses in both directions, read from the files that the settings name.
struct SecureContexts {
    let server: TLSContext
    let client: TLSContext

    /// Reads the files; nil where TLS is not among the transports.
    ///
    /// - Throws: the setting whose file cannot be used, and why.
    init?(_ settings: Settings.SIP) throws(SecureContextsError) {
        guard settings.transports.contains(.tls) else { return nil }
        let configuration = try TLSConfiguration(settings)
        do throws(TLSConfigurationError) {
            server = try TLSContext(.server, configuration)
            client = try TLSContext(.client, configuration)
        } catch {
            throw SecureContextsError(error)
        }
    }
}

/// A file of TLS cannot be used, for instance `sip.tls_key: /etc/milliwatt/tls.key: Permission denied`.
struct SecureContextsError: Error, CustomStringConvertible {
    let description: String

    init(_ key: String, _ path: String, _ error: CredentialError) { description = "\(key): \(path): \(error.reason)" }

    init(_ error: TLSConfigurationError) {
        let key =
            switch error.item {
            case .certificateFile: "sip.tls_certificate"
            case .keyFile: "sip.tls_key"
            case .authoritiesFile: "sip.tls_ca"
            case .library: "TLS"
            }
        description = [key, error.path, error.reason].compactMap(\.self).joined(separator: ": ")
    }
}

extension TLSConfiguration {
    /// The settings as TLS knows them.
    ///
    /// - Throws: a credential that cannot be had.
    init(_ settings: Settings.SIP) throws(SecureContextsError) {
        self.init(
            certificateFile: try Self.path("sip.tls_certificate", settings.tlsCertificate),
            keyFile: try Self.path("sip.tls_key", settings.tlsKey),
            authoritiesFile: try Self.path("sip.tls_ca", settings.tlsAuthorities))
        minimumVersion =
            switch settings.tlsMinimumVersion {
            case .tls12: .tls12
            case .tls13: .tls13
            }
        clientCertificates =
            switch settings.tlsClientCertificates {
            case .none: .none
            case .optional: .optional
            case .required: .required
            }
        verifiesServer = settings.tlsVerifyServer
    }

    private static func path(_ key: String, _ text: String?) throws(SecureContextsError) -> String? {
        guard let text else { return nil }
        do throws(CredentialError) {
            return try CredentialPath.resolve(text)
        } catch {
            throw SecureContextsError(key, text, error)
        }
    }
}
