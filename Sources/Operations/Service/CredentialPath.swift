import Glibc

/// Files that the service manager passes (systemd.exec(5), LoadCredential=): `credential:NAME` in a setting is the file
/// NAME of the folder $CREDENTIALS_DIRECTORY.
public enum CredentialPath {
    /// How such a setting begins.
    public static let prefix = "credential:"

    /// The path of a file as a setting names it.
    ///
    /// - Parameters:
    ///   - text: a path, or `credential:NAME`.
    ///   - folder: of the credentials; nil where none were passed.
    /// - Throws: why there can be no such credential.
    public static func resolve(_ text: String, folder: String? = current) throws(CredentialError) -> String {
        guard text.hasPrefix(prefix) else { return text }
        let name = text.dropFirst(prefix.count)
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else {
            throw CredentialError(reason: "is not the name of a credential")
        }
        guard let folder else {
            throw CredentialError(reason: "the service manager has passed no credentials (LoadCredential=)")
        }
        return "\(folder)/\(name)"
    }

    /// The folder of this process's credentials.
    public static var current: String? { getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) } }
}

extension Settings {
    /// The settings that name a credential, `credential:NAME` each.
    public var credentials: [String] {
        [sip.tlsCertificate, sip.tlsKey, sip.tlsAuthorities, http.tokenFile].compactMap { $0 }
            .filter { $0.hasPrefix(CredentialPath.prefix) }
    }
}

/// A credential cannot be had.
public struct CredentialError: Error, Equatable, Sendable {
    /// Why, without the name.
    public let reason: String
}
