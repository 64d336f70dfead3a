import Foundation
import Logging
import Networking
import Testing

@testable import Operations

/// Keeps what it gets; a closed gate makes it as slow as a reader that is stuck.
private final class MemorySink: LogSink {
    private struct State: Sendable {
        var records: [LogRecord] = []
        var batches = 0
    }
    private let state = Locked(State())
    private let gate = DispatchSemaphore(value: 0)
    private let entered = DispatchSemaphore(value: 0)
    private let isGated: Bool

    init(gated: Bool = false) { isGated = gated }

    var records: [LogRecord] { state.withLock { $0.records } }

    func write(_ records: [LogRecord]) {
        let isFirst = state.withLock { state in
            state.batches += 1
            return state.batches == 1
        }
        if isGated, isFirst {
            entered.signal()
            gate.wait()
        }
        state.withLock { $0.records += records }
    }

    func waitUntilStuck() { entered.wait() }
    func open() { gate.signal() }
}

@Suite("LogOutput: the queue to the writer's thread")
struct LogOutputTests {
    @Test("records are written in their order, all of them, before a flush returns")
    func order() {
        let sink = MemorySink()
        let log = EventLog(LogOutput(sink: sink, level: .info))
        for number in 0..<1000 { log.record(.info, .message, "\(number)") }
        #expect(log.output.flush(limit: .seconds(60)))
        #expect(sink.records.map(\.message) == (0..<1000).map { "\($0)" })
    }

    @Test("lines of many threads all arrive, those of each in their order")
    func threads() {
        let sink = MemorySink()
        let log = EventLog(LogOutput(sink: sink, level: .info))
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<500 {
                log.record(.info, .message, "", [.callID: "\(thread)", .packetsSent: .integer(number)])
            }
        }
        #expect(log.output.close(limit: .seconds(60)))
        let byThread = Dictionary(grouping: sink.records) { $0.fields[.callID]?.plain ?? "" }
        #expect(byThread.count == 4)
        for records in byThread.values {
            #expect(records.map { $0.fields[.packetsSent] } == (0..<500).map { .integer($0) })
        }
    }

    @Test("a reader that is stuck makes nobody wait: what does not fit is counted and reported")
    func overflow() {
        let sink = MemorySink(gated: true)
        let output = LogOutput(sink: sink, level: .info, capacity: 10)
        let log = EventLog(output)
        log.record(.info, .message, "first")
        sink.waitUntilStuck()
        for number in 0..<25 { log.record(.info, .message, "\(number)") }
        #expect(!output.flush(limit: .milliseconds(1)))
        sink.open()
        #expect(output.close(limit: .seconds(60)))
        let expected = ["first"] + (0..<10).map { "\($0)" }
        #expect(sink.records.prefix(11).map(\.message) == expected)
        #expect(sink.records.count == 12)
        #expect(sink.records.last?.event == .logDropped)
        #expect(sink.records.last?.fields == [.dropped: 15])
    }

    @Test("levels below the threshold are not queued, and the threshold may change")
    func levels() {
        let sink = MemorySink()
        let log = EventLog(LogOutput(sink: sink, level: .notice))
        log.record(.info, .message, "no")
        log.record(.notice, .message, "yes")
        log.output.level = .trace
        log.record(.trace, .message, "now")
        #expect(log.output.level == .trace)
        #expect(log.isEnabled(.trace))
        log.output.close(limit: .seconds(60))
        #expect(sink.records.map(\.message) == ["yes", "now"])
    }

    @Test("a pipe whose reader has gone ends neither the thread nor the process")
    func brokenPipe() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let sink = LineSink(descriptor: pipe.fileHandleForWriting.fileDescriptor, style: .json)
        let log = EventLog(LogOutput(sink: sink, level: .info))
        for _ in 0..<3 {
            log.record(.info, .message, "x")
            #expect(log.output.flush(limit: .seconds(60)))
        }
    }

    @Test("lines reach a descriptor whole, also one that does not block and whose pipe is full")
    func fullPipe() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let log = EventLog(LogOutput(sink: LineSink(descriptor: descriptor, style: .json), level: .info))
        for number in 0..<3000 { log.record(.info, .message, "\(number)") }
        let reader = Locked(Data())
        let isRead = DispatchSemaphore(value: 0)
        // A thread of its own: other tests may have taken all of Dispatch's.
        Thread.detachNewThread {
            reader.withLock { $0 = pipe.fileHandleForReading.readDataToEndOfFile() }
            isRead.signal()
        }
        #expect(log.output.close(limit: .seconds(60)))
        try pipe.fileHandleForWriting.close()
        isRead.wait()
        let lines = reader.withLock { $0.split(separator: 0x0A) }
        #expect(lines.count == 3000)
        #expect(lines.last.map { String(decoding: $0, as: UTF8.self) }?.contains(#""message":"2999""#) == true)
    }

    @Test("what libraries say by swift-log comes out with their metadata")
    func libraries() {
        let sink = MemorySink()
        let output = LogOutput(sink: sink, level: .info)
        var logger = output.logger(label: "http")
        logger[metadataKey: "Request-ID"] = "7"
        logger.debug("not this")
        logger.warning("slow", metadata: ["ms": "12"])
        output.close(limit: .seconds(60))
        #expect(sink.records.count == 1)
        let record = sink.records.first
        #expect(record?.level == .warning)
        #expect(record?.event == .message)
        #expect(record?.message == "slow")
        #expect(record?.fields == [.logger: "http"])
        #expect(record?.metadata.map { "\($0.name)=\($0.value)" } == ["meta_request_id=7", "meta_ms=12"])
    }
}

