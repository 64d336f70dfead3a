import COpenSSL
import Glibc

/// The token that requests have to bear (RFC 6750), read from a file. It is written nowhere, not even where it is wrong.
public struct BearerToken: Sendable {
    /// A shorter one can be guessed.
    public static let leastOctets = 16
    private static let greatestOctets = 4096

    private let octets: [UInt8]

    /// A token as the file has it, without the white space around it.
    ///
    /// - Throws: why it is none.
    init(contents: [UInt8]) throws(BearerTokenError) {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let octets = Array(Array(contents.drop(while: isSpace)).reversed().drop(while: isSpace).reversed())
        guard octets.count >= BearerToken.leastOctets else {
            throw BearerTokenError(
                reason: "the token has \(octets.count) characters, fewer than \(BearerToken.leastOctets)")
        }
        guard octets.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw BearerTokenError(reason: "a token has printable ASCII characters only, and no space within")
        }
        self.octets = octets
    }

    /// Reads the file that the settings name; nil where they name none, or nothing is served.
    ///
    /// - Throws: the setting, the file, and why it cannot be used.
    public init?(_ settings: Settings.HTTP) throws(BearerTokenError) {
        guard settings.enabled, let path = settings.tokenFile else { return nil }
        do throws(BearerTokenError) {
            try self.init(contents: try BearerToken.read(try BearerToken.resolve(path)))
        } catch {
            throw BearerTokenError(reason: "http.token_file: \(path): \(error.reason)")
        }
    }

    /// Whether the value of an `Authorization` header field bears this token. How long that takes tells nothing about
    /// the token but its length.
    func isBorne(by authorization: String?) -> Bool {
        guard let authorization else { return false }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        let presented = Array(parts[1].utf8.drop { $0 == 0x20 })
        return presented.count == octets.count && CRYPTO_memcmp(presented, octets, octets.count) == 0
    }

    private static func resolve(_ path: String) throws(BearerTokenError) -> String {
        do throws(CredentialError) {
            return try CredentialPath.resolve(path)
        } catch {
            throw BearerTokenError(reason: error.reason)
        }
    }

    private static func read(_ path: String) throws(BearerTokenError) -> [UInt8] {
        // Not to wait where somebody has put a pipe.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw BearerTokenError(system: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw BearerTokenError(system: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BearerTokenError(reason: "is not a file") }
        guard status.st_mode & S_IROTH == 0 else {
            throw BearerTokenError(reason: "everybody may read it (chmod o-r helps)")
        }
        guard status.st_size <= greatestOctets else {
            throw BearerTokenError(reason: "is larger than \(greatestOctets) bytes: is this a token?")
        }
        var failure: Int32 = 0
        let contents = [UInt8](unsafeUninitializedCapacity: greatestOctets) { buffer, count in
            let received = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            failure = received < 0 ? errno : 0
            count = max(0, received)
        }
        guard failure == 0 else { throw BearerTokenError(system: failure) }
        return contents
    }
}

/// A token cannot be used, for instance `http.token_file: /etc/milliwatt/token: Permission denied`.
public struct BearerTokenError: Error, Equatable, CustomStringConvertible {
    let reason: String

    /// One line, without the token.
    public var description: String { ControlCharacters.escaped(reason) }
}

extension BearerTokenError {
    fileprivate init(system number: Int32) {
        reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
