import Dispatch
import GRDB
import Glibc

/// Reads the database of call records, also while the daemon writes it: a page at a time, so that no reader holds up the
/// database for long.
public final class RecordHistory: Sendable {
    private let queue: DatabaseQueue

    /// Opens a database to read.
    ///
    /// - Throws: why it cannot be read, in one line.
    public init(path: String) throws(RecordStoreError) {
        guard access(path, R_OK) == 0 else {
            let hint =
                switch errno {
                case EACCES: "; run this as root or as the user of the daemon"
                case ENOENT: "; records are kept where records.database says, or else by a systemd service only"
                default: ""
                }
            throw RecordStoreError("cannot open it: \(String(cString: strerror(errno)))\(hint)")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(2)
        configuration.label = "history"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read(RecordSchema.check)
        } catch {
            throw RecordStoreError(error)
        }
    }

    /// Ends the reading that goes on, which then fails. May be called on any thread.
    func interrupt() { queue.interrupt() }

    /// Up to `limit` records after the cursor, and fewer where they take more than `bytes`.
    ///
    /// - Parameter newestFirst: From the last end backwards, or else from the first end on.
    func page(
        _ filter: HistoryFilter, after cursor: HistoryCursor? = nil, newestFirst: Bool, limit: Int,
        bytes: Int = 2_000_000
    ) throws(RecordStoreError) -> [HistoryEntry] {
        let (condition, values) = filter.sql(after: cursor, newestFirst: newestFirst)
        let direction = newestFirst ? "DESC" : "ASC"
        let arguments = StatementArguments(values.map(\.databaseValue) + [limit.databaseValue])
        return try read { database in
            let sql =
                "SELECT id, \(try Self.columns(database)) FROM calls WHERE \(condition) "
                + "ORDER BY ended_at \(direction), id \(direction) LIMIT ?"
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            var entries: [HistoryEntry] = []
            var size = 0
            while size < bytes, let row = try rows.next() {
                let entry = HistoryEntry(row)
                size += entry.row.size
                entries.append(entry)
            }
            return entries
        } ?? []
    }

    /// The cursor before the newest `count` records; nil where there are not more.
    func cursor(before count: Int, _ filter: HistoryFilter) throws(RecordStoreError) -> HistoryCursor? {
        let (condition, values) = filter.sql(after: nil, newestFirst: true)
        let sql =
            "SELECT ended_at, id FROM calls WHERE \(condition) ORDER BY ended_at DESC, id DESC LIMIT 1 OFFSET ?"
        let arguments = StatementArguments(values.map(\.databaseValue) + [count.databaseValue])
        return try read { database in
            try Row.fetchOne(database, sql: sql, arguments: arguments).map {
                HistoryCursor(ended: $0[0] ?? 0, id: $0[1] ?? 0)
            }
        }.flatMap(\.self)
    }

    /// Gives the newest records to `body`, the oldest of them first, without holding the database while it runs.
    ///
    /// - Parameter limit: How many; nil for all.
    public func forEach(
        _ filter: HistoryFilter, newest limit: Int?, pageSize: Int = 500, _ body: (HistoryEntry) throws -> Void
    ) throws {
        var cursor = try limit.flatMap { try self.cursor(before: $0, filter) }
        var left = limit ?? .max
        while left > 0 {
            let entries = try page(filter, after: cursor, newestFirst: false, limit: min(left, pageSize))
            for entry in entries { try body(entry) }
            guard let last = entries.last else { return }
            cursor = last.cursor
            left -= entries.count
        }
    }

    /// The fields, null where the database is of an older version that has no such column, and nobody has written to it
    /// since.
    private static func columns(_ database: Database) throws -> String {
        // Not by GRDB, which remembers columns, and the daemon may add some meanwhile.
        let present = try String.fetchSet(database, sql: "SELECT name FROM pragma_table_info('calls')")
        return RecordField.allCases.map { field in
            present.contains(field.rawValue) ? field.rawValue : "NULL AS \(field.rawValue)"
        }.joined(separator: ", ")
    }

    /// Nil where the database was made a moment ago, and has no tables yet.
    private func read<Result>(_ body: (Database) throws -> Result) throws(RecordStoreError) -> Result? {
        do {
            return try queue.read { try $0.tableExists("calls") ? try body($0) : nil }
        } catch {
            throw RecordStoreError(error)
        }
    }
}

extension HistoryEntry {
    /// A row of `id` and the fields in their order.
    fileprivate init(_ row: Row) {
        var values = RecordRow()
        for (index, field) in RecordField.allCases.enumerated() {
            values[field] = RecordValue(row[index + 1], field.kind)
        }
        let ended = Int64.fromDatabaseValue(row[RecordField.ended.rawValue]) ?? 0
        cursor = HistoryCursor(ended: ended, id: row[0] ?? 0)
        self.row = values
    }
}

extension RecordValue {
    /// What a column holds; a value of another kind, which only a foreign hand can have written, is null.
    fileprivate init(_ value: DatabaseValue, _ kind: RecordField.Kind) {
        switch (value.storage, kind) {
        case (.string(let text), .text): self = .text(text)
        case (.string(let text), .json): self = .json(text)
        case (.int64(let number), .integer): self = .integer(number)
        case (.int64(let number), .moment): self = .moment(number)
        case (.int64(let number), .decimal): self = .decimal(Double(number))
        case (.double(let number), .decimal): self = .decimal(number)
        case (.null, _), (.string, _), (.int64, _), (.double, _), (.blob, _): self = .null
        }
    }
}

extension RecordRow {
    /// About the room it takes in JSON.
    var size: Int {
        values.reduce(0) { sum, value in
            switch value {
            case .text(let text), .json(let text): sum + text.utf8.count + 24
            case .null, .integer, .decimal, .moment: sum + 24
            }
        }
    }
}
