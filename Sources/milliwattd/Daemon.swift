import ArgumentParser
import Operations

/// Why the daemon could not start or go on.
struct DaemonFailure: Error {
    let status: ExitCode
    let message: String
}

/// The running service.
enum Daemon {
    /// Serves until a signal to stop.
    ///
    /// - Throws: ``DaemonFailure`` with the exit status.
    static func run(_ settings: Settings, from source: SettingsSource) async throws {
        let output = LogOutput(settings.log)
        let log = EventLog(output)
        log.record(
            .notice, .serviceStarting, "Milliwatt starts",
            [.version: .text(Version.current), .settings: .text(source.description)])
        output.close()
    }
}
