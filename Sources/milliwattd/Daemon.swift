import ArgumentParser
import Glibc
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
    /// - Parameter pidFile: where to say the process's number; nil says it nowhere.
    /// - Throws: ``DaemonFailure`` with the exit status.
    static func run(
        _ settings: Settings, from source: SettingsSource, overrides: [String], pidFile: PIDFile?
    ) async throws {
        DescriptorTable.raiseLimit()
        DescriptorTable.makeRoom(for: settings)
        let signals = StopSignals()
        let output: LogOutput
        do {
            output = try LogOutput(settings.log)
        } catch {
            throw DaemonFailure(status: ExitStatus.cannotCreate, message: "\(error)")
        }
        let log = EventLog(output)
        defer { output.close() }
        log.record(
            .notice, .serviceStarting, "Milliwatt starts",
            [.version: .text(Version.current), .settings: .text(source.description)])
        let records = CallRecords(
            settings.records, stateDirectory: getenv("STATE_DIRECTORY").map { String(cString: $0) },
            maximumCalls: settings.behavior.maximumConcurrentCalls, log: log)
        do {
            try await serve(
                Reload(settings: settings, source: source, overrides: overrides), records, pidFile, log, signals)
        } catch let failure as DaemonFailure {
            log.record(.error, .serviceFailed, failure.message)
            throw failure
        }
        log.record(.notice, .serviceStopped, "Milliwatt has stopped")
    }

    private static func serve(
        _ reload: Reload, _ records: CallRecords?, _ pidFile: PIDFile?, _ log: EventLog, _ signals: StopSignals
    ) async throws {
        let settings = reload.settings
        let notifier = ServiceNotifier()
        let userAgent = try makeUserAgent(settings, log, records)
        let probe = ServiceProbe(ServiceParts(userAgent), maximumCalls: settings.behavior.maximumConcurrentCalls)
        if let records { probe.add(records) }
        var passed = try takePassedSockets()
        let configurations = settings.listeners(&passed)
        let socket = httpSocket(settings.http, &passed)
        try expectNone(passed)
        let http = try await serveHTTP(settings.http, socket, probe, log)
        let listeners = try await start(userAgent, settings, configurations)
        for listener in listeners {
            probe.add(
                ServiceListener(
                    transport: listener.transport.rawValue, address: listener.address.host, port: listener.address.port)
            )
        }
        for listener in probe.listeners { log.record(listener) }
        if let worker = userAgent.mediaStatistics.workers.first {
            log.record(worker.scheduling, isAskedFor: settings.media.realTime == .always)
        }
        try pidFile?.write()
        defer { pidFile?.remove() }
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
        let service = RunningService(
            userAgent: userAgent, probe: probe, http: http, records: records, log: log, notifier: notifier)
        let inForce = Locked(settings)
        let reloads = Task {
            await serve(signals.reloads, reload, service, status: guide.sentence) { settings in
                inForce.withLock { $0 = settings }
            }
        }
        // Also while calls go on: a log file is rotated then too.
        defer { reloads.cancel() }
        let request = await signals.next()
        statistics.cancel()
        await service.stop(request, inForce.withLock { $0.behavior }, signals)
        await http?.stop()
        // Signalling answers after it has taken the last reports of media: every call has its end.
        log.record(await userAgent.statistics)
        if records?.close() == false { log.record(.error, .recordsFailed, "Not all call records could be written") }
    }

    /// Serves health and metrics from here on, so that they tell of the start too; nil where that is switched off.
    private static func serveHTTP(
        _ settings: Settings.HTTP, _ socket: InheritedSocket?, _ probe: ServiceProbe, _ log: EventLog
    ) async throws -> HTTPService? {
        do {
            let token = try BearerToken(settings)
            guard settings.enabled else { return nil }
            let http = try await HTTPService(settings, socket, token: token, probe: probe, log: log)
            probe.add(http)
            return http
        } catch let error as BearerTokenError {
            throw DaemonFailure(status: ExitStatus.configuration, message: "\(error)")
        } catch let error as HTTPServiceError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot listen on \(error)")
        }
    }

    private static func serve(
        _ signals: AsyncStream<Void>, _ reload: Reload, _ service: RunningService, status: String,
        tell: (Settings) -> Void
    ) async {
        var reload = reload
        for await _ in signals {
            let isStopping = service.probe.state == .draining
            if !isStopping { service.notifier.reloading() }
            // Whatever becomes of the rest.
            service.log.output.reopen()
            service.records?.reopen()
            await reload.reload(service)
            tell(reload.settings)
            // The manager takes "ready" for the end of a reload, and would for the end of a stop.
            if !isStopping { service.notifier.ready(status: status) }
        }
    }

    private static func makeUserAgent(
        _ settings: Settings, _ log: EventLog, _ records: CallRecords?
    ) throws -> UserAgent {
        let publish: @Sendable (CallEvent) -> Void =
            if let records {
                { event in
                    log.record(event)
                    records.note(event)
                }
            } else {
                { log.record($0) }
            }
        do {
            return try UserAgent(
                configuration: try UserAgentConfiguration(settings), media: MediaEngineConfiguration(settings),
                publish: publish, tell: { log.record($0) })
        } catch let error as SystemError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot start: \(error)")
        }
    }

    private static func start(
        _ userAgent: UserAgent, _ settings: Settings, _ listeners: [ListenerConfiguration]
    ) async throws -> [BoundListener] {
        do {
            if let contexts = try SecureContexts(settings.sip) {
                await userAgent.useTLS(server: contexts.server, client: contexts.client)
            }
            return try await userAgent.start(listeners: listeners)
        } catch let error as SecureContextsError {
            throw DaemonFailure(status: ExitStatus.configuration, message: "\(error)")
        } catch let error as ListenError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot listen on \(error)")
        } catch let error as SystemError {
            throw DaemonFailure(status: ExitStatus.unavailable, message: "cannot start: \(error)")
        }
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