@Suite("RecordQueue: batches")
struct RecordQueueTests {
    @Test("a batch is gathered until its time is over, it is asked for, half the queue is full, or the queue is closed")
    func gathering() {
        let long = Duration.seconds(600)
        let timed = RecordQueue<Int>(capacity: 10, gathering: .milliseconds(1))
        timed.append(1)
        #expect(timed.take()?.records == [1])
        let half = RecordQueue<Int>(capacity: 10, gathering: long)
        for number in 0..<5 { half.append(number) }
        #expect(half.take()?.records == [0, 1, 2, 3, 4])
        let asked = RecordQueue<Int>(capacity: 10, gathering: long)
        asked.append(1)
        Thread.detachNewThread {
            guard let batch = asked.take() else { return }
            asked.finished(batch.records.count)
        }
        #expect(asked.waitUntilWritten(limit: .seconds(60)))
        let closed = RecordQueue<Int>(capacity: 10, gathering: long)
        closed.append(1)
        closed.close()
        #expect(closed.take()?.records == [1])
        #expect(closed.take() == nil)
    }

    @Test("the writer need not wait for ever, and what did not fit is told once")
    func idle() {
        let queue = RecordQueue<Int>(capacity: 2)
        #expect(queue.take(within: .milliseconds(1))?.records == [])
        for number in 0..<5 { queue.append(number) }
        let batch = queue.take(within: .seconds(60))
        #expect(batch?.records == [0, 1] && batch?.dropped == 3)
        #expect(queue.take(within: .milliseconds(1))?.dropped == 0)
    }
}

@Suite("LogDestination: where and how lines are written")
struct LogDestinationTests {
    @Test("the journal is taken by itself only where stderr leads to it")
    func automatic() {
        #expect(LogDestination.choose(.auto, .init(isJournalStream: true)) == .journal)
        #expect(LogDestination.choose(.auto, .init()) == .text(coloured: false))
        #expect(LogDestination.choose(.json, .init(isTerminal: true, isJournalStream: true)) == .json)
        #expect(LogDestination.choose(.text, .init(isJournalStream: true)) == .text(coloured: false))
        #expect(LogDestination.choose(.journal, .init()) == .journal)
    }

    @Test(
        "colours are for terminals, unless NO_COLOR or TERM=dumb",
        arguments: [
            (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
            (true, ["TERM": "dumb"], false), (true, ["TERM": "xterm"], true),
        ])
    func colours(isTerminal: Bool, environment: [String: String], coloured: Bool) {
        let surroundings = LogDestination.Surroundings(isTerminal: isTerminal, environment: environment)
        #expect(LogDestination.choose(.auto, surroundings) == .text(coloured: coloured))
    }

    @Test("JOURNAL_STREAM counts only with stderr's own device and inode")
    func journalStream() async {
        await #expect(processExitsWith: .success) {
            setenv("JOURNAL_STREAM", "1:2", 1)
            #expect(!LogDestination.Surroundings.current().isJournalStream)
            var status = stat()
            fstat(STDERR_FILENO, &status)
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
            #expect(LogDestination.Surroundings.current().isJournalStream)
        }
    }
}

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_772_366_400_999_999_999, "2026-03-01T12:00:00.999Z"),
            (1_709_251_199_001_000_000, "2024-02-29T23:59:59.001Z"),
        ])
    func utc(nanoseconds: Int64, written: String) {
        #expect(Timestamp.utc(nanoseconds) == written)
    }

    @Test("the machine's time zone for those who read")
    func local() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "XXX-05:30", 1)
            #expect(Timestamp.local(1_772_366_400_999_000_000) == "2026-03-01 17:30:00.999")
        }
    }
}
