import ArgumentParser
import Media
import Networking
import Operations
import SIP
import UserAgent

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
    static func run(_ settings: Settings, from source: SettingsSource, overrides: [String]) async throws {
        FileLimit.raise()
        let signals = StopSignals()
        let output = LogOutput(settings.log)
        let log = EventLog(output)
        defer { output.close() }
        log.record(
            .notice, .serviceStarting, "Milliwatt starts",
            [.version: .text(Version.current), .settings: .text(source.description)])
        do {
            try await serve(settings, log, signals) {
                Reload(settings: settings, source: source, overrides: overrides, userAgent: $0, http: $1, log: log)
            }
        } catch let failure as DaemonFailure {
            log.record(.error, .serviceFailed, failure.message)
            throw failure
        }
        log.record(.notice, .serviceStopped, "Milliwatt has stopped")
    }

    private static func serve(
        _ settings: Settings, _ log: EventLog, _ signals: StopSignals, reload: (UserAgent, HTTPService?) -> Reload
    ) async throws {
        let notifier = ServiceNotifier()
        let userAgent = try makeUserAgent(settings, log)
        let probe = ServiceProbe(ServiceParts(userAgent), maximumCalls: settings.behavior.maximumConcurrentCalls)
        let http = try await serveHTTP(settings.http, probe, log)
        let listeners = try await start(userAgent, settings)
        for listener in listeners {
            probe.add(
                ServiceListener(
                    transport: listener.transport.rawValue, address: listener.address.host, port: listener.address.port)
            )
        }
        for listener in probe.listeners { log.record(listener) }
        report(userAgent.mediaStatistics.workers.first?.scheduling, log)
        probe.enter(.running)
        let guide = DialGuide(settings, listeners, http?.listener)
        log.record(.notice, .serviceReady, guide.sentence)
        notifier.ready(status: guide.sentence)

        let statistics = Task {
            await recordStatistics(of: userAgent, every: settings.log.statisticsInterval, log, notifier)
        }
        let watchdog = Watchdog().map { watchdog in
            Task { await watchdog.run(probe, log: log) { notifier.watchdog() } }
        }
        defer { watchdog?.cancel() }
        let reloads = Task { [reload = reload(userAgent, http)] in
            await serve(signals.reloads, reload, notifier, status: guide.sentence)
        }
        let signal = await signals.next()
        statistics.cancel()
        reloads.cancel()
        probe.enter(.draining)
        let (drain, limit) = (settings.behavior.drainTimeout, settings.behavior.shutdownTimeout)
        let plan = drain.map { "calls may go on for \($0.components.seconds) s" } ?? "calls are hung up"
        notifier.stopping(status: "Stopping: \(plan)", within: (drain ?? .zero) + limit + .seconds(5))
        log.record(.notice, .serviceStopping, "Stopping: \(plan)", [.signal: .text(signal)])
        await stop(userAgent, drainingFor: drain, within: limit, signals)
        await http?.stop()
        log.record(await userAgent.statistics)
    }

    /// Says what has become of the real-time priority that was asked for; all media threads are alike.
    private static func report(_ scheduling: WorkerScheduling?, _ log: EventLog) {
        switch scheduling {
        case .realTime(let priority):
            log.record(.info, .mediaScheduling, "The media threads have real-time priority \(priority)")
        case .refused(let code):
            let reason = SystemError(code: code, call: "pthread_setschedparam").description
            log.record(
                .warning, .mediaScheduling, "The media threads have no real-time priority", [.reason: .text(reason)])
        case .normal, nil: break
        }
    }

    /// Serves health and metrics from here on, so that they tell of the start too; nil where that is switched off.
    private static func serveHTTP(
        _ settings: Settings.HTTP, _ probe: ServiceProbe, _ log: EventLog
    ) async throws -> HTTPService? {
        do {
            let token = try BearerToken(settings)
            guard settings.enabled else { return nil }
            let http = try await HTTPService(settings, token: token, probe: probe, log: log)
            probe.add(http)
            return http
        } catch let error as BearerTokenError {
            throw DaemonFailure(status: ExitStatus.configuration, message: "\(error)")
        } catch let error as HTTPServiceError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot listen on \(error)")
        }
    }

    private static func serve(
        _ signals: AsyncStream<Void>, _ reload: Reload, _ notifier: ServiceNotifier, status: String
    ) async {
        var reload = reload
        for await _ in signals {
            notifier.reloading()
            await reload.reload()
            notifier.ready(status: status)
        }
    }

    private static func makeUserAgent(_ settings: Settings, _ log: EventLog) throws -> UserAgent {
        do {
            return try UserAgent(
                configuration: try UserAgentConfiguration(settings), media: MediaEngineConfiguration(settings),
                publish: { log.record($0) }, tell: { log.record($0) })
        } catch let error as SystemError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot start: \(error)")
        }
    }

    private static func start(_ userAgent: UserAgent, _ settings: Settings) async throws -> [BoundListener] {
        do {
            if let contexts = try SecureContexts(settings.sip) {
                await userAgent.useTLS(server: contexts.server, client: contexts.client)
            }
            return try await userAgent.start(listeners: settings.listeners)
        } catch let error as SecureContextsError {
            throw DaemonFailure(status: ExitStatus.configuration, message: "\(error)")
        } catch let error as ListenError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot listen on \(error)")
        }
    }

    /// Lets calls go on for a while, then hangs up; returns when every BYE is answered, the time is over, or a second signal
    /// comes.
    private static func stop(
        _ userAgent: UserAgent, drainingFor drain: Duration?, within limit: Duration, _ signals: StopSignals
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await userAgent.stop(drainingFor: drain) }
            group.addTask { try? await Task.sleep(for: (drain ?? .zero) + limit) }
            group.addTask { _ = await signals.next() }
            await group.next()
            group.cancelAll()
            await userAgent.abandonStop()
            signals.cancel()
        }
        await userAgent.shutDown()
    }

    private static func recordStatistics(
        of userAgent: UserAgent, every interval: Duration?, _ log: EventLog, _ notifier: ServiceNotifier
    ) async {
        guard let interval else { return }
        while (try? await Task.sleep(for: interval)) != nil {
            let statistics = await userAgent.statistics
            log.record(statistics)
            notifier.status(
                "\(statistics.active) calls up, \(statistics.answered) answered, \(statistics.total) in all")
        }
    }
}
