import GRDB

/// How long records are kept, and how much room they may take; nil sets no limit.
struct RecordRetention: Sendable, Equatable {
    var days: Int?
    var bytes: Int?
}

extension RecordDatabase {
    /// Records that one step deletes.
    static let retentionStep = 500
    /// Pages that one step gives back to the system.
    private static let vacuumStep = 2000

    /// Deletes what is too old or too much, the oldest first, a step at a time, so that nobody waits long for the database.
    ///
    /// - Parameter now: in ms since 1970.
    /// - Returns: Whether there is more to delete.
    func trim(_ retention: RecordRetention, now: Int64) throws(RecordStoreError) -> Bool {
        do {
            return try queue.writeWithoutTransaction { database in
                let isOverAge = try Self.deleteOld(database, retention, now: now)
                let isOverSize = try Self.deleteExcess(database, retention)
                try Self.vacuum(database)
                return isOverAge || isOverSize
            }
        } catch {
            throw RecordStoreError(error)
        }
    }

    /// The file's size as soon as all is written to it, without the pages that are free.
    static func usedBytes(_ database: Database) throws -> Int {
        let pages = try pragma(database, "page_count") - pragma(database, "freelist_count")
        return try pages * pragma(database, "page_size")
    }

    private static func pragma(_ database: Database, _ name: StaticString) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0
    }

    private static func deleteOld(_ database: Database, _ retention: RecordRetention, now: Int64) throws -> Bool {
        guard let days = retention.days else { return false }
        let limit = now - Int64(days) * 86_400_000
        try database.execute(
            sql: "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE ended_at < ? ORDER BY ended_at LIMIT ?)",
            arguments: [limit, retentionStep])
        return database.changesCount == retentionStep
    }

    private static func deleteExcess(_ database: Database, _ retention: RecordRetention) throws -> Bool {
        guard let bytes = retention.bytes, try usedBytes(database) > bytes else { return false }
        try database.execute(
            sql: "DELETE FROM calls WHERE id IN (SELECT id FROM calls ORDER BY ended_at, id LIMIT ?)",
            arguments: [retentionStep])
        return try database.changesCount > 0 && usedBytes(database) > bytes
    }

    /// Gives free pages back, but for some that the next records will take.
    private static func vacuum(_ database: Database) throws {
        guard try pragma(database, "freelist_count") > vacuumStep / 2 else { return }
        try database.execute(sql: "PRAGMA incremental_vacuum(\(vacuumStep))")
    }
}
