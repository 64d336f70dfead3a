import Glibc

/// Where settings come from.
public enum SettingsSource: Sendable, Equatable, CustomStringConvertible {
    /// The file at a path.
    case file(String)
    /// No file: the built-in defaults.
    case builtIn

    /// Read when no other file is named and it exists.
    public static let defaultPath = "/etc/milliwatt/milliwatt.toml"

    /// The file that the operator named; else the one at ``defaultPath`` if it exists; else the defaults.
    public init(named path: String?, defaultPath: String = SettingsSource.defaultPath) {
        if let path {
            self = .file(path)
        } else if access(defaultPath, F_OK) == 0 {
            self = .file(defaultPath)
        } else {
            self = .builtIn
        }
    }

    /// For the log.
    public var description: String {
        switch self {
        case .file(let path): path
        case .builtIn: "built-in defaults"
        }
    }
}

extension Settings {
    /// Reads, decodes and checks.
    ///
    /// - Throws: ``SettingsError`` with every problem of the file and of the overrides.
    public init(from origin: SettingsSource, overrides: [String] = []) throws(SettingsError) {
        switch origin {
        case .file(let path):
            let bytes: [UInt8]
            do throws(Rejection) {
                bytes = try SettingsFile.read(path)
            } catch {
                throw SettingsError(problems: [SettingsProblem(path, error.reason)])
            }
            try self.init(parsing: bytes, source: path, overrides: overrides)
        case .builtIn:
            try self.init(overrides: overrides)
        }
    }
}

/// Reads a file of bounded size; a pipe will do.
enum SettingsFile {
    static let maximumSize = 1 << 20

    static func read(_ path: String) throws(Rejection) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Rejection(reason: "cannot be opened: \(message(of: errno))") }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                var received: Int
                repeat {
                    received = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                } while received < 0 && errno == EINTR
                failure = received < 0 ? errno : 0
                count = max(0, received)
            }
            guard failure == 0 else { throw Rejection(reason: "cannot be read: \(message(of: failure))") }
            if chunk.isEmpty { return contents }
            contents += chunk
            guard contents.count <= maximumSize else {
                throw Rejection(reason: "is larger than \(maximumSize) bytes: is this a settings file?")
            }
        }
    }

    private static func message(of number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
