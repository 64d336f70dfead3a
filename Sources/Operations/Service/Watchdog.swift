import CSystemd
import Glibc

/// The service manager's watchdog (sd_watchdog_enabled(3)): it ends and starts the daemon anew unless it is told in time
/// that all is well. It is told so only when signalling, every media worker and the HTTP server have answered since the
/// last time.
public struct Watchdog: Sendable {
    /// How often it is told: three times in the time that the manager waits, so that one slow answer ends nothing.
    public let interval: Duration

    /// The watchdog that the manager has set; nil where it has set none.
    public init?() {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        self.init(limit: .microseconds(Int64(clamping: microseconds)))
    }

    init(limit: Duration) { interval = limit / 3 }

    /// Asks the parts and tells the manager, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - tell: called when every part has answered.
    ///   - log: gets a line when a part begins not to answer, and one when all do again.
    public func run(_ probe: ServiceProbe, log: EventLog, tell: @Sendable () -> Void) async {
        var silentBefore: [ServicePart] = []
        while !Task.isCancelled {
            let silent = await probe.silentParts()
            if silent.isEmpty { tell() }
            if silent != silentBefore { report(silent, log) }
            silentBefore = silent
            try? await Task.sleep(for: interval)
        }
    }

    private func report(_ silent: [ServicePart], _ log: EventLog) {
        guard !silent.isEmpty else { return log.record(.notice, .partsAnswer, "All parts answer again") }
        let parts = silent.map(\.description).joined(separator: ", ")
        log.record(.error, .partSilent, "A part does not answer, so the watchdog is not told", [.reason: .text(parts)])
    }
}
