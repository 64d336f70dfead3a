import Glibc
import Synchronization

/// The one way out for all log lines: a bounded queue and a thread that writes, so that logging never makes a call
/// wait for a disk, a pipe or a terminal.
public final class LogOutput: Sendable {
    private let queue: RecordQueue
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
        LogWriterThread.start(queue, sink)
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

    /// Opens the log's file again, once what was logged so far is written: it has been moved away.
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

/// The thread that drains a ``RecordQueue``.
private enum LogWriterThread {
    /// What the thread is given; it lives as long as the thread.
    private final class Work: Sendable {
        let queue: RecordQueue
        let sink: any LogSink

        init(_ queue: RecordQueue, _ sink: any LogSink) {
            self.queue = queue
            self.sink = sink
        }
    }

    static func start(_ queue: RecordQueue, _ sink: any LogSink) {
        // With every signal blocked, the process's signals go to those who handle them, and a closed pipe yields
        // EPIPE instead of SIGPIPE, which is sent to the thread that writes.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(queue, sink))
        let failure = pthread_create(&thread, nil, LogWriterThread.run, work.toOpaque())
        guard failure == 0 else {
            work.release()
            queue.close()
            return
        }
        pthread_detach(thread)
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        while let (records, dropped, mustReopen) = work.queue.take() {
            if !records.isEmpty { work.sink.write(records) }
            if dropped > 0 { work.sink.write([.lost(dropped, "their reader is too slow")]) }
            if mustReopen { work.sink.reopen() }
            work.queue.finished(records.count)
        }
        return nil
    }
}
