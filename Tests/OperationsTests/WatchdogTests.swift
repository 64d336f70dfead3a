import Media
import Synchronization
import Testing
import UserAgent

@testable import Operations

@Suite("Watchdog: told only while every part answers")
struct WatchdogTests {
    /// A part that can be made silent.
    private final class Part: Sendable {
        let isSilent = Atomic(false)
    }

    private static func probe(_ part: Part, worker: Bool) -> ServiceProbe {
        var media = MediaStatistics()
        media.workers = [WorkerStatistics()]
        let parts = ServiceParts(
            signalling: { if worker || !part.isSilent.load(ordering: .relaxed) { $0(UserAgentFigures()) } },
            workers: { if !worker || !part.isSilent.load(ordering: .relaxed) { $0(0) } },
            media: { [media] in media }, calls: .none)
        return ServiceProbe(parts, maximumCalls: 1, patience: .milliseconds(20))
    }

    @Test("a silent part keeps it from being told, and is told of in the log once", arguments: [true, false])
    func silence(worker: Bool) async throws {
        let part = Part()
        let sink = CollectingSink()
        let log = EventLog(LogOutput(sink: sink, level: .info))
        let (told, continuation) = AsyncStream.makeStream(of: Void.self)
        let probe = Self.probe(part, worker: worker)
        let watchdog = Task {
            await Watchdog(limit: .milliseconds(15)).run(probe, log: log) { continuation.yield() }
        }
        defer { watchdog.cancel() }
        var iterator = told.makeAsyncIterator()
        for _ in 0..<3 { _ = await iterator.next() }
        part.isSilent.store(true, ordering: .relaxed)
        let silent = await sink.first(.partSilent)
        #expect(silent == (worker ? "media-0" : "signalling"))
        part.isSilent.store(false, ordering: .relaxed)
        #expect(await sink.first(.partsAnswer) == "")
        // It goes on being told.
        _ = await iterator.next()
        #expect(sink.silenceCount == 1)
    }
}

/// Lets a test wait for events of the log.
private final class CollectingSink: LogSink {
    private let records: AsyncStream<LogRecord>
    private let continuation: AsyncStream<LogRecord>.Continuation
    private let silences = Atomic(0)

    init() { (records, continuation) = AsyncStream.makeStream(of: LogRecord.self) }

    func write(_ records: [LogRecord]) {
        for record in records {
            if record.event == .partSilent { silences.add(1, ordering: .relaxed) }
            continuation.yield(record)
        }
    }

    /// The reason of the first record of an event that comes, empty where it has none.
    func first(_ event: EventKind) async -> String? {
        for await record in records where record.event == event {
            if case .text(let reason)? = record.fields[.reason] { return reason }
            return ""
        }
        return nil
    }

    var silenceCount: Int { silences.load(ordering: .relaxed) }
}
