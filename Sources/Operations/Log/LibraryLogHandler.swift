import Logging

/// What libraries say through swift-log, on the same output: `event` is `message`, their metadata is `meta_…`.
struct LibraryLogHandler: LogHandler {
    let label: String
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    /// swift-log's own threshold is open: the output decides, since its level may change while running.
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level = LogLevel(event.level)
        guard output.isEnabled(level) else { return }
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        var fields: LogFields = [.logger: .text(label)]
        if let error = event.error { fields[.error] = .text("\(error)") }
        output.write(
            LogRecord(
                time: LogRecord.now(), level: level, event: .message, message: event.message.description,
                fields: fields,
                metadata: all.sorted { $0.key < $1.key }.map { (LogRecord.metadataName($0.key), $0.value.description) })
        )
    }
}

extension LogOutput {
    /// A swift-log logger on this output, for libraries that take one.
    public func logger(label: String) -> Logger {
        Logger(label: label) { LibraryLogHandler(label: $0, output: self) }
    }

    /// Sends what libraries log by themselves here too. Once in the life of a process.
    public func bootstrapLibraries() {
        LoggingSystem.bootstrap { LibraryLogHandler(label: $0, output: self) }
    }
}

extension LogLevel {
    init(_ level: Logger.Level) {
        switch level {
        case .trace: self = .trace
        case .debug: self = .debug
        case .info: self = .info
        case .notice: self = .notice
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
