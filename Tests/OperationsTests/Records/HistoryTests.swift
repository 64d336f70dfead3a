import Foundation
import Testing

@testable import Operations

@Suite("RecordHistory: what is asked is what is shown")
struct HistoryTests {
    /// Ten calls, one a second; those of even numbers have a MOS-LQ that falls, and from 6 on a MOS-CQ too.
    private func history(_ folder: Folder) throws -> RecordHistory {
        let database = try RecordDatabase(path: folder.file("a"))
        try database.insert(
            (0..<10).map { number in
                Fixture.row(
                    number, ended: Int64(number) * 1000,
                    listening: number.isMultiple(of: 2) ? 4.4 - Double(number) / 10 : nil,
                    conversational: number >= 6 && number.isMultiple(of: 2) ? 2 : nil)
            })
        return try RecordHistory(path: folder.file("a"))
    }

    private func calls(_ entries: [HistoryEntry]) -> [Int] {
        entries.compactMap { Int($0.text(.callID).dropFirst("call-".count)) }
    }

    @Test("since, until, score and Call-ID filter alone and together")
    func filters() throws {
        let history = try history(Folder())
        func numbers(_ change: (inout HistoryFilter) -> Void) throws -> [Int] {
            var filter = HistoryFilter()
            change(&filter)
            return calls(try history.page(filter, newestFirst: false, limit: 100))
        }
        #expect(try numbers { _ in } == Array(0..<10))
        #expect(try numbers { $0.since = 7000 } == [7, 8, 9])
        #expect(try numbers { $0.until = 2000 } == [0, 1])
        // MOS-CQ counts where there is one; calls without a score are none.
        #expect(try numbers { $0.belowMOS = 4.15 } == [4, 6, 8])
        #expect(try numbers { $0.belowMOS = 3 } == [6, 8])
        #expect(try numbers { ($0.since, $0.until, $0.belowMOS) = (1000, 7000, 4.25) } == [2, 4, 6])
        #expect(try numbers { $0.callID = "call-3" } == [3])
        #expect(try numbers { $0.callID = "' OR 1=1 --" } == [])
        #expect(try numbers { $0.callID = "call-_" } == [])
    }

