import CSystemd
import Glibc
import Networking

/// Tells the service manager how the service is (sd_notify(3)); without NOTIFY_SOCKET it does nothing.
public struct ServiceNotifier: Sendable {
    /// A notifier for the process that this is.
    public init() {}

    /// Everything is bound: `systemctl start` returns.
    ///
    /// - Parameter status: One line for `systemctl status`.
    public func ready(status: String) {
        send(["READY=1", "STATUS=\(ControlCharacters.escaped(status))"])
    }

    /// Replaces the line that `systemctl status` shows.
    public func status(_ status: String) {
        send(["STATUS=\(ControlCharacters.escaped(status))"])
    }

    /// The settings are read again: `systemctl reload` returns after the `ready` that has to follow.
    public func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        send(["RELOADING=1", "MONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1000)"])
    }

    /// The service is about to end.
    ///
    /// - Parameter limit: how long that takes at most: the manager waits for it, whatever its own limit is.
    public func stopping(status: String, within limit: Duration) {
        let microseconds = limit.nanoseconds / 1000
        send(["STOPPING=1", "STATUS=\(ControlCharacters.escaped(status))", "EXTEND_TIMEOUT_USEC=\(microseconds)"])
    }

    /// The service is still about to end: the manager waits again.
    ///
    /// - Parameter limit: how long, unless it is told once more.
    public func stillStopping(status: String, within limit: Duration) {
        send(["STATUS=\(ControlCharacters.escaped(status))", "EXTEND_TIMEOUT_USEC=\(limit.nanoseconds / 1000)"])
    }

    /// All is well: the manager's watchdog starts to count anew.
    public func watchdog() {
        send(["WATCHDOG=1"])
    }

    /// The manager's absence is no error, and for others there is nobody to tell.
    private func send(_ assignments: [String]) {
        _ = sd_notify(0, assignments.joined(separator: "\n"))
    }
}
