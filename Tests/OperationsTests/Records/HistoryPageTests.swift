import Foundation
import Testing

@testable import Operations

@Suite("/api/v1/history: filters, pages and bounds")
struct HistoryPageTests {
    private func request(_ query: String) throws -> HistoryRequest {
        try HistoryRequest(query, now: 10_000_000)
    }

    @Test("parameters are read, with their escapes undone")
    func parameters() throws {
        let request = try request("since=1h&until=1970-01-02T00%3A00Z&below_mos=3.5&call_id=a%40b+c&limit=7&next=5-6")
        #expect(request.filter.since == 6_400_000 && request.filter.until == 86_400_000)
        #expect(request.filter.belowMOS == 3.5 && request.filter.callID == "a@b c" && request.limit == 7)
        #expect(request.cursor == HistoryCursor(ended: 5, id: 6))
    }

    @Test(
        "what is wrong is refused, and the reason repeats nothing of it",
        arguments: [
            "since=yesterday", "until=", "below_mos=0", "below_mos=nan", "below_mos=inf", "below_mos=6", "limit=0",
            "limit=1001", "limit=-1", "limit=x", "next=", "next=1", "next=1-2-3", "next=-1-2", "next=1-x",
            "next=99999999999999999999-1", "evil=1", "since", "=1", "since=1h&since=2h", "call_id=%",
            "call_id=%00", "evil=1&evil=2",
        ])
    func refused(query: String) async throws {
        let error = #expect(throws: QueryError.self) { try request(query) }
        #expect(error?.reason.contains("evil") == false)
        let folder = try Folder()
        let answer = await HistoryPage(database: folder.file("x")).answer(query)
        #expect(answer.status == 400 && answer.contentType == "application/json")
    }

    @Test("pages lead from the newest call to the oldest, and the last one says so")
    func pages() async throws {
        let folder = try Folder()
        let database = try RecordDatabase(path: folder.file("a"))
        try database.insert((0..<10).map { Fixture.row($0, ended: Int64($0)) })
        let page = HistoryPage(database: folder.file("a"))
        var (seen, next, count): ([String], String?, Int) = ([], "", 0)
        while let cursor = next, count < 10 {
            count += 1
            let query = cursor.isEmpty ? "limit=5" : "limit=5&next=\(cursor)"
            let answer = await page.answer(query)
            #expect(answer.status == 200)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
            let calls = try #require(json["calls"] as? [[String: Any]])
            #expect(calls.allSatisfy { Set($0.keys) == Set(RecordField.allCases.map(\.rawValue) + ["id"]) })
            seen += calls.compactMap { $0["call_id"] as? String }
            next = json["next"] as? String
        }
        #expect(seen == (0..<10).reversed().map { "call-\($0)" } && count == 2)
    }

    @Test("a database that is not there is 503, none at all is 404, and requests beyond the bound are turned away")
    func unavailable() async throws {
        let folder = try Folder()
        let page = HistoryPage(database: folder.file("x"))
        let answer = await page.answer("")
        #expect(answer.status == 503 && answer.body.contains("No such file"))
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<200 { group.addTask { await page.answer("").status } }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(statuses == [503])
        #expect(await page.answer("").body.contains("No such file"), "there is room again")
    }
}

@Suite("Settings: [records]")
struct RecordSettingsTests {
    private func settings(_ overrides: String...) throws -> Settings.Records {
        try Settings(overrides: overrides).records
    }

    @Test("without a path the service's own directory decides; off is off")
    func places() throws {
        #expect(try settings().databasePath(stateDirectory: nil) == nil)
        #expect(try settings().databasePath(stateDirectory: "") == nil)
        #expect(try settings().databasePath(stateDirectory: "/var/lib/a:/b") == "/var/lib/a/calls.sqlite")
        #expect(try settings("records.database=off").databasePath(stateDirectory: "/s") == nil)
        #expect(try settings("records.database=/x/y").databasePath(stateDirectory: "/s") == "/x/y")
        let (log, _) = Fixture.log()
        #expect(try CallRecords(settings(), stateDirectory: nil, maximumCalls: 1, log: log) == nil)
    }

    @Test("0 keeps records for ever, and without a limit of size")
    func retention() throws {
        #expect(try settings().retention == RecordRetention(days: 90, bytes: 1_024_000_000))
        let none = try settings("records.retention_days=0", "records.max_size_megabytes=0")
        #expect(none.retention == RecordRetention())
        for wrong in ["retention_days=-1", "max_size_megabytes=2000000", "database=1\n"] {
            #expect(throws: SettingsError.self) { try settings("records.\(wrong)") }
        }
    }
}
