import COpenSSL
import Glibc

/// What all sessions of one side share: certificate, key and rules, read once.
///
/// Reading new files is a new context: connections that are up keep theirs.
///
/// Invariant behind `@unchecked Sendable`: the context is not changed after `init`, and OpenSSL counts references and
/// keeps its session cache under locks of its own.
public final class TLSContext: @unchecked Sendable {
    /// Which side of a connection.
    public enum Role: Sendable {
        /// Accepts connections.
        case server
        /// Opens connections.
        case client
    }

    /// Which side it is for.
    public let role: Role
    let verifiesPeer: Bool
    let context: OpaquePointer

    /// Reads and checks the files.
    ///
    /// - Throws: which file cannot be used and why.
    public init(_ role: Role, _ configuration: TLSConfiguration) throws(TLSConfigurationError) {
        Self.initialise
        ERR_clear_error()
        guard let context = SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method()) else {
            throw TLSConfigurationError(item: .library, path: nil, reason: OpenSSLError.takeReason() ?? "no context")
        }
        self.role = role
        self.context = context
        verifiesPeer =
            switch role {
            case .server: configuration.clientCertificates != .none
            case .client: configuration.verifiesServer
            }
        applyRules(configuration)
        try loadAuthorities(configuration)
        try loadCertificate(configuration)
    }

    deinit { SSL_CTX_free(context) }

    /// By itself OpenSSL frees what its functions need as soon as the process calls exit(3), while our queue may be ending
    /// connections.
    private static let initialise: Void = {
        _ = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }()

    private func applyRules(_ configuration: TLSConfiguration) {
        copenssl_set_versions(context, configuration.minimumVersion.number, configuration.maximumVersion.number)
        copenssl_harden(context)
        copenssl_never_ask(context)
        // Without a name of its own, a server that asks for certificates refuses to resume a session.
        let name = Array("milliwatt".utf8)
        SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
        let mode: Int32
        switch role {
        case .server:
            switch configuration.clientCertificates {
            case .none: mode = SSL_VERIFY_NONE
            case .optional: mode = SSL_VERIFY_PEER
            case .required: mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
            }
        case .client:
            mode = configuration.verifiesServer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE
        }
        SSL_CTX_set_verify(context, mode, nil)
    }

    private func loadAuthorities(_ configuration: TLSConfiguration) throws(TLSConfigurationError) {
        guard let path = configuration.authoritiesFile else {
            if verifiesPeer { SSL_CTX_set_default_verify_paths(context) }
            return
        }
        try checkReadable(.authoritiesFile, path)
        guard SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
            throw refusal(.authoritiesFile, path, "there is no certificate in PEM form in it")
        }
        if role == .server, let names = SSL_load_client_CA_file(path) { SSL_CTX_set_client_CA_list(context, names) }
    }

    private func loadCertificate(_ configuration: TLSConfiguration) throws(TLSConfigurationError) {
        guard let path = configuration.certificateFile else {
            guard role == .client else {
                throw TLSConfigurationError(item: .certificateFile, path: nil, reason: "a server needs one")
            }
            return
        }
        try checkReadable(.certificateFile, path)
        guard SSL_CTX_use_certificate_chain_file(context, path) == 1 else {
            throw refusal(.certificateFile, path, "there is no certificate in PEM form in it")
        }
        let keyPath = configuration.keyFile ?? path
        try checkReadable(.keyFile, keyPath)
        guard SSL_CTX_use_PrivateKey_file(context, keyPath, SSL_FILETYPE_PEM) == 1 else {
            throw refusal(.keyFile, keyPath, "there is no private key in PEM form without a passphrase in it")
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw refusal(.keyFile, keyPath, "it does not belong to the certificate in \(path)")
        }
    }

    private func checkReadable(_ item: TLSConfigurationError.Item, _ path: String) throws(TLSConfigurationError) {
        do {
            let file = try FileDescriptor("open") { open(path, O_RDONLY | O_CLOEXEC) }
            var byte: UInt8 = 0
            let number = file.rawValue
            try SystemCall.run("read") { read(number, &byte, 1) }
        } catch {
            throw TLSConfigurationError(item: item, path: path, reason: error.text)
        }
    }

    /// OpenSSL's own word where it says more than that there is nothing of the kind in the file.
    private func refusal(
        _ item: TLSConfigurationError.Item, _ path: String, _ usual: String
    ) -> TLSConfigurationError {
        let error = ERR_peek_last_error()
        let (library, code) = (copenssl_error_library(error), copenssl_error_reason(error))
        let words = OpenSSLError.takeReason()
        let reason =
            switch (library, code) {
            case (ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH), (ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH):
                "it does not belong to the certificate"
            case (ERR_LIB_SSL, SSL_R_EE_KEY_TOO_SMALL), (ERR_LIB_SSL, SSL_R_CA_KEY_TOO_SMALL),
                (ERR_LIB_SSL, SSL_R_CA_MD_TOO_WEAK):
                words ?? usual
            default: usual
            }
        return TLSConfigurationError(item: item, path: path, reason: reason)
    }
}

extension TLSConfiguration.Version {
    fileprivate var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}

/// The calling thread's queue of OpenSSL's errors.
enum OpenSSLError {
    /// The words of the last error, or nil; the queue is empty then.
    static func takeReason() -> String? {
        let error = ERR_peek_last_error()
        ERR_clear_error()
        guard error != 0 else { return nil }
        guard let words = ERR_reason_error_string(error) else { return "error \(error)" }
        return String(cString: words)
    }
}
