import Synchronization

/// The one way out for all log lines: a bounded queue and a thread that writes, so that logging never makes a call
/// wait for a disk, a pipe or a terminal.
public final class LogOutput: Sendable {
    private let queue: RecordQueue<LogRecord>
    private let threshold: Atomic<Int>

    /// Starts writing where the settings say.
    ///
    /// - Throws: a `LogFileError` where that is a file that cannot be opened.
    public convenience init(_ settings: Settings.Log) throws {
        self.init(sink: try LogDestination.sink(settings, .current()), level: settings.level)
    }

    init(sink: any LogSink, level: LogLevel, capacity: Int = 8192) {
        queue = RecordQueue(capacity: capacity)
        threshold = Atomic(level.severity)
        WriterThread.start { [queue] in
            while let batch = queue.take() {
                batch.write {
                    if !$0.isEmpty { sink.write($0) }
                } reopening: {
                    sink.reopen()
                }
                if batch.dropped > 0 { sink.write([.lost(batch.dropped, "their reader is too slow")]) }
                queue.finished(batch.records.count)
            }
        } orElse: { [queue] in
            queue.close()
        }
    }

    deinit {
        queue.close()
    }

    /// The least level that is written; it may change while running.
    public var level: LogLevel {
        get { LogLevel.allCases.first { $0.severity == threshold.load(ordering: .relaxed) } ?? .info }
        set { threshold.store(newValue.severity, ordering: .relaxed) }
    }

    /// Whether a line of this level would be written.
    public func isEnabled(_ level: LogLevel) -> Bool {
        level.severity <= threshold.load(ordering: .relaxed)
    }

    /// Queues a record if its level is enabled; when the queue is full, it is counted and lost.
    func write(_ record: LogRecord) {
        if isEnabled(record.level) { queue.append(record) }
    }

    /// Opens the log's file again, which has been moved away, for what is logged from now on.
    public func reopen() { queue.reopen() }

    /// Waits until everything logged so far is written.
    ///
    /// - Parameter limit: After which a reader that is stuck is given up.
    /// - Returns: Whether all was written.
    @discardableResult
    public func flush(limit: Duration = .seconds(2)) -> Bool {
        queue.waitUntilWritten(limit: limit)
    }

    /// Flushes and refuses further records: the last thing before the process ends.
    @discardableResult
    public func close(limit: Duration = .seconds(2)) -> Bool {
        queue.close()
        return queue.waitUntilWritten(limit: limit)
    }
}