    @Test("pages follow one another both ways without a gap, also where calls end in the same moment")
    func pages() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        try database.insert((0..<25).map { Fixture.row($0, ended: Int64($0 / 10)) })
        let history = try RecordHistory(path: folder.file("a"))
        for newestFirst in [true, false] {
            var (seen, cursor): ([Int], HistoryCursor?) = ([], nil)
            while true {
                let page = try history.page(HistoryFilter(), after: cursor, newestFirst: newestFirst, limit: 4)
                #expect(page.count <= 4)
                guard let last = page.last else { break }
                seen += calls(page)
                cursor = HistoryCursor(parsing: last.cursor.description)
                #expect(cursor == last.cursor)
            }
            #expect(seen == (newestFirst ? (0..<25).reversed() : Array(0..<25)))
        }
        for limit in [nil, 7, 25, 100] as [Int?] {
            var seen: [HistoryEntry] = []
            try history.forEach(HistoryFilter(), newest: limit, pageSize: 3) { seen.append($0) }
            #expect(calls(seen) == Array((0..<25).suffix(limit ?? .max)), "the newest, in the order of their ends")
        }
        #expect(try history.page(HistoryFilter(), newestFirst: true, limit: 25, bytes: 1).count == 1)
    }

    @Test("it reads while records are written, and what was written since is there")
    func concurrent() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        let history = try RecordHistory(path: folder.file("a"))
        for number in 1...50 {
            try database.insert([Fixture.row(number, ended: Int64(number))])
            #expect(try history.page(HistoryFilter(), newestFirst: true, limit: 100).count == number)
        }
    }

    @Test("what a daemon that was killed has left is read without a change to its files")
    func killed() throws {
        let folder = try Folder()
        // While the database is open, its log holds what a copy of the file alone would lack.
        let database = try RecordDatabase(path: folder.file("a"))
        try database.insert((0..<10).map { Fixture.row($0, ended: Int64($0)) })
        let copy = try Folder()
        for name in ["a", "a-wal"] {
            try FileManager.default.copyItem(atPath: folder.file(name), toPath: copy.file(name))
        }
        let log = FileManager.default.contents(atPath: copy.file("a-wal"))
        let history = try RecordHistory(path: copy.file("a"))
        #expect(try history.page(HistoryFilter(), newestFirst: true, limit: 100).count == 10)
        #expect(FileManager.default.contents(atPath: copy.file("a-wal")) == log)
    }

    @Test("a database that is not there, or has no table yet")
    func missing() throws {
        let folder = try Folder()
        let error = #expect(throws: RecordStoreError.self) { try RecordHistory(path: folder.file("x")) }
        let reason = "cannot open it: No such file or directory; records are kept where records.database says"
        #expect(error?.description.hasPrefix(reason) == true)
        #expect(FileManager.default.createFile(atPath: folder.file("empty"), contents: nil))
        let history = try RecordHistory(path: folder.file("empty"))
        #expect(try history.page(HistoryFilter(), newestFirst: true, limit: 10).isEmpty)
    }

    @Test("the table and the CSV have a line a call whatever the peer has said")
    func hostile() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        var row = Fixture.row(1, ended: 1, listening: 4.409)
        row[.fromURI] = .text("sip:\u{1B}[2J\n\"x\",y@z")
        try database.insert([row])
        let entry = try #require(
            try RecordHistory(path: folder.file("a")).page(HistoryFilter(), newestFirst: true, limit: 1).first)
        for line in [HistoryTable.line(entry), HistoryCSV.line(entry), entry.json] {
            #expect(!line.unicodeScalars.contains(where: ControlCharacters.isUnsafe), "\(line)")
        }
        #expect(HistoryCSV.line(entry).contains(#","sip:\x1b[2J\n""x"",y@z","#))
        #expect(HistoryCSV.header.split(separator: ",").count == RecordField.allCases.count)
        #expect(HistoryTable.line(entry).contains(" 4.41 "))
    }

    @Test("texts that a spreadsheet would reckon with are only texts in the CSV; numbers stay numbers")
    func formulas() throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        let cells = [
            ("=1+1", "'=1+1"), ("+49@x", "'+49@x"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", #"\t=1"#),
            ("\r=1", #"\r=1"#), ("=\"a\",b", #""'=""a"",b""#), ("sip:a@b", "sip:a@b"), ("a=b", "a=b"), ("'=1", "'=1"),
            ("", ""), ("=\u{301}", "'=\u{301}"), ("a,\u{301}b\"\u{301}", "\"a,\u{301}b\"\"\u{301}\""),
        ]
        for (number, cell) in cells.enumerated() {
            var row = Fixture.row(number, ended: Int64(number))
            row[.fromURI] = .text(cell.0)
            row[.peerPacketsLost] = .integer(-3)
            row[.clockSkew] = .decimal(-1.5)
            try database.insert([row])
        }
        let entries = try RecordHistory(path: folder.file("a")).page(HistoryFilter(), newestFirst: false, limit: 100)
        #expect(entries.count == cells.count)
        for (entry, cell) in zip(entries, cells) {
            let line = Array(HistoryCSV.line(entry).utf8)
            let rest = line.drop { $0 != UInt8(ascii: ",") }.dropFirst()
            #expect(rest.starts(with: Array((cell.1 + ",").utf8)), "\(cell.0)")
            let text = String(decoding: line, as: UTF8.self)
            #expect(text.contains(",-3,") && text.contains(",-1.500,"), "\(text)")
        }
    }

    @Test(
        "moments: an age, a date here, a date in UTC",
        arguments: [
            ("90s", 9_910_000), ("2m", 9_880_000), ("1h", 6_400_000), ("0d", 10_000_000), ("1w", -594_800_000),
            ("1970-01-02T00:00Z", 86_400_000), ("2024-02-29T23:59:59Z", 1_709_251_199_000),
        ])
    func moments(text: String, milliseconds: Int64) {
        #expect(MomentExpression.milliseconds(text, now: 10_000_000) == milliseconds)
    }

    @Test(
        "what is no moment",
        arguments: [
            "", "h", "2", "2x", "-1h", "+1h", "1.5h", "99999999999999999999h", "999999999h", "2026", "2026-1-1",
            "2026-13-01", "2026-02-30", "2026-00-10", "2026-01-01T", "2026-01-01T24:00", "2026-01-01T12",
            "2026-01-01T12:60", "2026-01-01Z", "2026-01-01T12:00:00+01:00", "١٢h", "1969-01-01", "2026-01-01 12:00",
        ])
    func noMoments(text: String) {
        #expect(MomentExpression.milliseconds(text, now: 0) == nil)
    }

    @Test("a date without Z is of the machine's time zone")
    func zone() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "XXX-05:30", 1)
            let morning = MomentExpression.milliseconds("1970-01-02T05:30", now: 0)
            let midnight = MomentExpression.milliseconds("1970-01-02", now: 0)
            #expect(morning == 86_400_000)
            #expect(midnight == 66_600_000)
        }
    }
}
