/// How much a line matters, the least first.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    /// Every step: for the one who searches a fault in Milliwatt.
    case trace
    /// Each message and decision: for the one who searches a fault in a network.
    case debug
    /// Changes of state: a line for each step of a call.
    case info
    /// What is normal but worth knowing: start, stop, reload.
    case notice
    /// Something is wrong and was worked around.
    case warning
    /// Something failed.
    case error
    /// The service cannot go on.
    case critical

    /// By severity.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.severity > right.severity }

    /// The priority of syslog and the journal (RFC 5424, 6.2.1); trace and debug share 7 there.
    public var syslogPriority: Int { min(severity, 7) }

    /// ``syslogPriority`` with a value of its own for trace, 8.
    var severity: Int {
        switch self {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug: 7
        case .trace: 8
        }
    }
}

/// Where lines go: the setting `log.output`.
public enum LogTarget: String, Sendable, CaseIterable {
    /// Standard error, or the journal where that leads there.
    case stderr
    /// The file of `log.file`.
    case file
    /// The socket of `log.syslog_socket`.
    case syslog
}

/// How lines are written: the setting `log.format`.
public enum LogFormat: String, Sendable, CaseIterable {
    /// The journal where stderr leads there, text elsewhere.
    case auto
    /// For people: time, level, event, message, `key=value`.
    case text
    /// For programs: one object a line.
    case json
    /// systemd's native fields.
    case journal
}
