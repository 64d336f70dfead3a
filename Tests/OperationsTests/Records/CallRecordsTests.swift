import Dispatch
import Foundation
import Testing

@testable import Operations
@testable import UserAgent

@Suite("CallRecords: from signalling to the disk")
struct CallRecordsTests {
    private func records(
        _ database: String?, _ lines: String? = nil, log: EventLog, capacity: Int = 16_384
    ) -> CallRecords {
        CallRecords(
            RecordPlaces(database: database, lines: lines), RecordRetention(days: 90, bytes: nil), maximumCalls: 100,
            log: log, capacity: capacity)
    }

    private func read(_ path: String) throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        try RecordHistory(path: path).forEach(HistoryFilter(), newest: nil) { entries.append($0) }
        return entries
    }

    @Test("calls of many threads at once are all there when it is closed, in both places")
    func concurrent() throws {
        let folder = try Folder()
        let records = records(folder.file("a"), folder.file("b"), log: Fixture.log().log)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<250 {
                for event in Fixture.events(thread * 250 + number) { records.note(event) }
            }
        }
        #expect(records.close(limit: .seconds(60)))
        let expected = Set((0..<1000).map { "call-\($0)" })
        #expect(Set(try read(folder.file("a")).map { $0.text(.callID) }) == expected)
        #expect(folder.lines("b").count == 1000)
        let counts = records.counts
        #expect(counts.inDatabase == 1000 && counts.inLines == 1000 && counts.failed == 0 && counts.dropped == 0)
        #expect(counts.trouble == nil && counts.waiting == 0)
    }

    @Test("a record is there soon after the end of its call, without a close")
    func soon() throws {
        let folder = try Folder()
        let records = records(folder.file("a"), log: Fixture.log().log)
        for event in Fixture.events(1) { records.note(event) }
        #expect(patiently { records.counts.inDatabase == 1 })
        #expect(try read(folder.file("a")).count == 1)
        records.close(limit: .seconds(60))
    }

    @Test("a call that goes on at the end has a record without an end")
    func abandoned() throws {
        let folder = try Folder()
        let records = records(folder.file("a"), log: Fixture.log().log)
        for event in Fixture.events(1).dropLast() { records.note(event) }
        #expect(records.close(limit: .seconds(60)))
        let entry = try #require(try read(folder.file("a")).first)
        #expect(entry.row[.reason] == .null && entry.text(.codec) == "PCMU")
    }

    @Test("what does not fit into the queue is counted and said; nobody waits")
    func overflow() throws {
        let folder = try Folder()
        let (log, sink) = Fixture.log()
        // A FIFO that nobody reads holds the writer as a disk that is stuck would.
        let fifo = folder.file("b")
        #expect(mkfifo(fifo, 0o600) == 0)
        let reader = open(fifo, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let records = records(nil, fifo, log: log, capacity: 100)
        for number in 0..<20_000 {
            for event in Fixture.events(number) { records.note(event) }
        }
        // The reader is back.
        _ = fcntl(reader, F_SETFL, 0)
        Thread.detachNewThread { [reader = dup(reader)] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while Glibc.read(reader, &buffer, buffer.count) > 0 {}
            close(reader)
        }
        records.close(limit: .seconds(60))
        let counts = records.counts
        #expect(counts.dropped > 0)
        log.output.flush(limit: .seconds(60))
        let lines = sink.records.filter { $0.event == .recordsFailed }
        #expect(lines.count == 1 && lines[0].message.hasPrefix("Steps of calls were lost"))
    }

    @Test("a database that cannot be opened is said once; the records wait, and are written when it can be")
    func trouble() throws {
        let folder = try Folder()
        let (log, sink) = Fixture.log()
        let directory = folder.file("later")
        let records = records(directory + "/a", log: log)
        for number in 0..<10 {
            for event in Fixture.events(number) { records.note(event) }
        }
        #expect(patiently { records.counts.waiting == 10 })
        #expect(records.counts.trouble == "cannot create it: No such file or directory")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        records.reopen()
        #expect(patiently { records.counts.inDatabase == 10 && records.counts.waiting == 0 })
        #expect(records.counts.trouble == nil)
        #expect(records.close(limit: .seconds(60)))
        #expect(try read(directory + "/a").count == 10)
        log.output.flush(limit: .seconds(60))
        #expect(sink.records.map(\.event) == [.recordsFailed, .recordsReady])
    }

    @Test("a full disk costs records, which are counted, and no half line")
    func full() throws {
        let (log, sink) = Fixture.log()
        let records = records(nil, "/dev/full", log: log)
        for number in 0..<10 {
            for event in Fixture.events(number) { records.note(event) }
        }
        records.close(limit: .seconds(60))
        #expect(records.counts.failed == 10 && records.counts.inLines == 0)
        log.output.flush(limit: .seconds(60))
        let line = sink.records.first { $0.event == .recordsFailed }
        #expect(line?.fields[.reason] == "cannot write: No space left on device")
    }

    @Test("what waits for a database has a limit, the oldest go first, and at the end what is left counts as failed")
    func limit() throws {
        let folder = try Folder()
        let records = records(folder.file("x/a"), log: Fixture.log().log, capacity: 100_000)
        let count = RecordWriter.waitingLimit + 100
        for number in 0..<count {
            for event in Fixture.events(number) { records.note(event) }
        }
        #expect(patiently { records.counts.waiting == RecordWriter.waitingLimit && records.counts.failed == 100 })
        records.close(limit: .seconds(60))
        #expect(records.counts.failed == UInt64(count) && records.counts.waiting == 0)
    }

    @Test("files that were moved away are made anew when they are opened again")
    func reopened() throws {
        let folder = try Folder()
        let records = records(folder.file("a"), folder.file("b"), log: Fixture.log().log)
        for event in Fixture.events(1) { records.note(event) }
        #expect(patiently { records.counts.inDatabase == 1 && records.counts.inLines == 1 })
        for name in ["a", "a-wal", "a-shm", "b"] {
            try FileManager.default.moveItem(atPath: folder.file(name), toPath: folder.file("old-\(name)"))
        }
        records.reopen()
        for event in Fixture.events(2) { records.note(event) }
        #expect(records.close(limit: .seconds(60)))
        #expect(try read(folder.file("a")).map { $0.text(.callID) } == ["call-2"])
        #expect(folder.lines("b").count == 1 && folder.lines("old-b").count == 1)
    }
}
