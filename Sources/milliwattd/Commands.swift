import ArgumentParser
import Operations

/// `milliwattd run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer calls until SIGTERM or SIGINT.",
        discussion: """
            SIGHUP reads the settings, the TLS certificate and key and the token of HTTP again, all or nothing; calls \
            and connections that are up stay. SIGUSR1 takes no more calls and waits for those that are up \
            (milliwattd drain).

            Exit status: 0 after a signal, 64 for a wrong command line, 69 when a port is taken or the PID file names \
            another daemon, 73 when that file or log.file cannot be written, 78 for wrong settings.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The settings file. Without it, \(SettingsSource.defaultPath) if it exists, else the built-in defaults.",
            valueName: "file"))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file to write the process's number to once it is ready; it is removed at the end.", valueName: "path"))
    var pidFile: String?

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let source = SettingsSource(named: config)
        let settings = try options.settings(from: source)
        do {
            let pidFile = try pidFile.map { try PIDFile(free: $0) }
            try await Daemon.run(settings, from: source, overrides: options.overrides, pidFile: pidFile)
        } catch let failure as DaemonFailure {
            StandardError.print(failure.message)
            throw failure.status
        }
    }
}

/// `milliwattd check-config`.
struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a settings file: say all that is wrong with it, a line for each problem.",
        discussion: "Exit status: 0 when the file is right, 78 when it is not.")

    @Argument(help: "The settings file.")
    var file: String

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let settings = try options.settings(from: .file(file))
        // The service manager passes its credentials to the service alone.
        let unseen = CredentialPath.current == nil ? settings.credentials : []
        do {
            if unseen.isEmpty {
                _ = try SecureContexts(settings.sip)
                _ = try BearerToken(settings.http)
            }
            for credential in unseen { try check(credential) }
        } catch {
            StandardError.print("\(file): \(error)")
            throw ExitStatus.configuration
        }
        let rest = unseen.isEmpty ? "" : "; TLS files and token were not read, since systemd passes some of them"
        print("\(file): the settings are valid\(rest)")
    }

    /// Throws for what cannot be the name of a credential.
    private func check(_ credential: String) throws {
        do throws(CredentialError) {
            _ = try CredentialPath.resolve(credential, folder: "/")
        } catch {
            throw ValidationError("\(credential) \(error.reason)")
        }
    }
}

/// `milliwattd default-config`.
struct DefaultConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a settings file with every key, its meaning, unit and default.")

    func run() {
        print(DefaultConfiguration.text, terminator: "")
    }
}
