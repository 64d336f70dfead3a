extension SettingKey {
    /// `[records]`.
    static let records: [SettingKey] = [
        SettingKey(
            .records, "database", \.records.database, .recordDatabase,
            "The SQLite database of call records. \"\" is calls.sqlite in the service's own directory where systemd gives "
                + "it one (STATE_DIRECTORY: /var/lib/milliwatt), else none. \"off\" is none."),
        SettingKey(
            .records, "json_lines", \.records.jsonLines, .optionalPath("a file"),
            "A file to which call records are appended, a JSON object on a line for each call. SIGHUP opens it anew."),
        SettingKey(
            .records, "retention_days", \.records.retentionDays,
            .integerOrAutomatic(upTo: 36_500, unit: "days", "a number of days"),
            "How long the database keeps a record. 0 keeps it until there is no room."),
        SettingKey(
            .records, "max_size_megabytes", \.records.maximumMegabytes,
            .integerOrAutomatic(upTo: 1_000_000, unit: "MB", "a size in MB"),
            "The room that records may take in the database; beyond it the oldest go. Its log takes some 8 MB besides. "
                + "0 sets no limit."),
    ]
}

extension SettingDomain where Value == Settings.RecordDatabasePlace {
    fileprivate static var recordDatabase: SettingDomain {
        let path = SettingDomain<String?>.optionalPath("a file, \"off\"")
        return SettingDomain(
            path.expectation, range: path.range, unit: nil, isList: false,
            encode: { place in
                switch place {
                case .automatic: .text("")
                case .off: .text("off")
                case .path(let path): .text(path)
                }
            },
            decode: { value throws(Rejection) in
                guard let path = try path.decode(value) else { return .automatic }
                return path == "off" ? .off : .path(path)
            })
    }
}
