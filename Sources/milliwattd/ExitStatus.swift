import ArgumentParser
import Glibc

/// How the program ends (sysexits.h), so that scripts and systemd can tell the reasons apart.
enum ExitStatus {
    /// The command line is wrong.
    static let usage = ExitCode(EX_USAGE)
    /// A file that is to be read is not there, or cannot be read.
    static let noInput = ExitCode(EX_NOINPUT)
    /// A port is taken, or something else that the service needs is not to be had.
    static let unavailable = ExitCode(EX_UNAVAILABLE)
    /// A file could not be written.
    static let cannotCreate = ExitCode(EX_CANTCREAT)
    /// It takes too long; later it may go.
    static let temporary = ExitCode(EX_TEMPFAIL)
    /// The user may not do that.
    static let notPermitted = ExitCode(EX_NOPERM)
    /// The settings are wrong.
    static let configuration = ExitCode(EX_CONFIG)
}

/// Messages to the operator before there is a log.
enum StandardError {
    /// Writes one line with the program's name before it.
    static func print(_ line: String) {
        let bytes = Array("milliwattd: \(line)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
