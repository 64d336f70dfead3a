import Glibc

/// Decides where and how lines are written, from the settings and from what stderr is.
enum LogDestination {
    /// What is known of stderr and the environment.
    struct Surroundings: Equatable {
        var isTerminal = false
        /// Whether stderr is the stream that systemd has connected to the journal.
        var isJournalStream = false
        /// NO_COLOR, TERM.
        var environment: [String: String] = [:]

        /// Of this process's stderr.
        static func current() -> Surroundings {
            var environment: [String: String] = [:]
            for name in ["NO_COLOR", "TERM", "JOURNAL_STREAM"] {
                environment[name] = getenv(name).map { String(cString: $0) }
            }
            var status = stat()
            let isKnown = fstat(STDERR_FILENO, &status) == 0
            let stream = "\(status.st_dev):\(status.st_ino)"
            return Surroundings(
                isTerminal: isatty(STDERR_FILENO) == 1,
                isJournalStream: isKnown && environment["JOURNAL_STREAM"] == stream, environment: environment)
        }
    }

    enum Choice: Equatable {
        case journal
        case json
        case text(coloured: Bool)
    }

    /// `auto` is the journal where stderr leads there (systemd.exec(5), JOURNAL_STREAM), text elsewhere.
    static func choose(_ format: LogFormat, _ surroundings: Surroundings) -> Choice {
        // https://no-color.org: any value but the empty one.
        let wantsColour =
            surroundings.isTerminal && (surroundings.environment["NO_COLOR"] ?? "").isEmpty
            && surroundings.environment["TERM"] != "dumb"
        switch format {
        case .journal: return .journal
        case .json: return .json
        case .text: return .text(coloured: wantsColour)
        case .auto: return surroundings.isJournalStream ? .journal : .text(coloured: wantsColour)
        }
    }

    /// What writes there.
    static func sink(_ settings: Settings.Log, _ surroundings: Surroundings) throws(LogFileError) -> any LogSink {
        let style: LineSink.Style = settings.format == .json ? .json : .text(TextLine())
        switch (settings.output, settings.file) {
        case (.stderr, _): return standardError(choose(settings.format, surroundings))
        case (.file, let path?): return try FileSink(path, style)
        case (.file, nil): throw LogFileError(path: "", reason: "log.output is \"file\", but there is no log.file")
        case (.syslog, _): return SyslogSink(settings.syslogSocket, isJSON: style == .json)
        }
    }

    private static func standardError(_ choice: Choice) -> any LogSink {
        switch choice {
        case .journal: JournalSink()
        case .json: LineSink(descriptor: STDERR_FILENO, style: .json)
        case .text(let coloured): LineSink(descriptor: STDERR_FILENO, style: .text(TextLine(isColoured: coloured)))
        }
    }
}
