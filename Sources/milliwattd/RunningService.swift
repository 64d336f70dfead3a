import Networking
import Operations
import UserAgent

/// The parts of the daemon while it serves, and their end.
struct RunningService: Sendable {
    let userAgent: UserAgent
    let probe: ServiceProbe
    let http: HTTPService?
    let records: CallRecords?
    let log: EventLog
    let notifier: ServiceNotifier

    /// How long the service manager waits for the next word while calls go on without a limit.
    private static let patience = Duration.seconds(60)

    /// Takes no more calls, lets those that are up go on for a while, then hangs up; returns when every BYE is answered,
    /// the time is over, or a second signal comes.
    func stop(_ request: StopRequest?, _ behavior: Settings.Behavior, _ signals: StopSignals) async {
        let drain = CallDrain(request, behavior)
        let limit = drain.limit.map { $0 + behavior.shutdownTimeout }
        probe.enter(.draining)
        notifier.stopping(
            status: "Stopping: \(drain.plan)", within: limit.map { $0 + .seconds(5) } ?? Self.patience)
        await userAgent.stop(drain)
        log.record(
            .notice, .serviceStopping, "Stopping: \(drain.plan)", [.signal: request.map { .text($0.signal) }])
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await userAgent.stopped()
                return true
            }
            group.addTask { await wait(limit) }
            group.addTask {
                // To be asked to drain once more changes nothing.
                while let next = await signals.next(), next.isDrain {}
                return true
            }
            for await isOver in group where isOver { break }
            group.cancelAll()
            await userAgent.abandonStop()
            signals.cancel()
        }
        await userAgent.shutDown()
    }

    /// Waits for so long; without a limit until it is cancelled, and tells the manager meanwhile that it goes on.
    ///
    /// - Returns: whether the time is over.
    private func wait(_ limit: Duration?) async -> Bool {
        if let limit { return (try? await Task.sleep(for: limit)) != nil }
        while (try? await Task.sleep(for: Self.patience / 6)) != nil {
            let calls = await userAgent.statistics
            notifier.stillStopping(
                status: "Stopping: waiting for the end of \(calls.active + calls.ringing) calls", within: Self.patience)
        }
        return false
    }
}

extension CallDrain {
    /// What a signal and the settings say. `milliwattd drain` waits for calls, unless the settings limit that.
    init(_ request: StopRequest?, _ behavior: Settings.Behavior) {
        if let limit = behavior.drainTimeout {
            self = .within(limit)
        } else {
            self = request?.isDrain == true ? .untilCallsEnd : .none
        }
    }

    /// How long calls may go on; nil where there is no limit.
    fileprivate var limit: Duration? {
        switch self {
        case .none: .zero
        case .within(let limit): limit
        case .untilCallsEnd: nil
        }
    }

    /// For the log and `systemctl status`.
    fileprivate var plan: String {
        switch self {
        case .none: "calls are hung up"
        case .within(let limit): "calls may go on for \(limit.components.seconds) s"
        case .untilCallsEnd: "calls may go on until they end"
        }
    }
}
