import Foundation
import Testing

/// A folder for the records of a test's daemon.
final class RecordPlace: Sendable {
    private let folder: URL
    var databasePath: String { folder.appending(path: "calls.sqlite").path }
    var linesPath: String { folder.appending(path: "calls.jsonl").path }
    var settings: [String] { ["records.database=\(databasePath)", "records.json_lines=\(linesPath)"] }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What `milliwattd history` says and how it ends.
    func run(_ arguments: [String]) async throws -> (status: Int32?, lines: [String]) {
        let program = try Program(Daemon.path, ["history", "--database", databasePath] + arguments)
        let status = await program.exits.take(within: .seconds(60))
        if status == nil { await program.stop() }
        await program.endOfOutput()
        return (status, program.lines.all.map(\.text))
    }

    func history(_ arguments: [String]) async throws -> [String] {
        let (status, lines) = try await run(arguments)
        #expect(status == 0, "\(lines)")
        return lines
    }

    /// The records by `history --json`, as soon as there are so many.
    func records(atLeast count: Int) async throws -> [[String: Any]] {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let (status, lines) = try await run(["--json", "--limit", "0"])
            let records = lines.compactMap(Self.object)
            if status == 0, records.count >= count { return records }
            try #require(ContinuousClock.now < deadline, "\(status ?? -1): \(lines)")
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The objects of the file of JSON lines.
    var lines: [[String: Any]] {
        let data = FileManager.default.contents(atPath: linesPath) ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Self.object(String($0)) }
    }

    private static func object(_ line: String) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
}
