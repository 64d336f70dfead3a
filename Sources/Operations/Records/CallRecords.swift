import Networking
import UserAgent

/// Keeps a record of every call: in a database, in a file of JSON lines, or both.
///
/// Signalling only hands the steps of a call over a bounded queue; a thread of its own makes records of them and writes
/// them in batches, a fraction of a second after the calls have ended.
public final class CallRecords: Sendable {
    /// Where the database is; nil where there is none.
    public let database: String?
    private let queue: RecordQueue<RecordTask>
    private let figures: RecordFigures

    /// How long a batch is gathered. A call's record is written this long after its end, and the time to write it.
    static let gathering = Duration.milliseconds(200)

    /// Starts the writer; nil where the settings want no records.
    ///
    /// Files that cannot be used are said in the log and tried again: calls are more important than their records.
    ///
    /// - Parameters:
    ///   - stateDirectory: where the database is if no path is set: systemd's STATE_DIRECTORY.
    ///   - maximumCalls: how many calls there may be at once.
    public convenience init?(
        _ settings: Settings.Records, stateDirectory: String?, maximumCalls: Int, log: EventLog
    ) {
        let database = settings.databasePath(stateDirectory: stateDirectory)
        guard database != nil || settings.jsonLines != nil else { return nil }
        self.init(
            RecordPlaces(database: database, lines: settings.jsonLines), settings.retention, maximumCalls: maximumCalls,
            log: log)
    }

    init(
        _ places: RecordPlaces, _ retention: RecordRetention, maximumCalls: Int, log: EventLog, capacity: Int = 16_384
    ) {
        database = places.database
        let queue = RecordQueue<RecordTask>(capacity: capacity, gathering: Self.gathering)
        let figures = RecordFigures()
        (self.queue, self.figures) = (queue, figures)
        // Calls that are over are among them until their media is measured.
        let assembler = RecordAssembler(limit: maximumCalls * 2 + 1024)
        WriterThread.start {
            var writer = RecordWriter(places, retention, assembler, figures, log)
            writer.run(queue)
        } orElse: {
            log.record(.error, .recordsFailed, "No thread for the call records", [:])
            queue.close()
        }
    }

    deinit { queue.close() }

    /// Takes a step of a call. It costs one append to a queue, and never waits for a disk.
    public func note(_ event: CallEvent) {
        if let step = CallStep(event, time: LogRecord.now() / 1_000_000) { queue.append(.step(step)) }
    }

    /// What has become of records so far.
    public var counts: RecordCounts { figures.counts }

    /// Closes the files and opens them again by their names, so that they may be moved or mended.
    public func reopen() { queue.reopen() }

    /// Writes what is there, that of calls that still go on too, and ends.
    ///
    /// - Parameter limit: After which a disk that is stuck is given up.
    /// - Returns: Whether all was written.
    @discardableResult
    public func close(limit: Duration = .seconds(4)) -> Bool {
        queue.append(.finish)
        queue.close()
        return queue.waitUntilWritten(limit: limit) && counts.waiting == 0
    }
}

/// Where records go.
struct RecordPlaces: Sendable {
    var database: String?
    var lines: String?
}

/// What the writer is told.
enum RecordTask: Sendable {
    case step(CallStep)
    /// The last one.
    case finish
}

/// The counts, shared between the writer and those who ask.
final class RecordFigures: Sendable {
    private let state = Locked(RecordCounts())

    var counts: RecordCounts { state.withLock { $0 } }

    func update(_ change: (inout RecordCounts) -> Void) { state.withLock(change) }
}
