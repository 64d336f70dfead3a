import GRDB
import GRDBSQLite
import Glibc

/// The database of call records, as the one who writes it sees it. Belongs to the writer's thread.
struct RecordDatabase {
    let queue: DatabaseQueue

    /// Opens the database, makes it where there is none, and brings an older one up to date.
    ///
    /// - Throws: why it cannot be used. One of a newer version, or of another program, is not touched.
    init(path: String) throws(RecordStoreError) {
        let isNew = try Self.create(path)
        do {
            if !isNew { try Self.inspect(path) }
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            queue.writeWithoutTransaction { database in
                // The files beside it stay when it is closed, so that those who may only read it can.
                var persists: CInt = 1
                sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &persists)
            }
            try RecordSchema.migrator.migrate(queue)
        } catch {
            throw RecordStoreError(error)
        }
    }

    /// Writes rows in one transaction: all of them or none.
    func insert(_ rows: some Collection<RecordRow>) throws(RecordStoreError) {
        do {
            try queue.write { database in
                let statement = try database.cachedStatement(sql: Self.insertion)
                for row in rows {
                    try statement.execute(arguments: StatementArguments(row.values.map(\.databaseValue)))
                }
            }
        } catch {
            throw RecordStoreError(error)
        }
    }

    private static let insertion =
        "INSERT INTO calls (\(RecordField.allCases.map(\.rawValue).joined(separator: ", "))) "
        + "VALUES (\(RecordField.allCases.map { _ in "?" }.joined(separator: ", ")))"

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "records"
        configuration.journalMode = .wal
        // Readers never lock a database in WAL mode; another writer might, such as a person with a shell.
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { database in
            // Holds only for a database that is made now.
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            // With WAL, no commit is lost by the end of this process, only by that of the machine.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA journal_size_limit = 4194304")
        }
        return configuration
    }

    /// Makes an empty file whose group may read it, if there is none; SQLite gives the files beside it the same mode.
    private static func create(_ path: String) throws(RecordStoreError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw RecordStoreError(call: "cannot create it", errno: errno)
        }
        // The mask of the service may take away what the group is to have.
        fchmod(descriptor, 0o640)
        close(descriptor)
        return true
    }

    /// Looks at a database without changing it.
    private static func inspect(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(2)
        try DatabaseQueue(path: path, configuration: configuration).read(RecordSchema.check)
    }
}

extension RecordValue {
    /// As SQLite keeps it.
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .text(let text), .json(let text): text.databaseValue
        case .integer(let number), .moment(let number): number.databaseValue
        case .decimal(let number): number.databaseValue
        }
    }
}
