import Foundation
import GRDB
import Testing

@testable import Operations

@Suite("RecordDatabase: its form, what it refuses, and what it forgets")
struct RecordDatabaseTests {
    @Test("the columns are the fields, and what is written is read back")
    func columns() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        let columns = try database.queue.read { try $0.columns(in: "calls").map(\.name) }
        #expect(Set(columns) == Set(RecordField.allCases.map(\.rawValue) + ["id"]))
        var row = Fixture.row(1, ended: 5, listening: 4.4)
        row[.intervals] = .json(#"[{"at_ms": 0}]"#)
        try database.insert([row])
        let read = try RecordHistory(path: folder.file("a")).page(HistoryFilter(), newestFirst: true, limit: 10)
        #expect(read.map(\.row) == [row])
    }

    @Test("one of an older version is read as it is, with null for what it lacks, and brought up to date to be written")
    func older() throws {
        let folder = try Folder()
        let path = folder.file("a")
        try RecordSchema.migrator.migrate(DatabaseQueue(path: path), upTo: "calls")
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO calls (call_id, ended_at, longest_gap_ms) VALUES ('old', 1, 40)")
        }
        let history = try RecordHistory(path: path)
        for count in 1...2 {
            let rows = try history.page(HistoryFilter(), newestFirst: true, limit: 10).map(\.row)
            #expect(rows.count == count && rows.last?[.callID] == .text("old"))
            #expect(rows.last?[.longestGap] == .decimal(40) && rows.last?[.interarrivalMedian] == .null)
            var row = Fixture.row(2, ended: 2)
            row[.interarrivalMedian] = .decimal(21)
            row[.interarrival] = .json("[]")
            if count == 1 { try RecordDatabase(path: path).insert([row]) } else { #expect(rows.first == row) }
        }
    }

    @Test("it is in WAL mode, its group may read it, and it opens again")
    func form() throws {
        let folder = try Folder()
        for number in 1...2 {
            let database = try RecordDatabase(path: folder.file("a"))
            try database.insert([Fixture.row(number, ended: 1)])
            let modes = try database.queue.read { database in
                try (
                    String.fetchOne(database, sql: "PRAGMA journal_mode"),
                    Int.fetchOne(database, sql: "PRAGMA auto_vacuum"), Int.fetchOne(database, sql: "PRAGMA synchronous")
                )
            }
            #expect(modes.0 == "wal" && modes.1 == 2 && modes.2 == 1)
            for name in ["a", "a-wal", "a-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
                #expect(attributes[.posixPermissions] as? Int == 0o640, "\(name)")
            }
        }
        let history = try RecordHistory(path: folder.file("a"))
        #expect(try history.page(HistoryFilter(), newestFirst: true, limit: 10).count == 2)
    }

    @Test("one of a newer version, of another program, damaged, or no database is refused and left as it was")
    func refused() throws {
        let folder = try Folder()
        let newer = folder.file("newer")
        try RecordDatabase(path: newer).queue.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of the year 2100')")
        }
        let foreign = folder.file("foreign")
        try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE calls (a)") }
        let text = folder.file("text")
        try Data(String(repeating: "a text\n", count: 1000).utf8).write(to: URL(filePath: text))
        for (path, reason) in [
            (newer, "it was made by a newer version of milliwattd"),
            (foreign, "it is a database, but not of call records"), (text, "it is not an SQLite database"),
        ] {
            let before = FileManager.default.contents(atPath: path)
            for open in [{ _ = try RecordDatabase(path: path) }, { _ = try RecordHistory(path: path) }] {
                let error = #expect(throws: RecordStoreError.self, "\(path)") { try open() }
                #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
            }
            #expect(FileManager.default.contents(atPath: path) == before, "\(path)")
        }
    }

    @Test("a path that leads nowhere, and pages that are damaged, are told")
    func unusable() throws {
        let folder = try Folder()
        let nowhere = #expect(throws: RecordStoreError.self) { try RecordDatabase(path: folder.file("x/y")) }
        #expect(nowhere?.description == "cannot create it: No such file or directory")
        let directory = #expect(throws: RecordStoreError.self) { try RecordDatabase(path: folder.path) }
        #expect(directory?.description.hasPrefix("it cannot be read or written") == true)
        do {
            let database = try RecordDatabase(path: folder.file("a"))
            try database.insert((0..<2000).map { Fixture.row($0, ended: Int64($0)) })
        }
        // All but the head and the schema.
        let file = try #require(FileHandle(forWritingAtPath: folder.file("a")))
        let size = try file.seekToEnd()
        try file.seek(toOffset: size / 4)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size / 2)))
        try file.close()
        let history = try RecordHistory(path: folder.file("a"))
        let damaged = #expect(throws: RecordStoreError.self) {
            try history.forEach(HistoryFilter(), newest: nil) { _ in }
        }
        #expect(damaged?.description.hasPrefix("it is damaged") == true, "\(damaged?.description ?? "")")
    }

    @Test("records that are too old go, a step at a time, and no others")
    func age() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        let day: Int64 = 86_400_000
        try database.insert((0..<1200).map { Fixture.row($0, ended: Int64($0)) })
        try database.insert((0..<10).map { Fixture.row($0, ended: 2 * day + Int64($0)) })
        let retention = RecordRetention(days: 1, bytes: nil)
        #expect(try database.trim(retention, now: 2 * day + 10_000))
        #expect(try database.count == 1210 - RecordDatabase.retentionStep)
        while try database.trim(retention, now: 2 * day + 10_000) {}
        #expect(try database.count == 10)
        #expect(try database.trim(RecordRetention(), now: .max) == false)
        #expect(try database.count == 10)
    }

    @Test("the oldest go where there is too much, and the files stay small")
    func size() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        let retention = RecordRetention(days: nil, bytes: 1_000_000)
        for batch in 0..<40 {
            try database.insert((0..<500).map { Fixture.row($0, ended: Int64(batch * 500 + $0)) })
            _ = try database.trim(retention, now: 0)
        }
        while try database.trim(retention, now: 0) {}
        let (used, oldest, newest) = try database.queue.read { database in
            (
                try RecordDatabase.usedBytes(database),
                try Int.fetchOne(database, sql: "SELECT min(ended_at) FROM calls") ?? 0,
                try Int.fetchOne(database, sql: "SELECT max(ended_at) FROM calls")
            )
        }
        #expect(used <= 1_000_000 && oldest > 10_000 && newest == 19_999)
        let sizes = try ["a", "a-wal"].map { name in
            try #require(FileManager.default.attributesOfItem(atPath: folder.file(name))[.size] as? Int)
        }
        #expect(sizes[0] < 3_000_000 && sizes[1] < 8_000_000, "\(sizes)")
    }
}

extension RecordDatabase {
    fileprivate var count: Int {
        get throws { try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM calls") ?? -1 } }
    }
}
