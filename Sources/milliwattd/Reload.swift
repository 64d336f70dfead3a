import Operations
import UserAgent

/// Reads the settings, the files of TLS and the token again, all or nothing.
struct Reload {
    /// What is in force.
    private(set) var settings: Settings
    let source: SettingsSource
    let overrides: [String]
    let userAgent: UserAgent
    let http: HTTPService?
    let log: EventLog

    /// Takes over what can change while the daemon runs; what is wrong is logged, and changes nothing.
    mutating func reload() async {
        do {
            let result = try settings.reloaded(from: try Settings(from: source, overrides: overrides))
            let token = try BearerToken(result.settings.http)
            if let contexts = try SecureContexts(result.settings.sip) {
                await userAgent.useTLS(server: contexts.server, client: contexts.client)
            }
            http?.useToken(token)
            settings = result.settings
            report(result)
        } catch let error as SettingsError {
            for problem in error.problems { refuse("\(problem)") }
        } catch {
            refuse("\(error)")
        }
    }

    private func report(_ result: Settings.Reloaded) {
        log.record(
            .notice, .settingsReloaded, "Settings, TLS files and token were read again",
            [.setting: result.applied.isEmpty ? nil : .text(result.applied.joined(separator: ", "))])
        guard !result.needRestart.isEmpty else { return }
        log.record(
            .warning, .settingsReloaded, "A restart is needed for the new values of these settings",
            [.setting: .text(result.needRestart.joined(separator: ", "))])
    }

    private func refuse(_ reason: String) {
        log.record(
            .error, .settingsRefused, "The settings cannot be used, so nothing has changed", [.reason: .text(reason)])
    }
}
