import Operations
import UserAgent

/// Reads the settings, the files of TLS and the token again, all or nothing.
struct Reload {
    /// What is in force.
    private(set) var settings: Settings
    let source: SettingsSource
    let overrides: [String]

    init(settings: Settings, source: SettingsSource, overrides: [String]) {
        (self.settings, self.source, self.overrides) = (settings, source, overrides)
    }

    /// Takes over what can change while the daemon runs; what is wrong is logged, and changes nothing.
    mutating func reload(_ service: RunningService) async {
        do {
            let result = try settings.reloaded(from: try Settings(from: source, overrides: overrides))
            // All that can fail comes before all that changes something.
            let configuration = try UserAgentConfiguration(result.settings)
            let token = try BearerToken(result.settings.http)
            let contexts = try SecureContexts(result.settings.sip)
            if let contexts {
                await service.userAgent.useTLS(server: contexts.server, client: contexts.client)
            }
            await service.userAgent.reconfigure(configuration)
            service.http?.useToken(token)
            service.probe.limitCalls(to: result.settings.behavior.maximumConcurrentCalls)
            DescriptorTable.makeRoom(for: result.settings)
            service.log.output.level = result.settings.log.level
            settings = result.settings
            report(result, service.log)
        } catch let error as SettingsError {
            for problem in error.problems { refuse("\(problem)", service.log) }
        } catch let failure as DaemonFailure {
            refuse(failure.message, service.log)
        } catch {
            refuse("\(error)", service.log)
        }
    }

    private func report(_ result: Settings.Reloaded, _ log: EventLog) {
        log.record(
            .notice, .settingsReloaded, "Settings, TLS files and token were read again",
            [.setting: result.applied.isEmpty ? nil : .text(result.applied.joined(separator: ", "))])
        guard !result.needRestart.isEmpty else { return }
        log.record(
            .warning, .settingsReloaded, "A restart is needed for the new values of these settings",
            [.setting: .text(result.needRestart.joined(separator: ", "))])
    }

    private func refuse(_ reason: String, _ log: EventLog) {
        log.record(
            .error, .settingsRefused, "The settings cannot be used, so nothing has changed", [.reason: .text(reason)])
    }
}
