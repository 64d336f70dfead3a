extension Settings {
    /// `[records]`.
    public struct Records: Sendable, Equatable {
        /// Where the database is.
        public internal(set) var database = RecordDatabasePlace.automatic
        /// The file for JSON lines; `nil` writes none.
        public internal(set) var jsonLines: String?
        /// How many days a record is kept; `nil` keeps it.
        public internal(set) var retentionDays: Int? = 90
        /// How large the database may become; `nil` sets no limit.
        public internal(set) var maximumMegabytes: Int? = 1024

        /// The path of the database; nil where there is none.
        ///
        /// - Parameter stateDirectory: the service's own directory, if it has one; of several the first counts.
        public func databasePath(stateDirectory: String?) -> String? {
            switch database {
            case .automatic:
                let directory = stateDirectory?.split(separator: ":").first ?? ""
                return directory.isEmpty ? nil : "\(directory)/calls.sqlite"
            case .off: return nil
            case .path(let path): return path
            }
        }

        var retention: RecordRetention {
            RecordRetention(days: retentionDays, bytes: maximumMegabytes.map { $0 * 1_000_000 })
        }
    }

    /// Where the database of call records is.
    public enum RecordDatabasePlace: Sendable, Equatable {
        /// In the service's own directory, where it has one.
        case automatic
        /// Nowhere.
        case off
        /// There.
        case path(String)
    }
}
