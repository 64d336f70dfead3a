import TOMLKit

/// A parsed settings file: its keys with the lines on which they stand, before anything is known of their meaning.
struct ConfigurationDocument {
    struct Entry: Equatable {
        /// `nil` at the top level.
        let section: String?
        let name: String
        let value: ConfigurationValue
        let line: Int?
    }

    /// Names of the tables at the top level, empty ones too, with their lines.
    private(set) var sections: [(name: String, line: Int?)] = []
    private(set) var entries: [Entry] = []

    /// Parses TOML 1.0. The errors of encoding and syntax end it; there is one problem.
    init(parsing bytes: [UInt8], source: String) throws(SettingsError) {
        let text = try Self.text(bytes, source: source)
        let root: TOMLTable
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let reason = error.description.replacingPrefix("Error while parsing ", with: "in ")
            let place = error.source.begin
            throw SettingsError(problems: [
                SettingsProblem(source, line: place.line, "not TOML, column \(place.column): \(reason)")
            ])
        } catch {
            throw SettingsError(problems: [SettingsProblem(source, "not TOML: \(error)")])
        }
        let locator = KeyLocator(bytes)
        if let line = locator.nullEscapeLine {
            throw SettingsError(problems: [SettingsProblem(source, line: line, "a null character in a text")])
        }
        for (name, value) in root {
            if let table = value.table {
                sections.append((name, locator.lines[[name]]))
                entries += table.map { key, value in
                    Entry(
                        section: name, name: key, value: ConfigurationValue(value), line: locator.lines[[name, key]])
                }
            } else {
                entries.append(
                    Entry(section: nil, name: name, value: ConfigurationValue(value), line: locator.lines[[name]]))
            }
        }
        entries.sort { ($0.line ?? 0, $0.name) < ($1.line ?? 0, $1.name) }
    }

    private static func text(_ bytes: [UInt8], source: String) throws(SettingsError) -> String {
        let problem: (line: Int, reason: String)
        if let null = bytes.firstIndex(of: 0) {
            problem = (line(of: null, in: bytes), "a null character: is this a text file?")
        } else if let text = String(validating: bytes, as: UTF8.self) {
            return text
        } else {
            // U+FFFD takes the place of the first byte that is wrong: what precedes it has kept its length.
            let offset = zip(String(decoding: bytes, as: UTF8.self).utf8, bytes).enumerated().first { $1.0 != $1.1 }?
                .offset
            problem = (line(of: offset ?? bytes.count, in: bytes), "not UTF-8")
        }
        throw SettingsError(problems: [SettingsProblem(source, line: problem.line, problem.reason)])
    }

    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
    }
}

extension ConfigurationValue {
    init(_ value: some TOMLValueConvertible) {
        switch value.type {
        case .int: self = value.int.map(Self.integer) ?? .moment
        case .double: self = value.double.map(Self.decimal) ?? .moment
        case .bool: self = value.bool.map(Self.flag) ?? .moment
        case .string: self = value.string.map(Self.text) ?? .moment
        case .array: self = .list(value.array?.map { ConfigurationValue($0.tomlValue) } ?? [])
        case .table: self = .table
        case .date, .time, .dateTime: self = .moment
        }
    }

    /// The value of an option on the command line: TOML where it is TOML, the text itself otherwise.
    init(argument text: String) {
        guard !text.contains(where: \.isNewline), !text.utf8.contains(0), !text.contains("\\u0000"),
            let table = try? TOMLTable(string: "value = \(text)"), table.count == 1, let value = table["value"]
        else {
            self = .text(text)
            return
        }
        self.init(value.tomlValue)
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with replacement: String) -> String {
        hasPrefix(prefix) ? replacement + dropFirst(prefix.count) : self
    }
}
