import GRDB
import Glibc

/// Why a database of call records cannot be used; one line.
public struct RecordStoreError: Error, Equatable, CustomStringConvertible {
    /// It is about `it`, the database or the file.
    public let description: String

    init(_ description: String) { self.description = description }

    /// What SQLite says, in its own words where we have none.
    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self = error as? RecordStoreError ?? RecordStoreError("\(error)")
            return
        }
        let reason =
            switch error.resultCode {
            case .SQLITE_FULL: "the disk is full"
            case .SQLITE_READONLY, .SQLITE_PERM: "it cannot be written"
            case .SQLITE_CANTOPEN: "it cannot be opened"
            case .SQLITE_IOERR: "it cannot be read or written"
            case .SQLITE_NOTADB: "it is not an SQLite database"
            case .SQLITE_CORRUPT: "it is damaged"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "another program has locked it"
            case .SQLITE_INTERRUPT: "it took too long"
            default: "SQLite refuses"
            }
        self.init("\(reason) (\(error.message ?? "SQLite error"), code \(error.extendedResultCode.rawValue))")
    }

    /// What the system says of a file.
    init(call: String, errno code: Int32) {
        self.init("\(call): \(String(cString: strerror(code)))")
    }

    static let newerVersion = RecordStoreError("it was made by a newer version of milliwattd")
    static let foreign = RecordStoreError("it is a database, but not of call records")
}
