/// Everything that is wrong with the settings.
public struct SettingsError: Error, Sendable, Equatable {
    /// At least one, in the order of the file's lines and then of the `--set` options.
    public let problems: [SettingsProblem]
}

/// One thing that is wrong, printed as `FILE:12: media.rtp_port_range_start: 70001 is not an even port (2-65534)`.
public struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file's path, or `--set`.
    public let source: String
    /// The line in the file, from 1, where it is known.
    public let line: Int?
    /// `section.name`, where a key is to blame.
    public let key: String?
    /// What is wrong with it.
    public let reason: String

    init(_ source: String, line: Int? = nil, key: String? = nil, _ reason: String) {
        self.source = source
        self.line = line
        self.key = key
        self.reason = reason
    }

    /// One line, without control characters.
    public var description: String {
        let place = line.map { "\(source):\($0)" } ?? source
        return ControlCharacters.escaped([place, key, reason].compactMap(\.self).joined(separator: ": "))
    }
}
