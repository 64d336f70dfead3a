extension Settings {
    /// Decodes a settings file and the overrides of the command line.
    ///
    /// - Parameters:
    ///   - bytes: TOML 1.0, UTF-8.
    ///   - source: what errors call the file.
    ///   - overrides: `section.name=value`, each stronger than the file and than those before it.
    /// - Throws: ``SettingsError`` with everything that is wrong in both.
    public init(parsing bytes: [UInt8], source: String, overrides: [String] = []) throws(SettingsError) {
        var decoder = SettingsDecoder(source: source)
        decoder.decode(try ConfigurationDocument(parsing: bytes, source: source))
        for override in overrides { decoder.decode(override: override) }
        self = try decoder.finish()
    }

    /// The defaults with the overrides of the command line.
    public init(overrides: [String]) throws(SettingsError) {
        var decoder = SettingsDecoder(source: "--set")
        for override in overrides { decoder.decode(override: override) }
        self = try decoder.finish()
    }
}

/// Gathers values and problems; what is consistent is judged at the end, over keys that were themselves right.
private struct SettingsDecoder {
    private let source: String
    private var settings = Settings()
    private var problems: [SettingsProblem] = []
    private var rejected: Set<String> = []
    /// Where a key was set last, for the problems that concern several keys.
    private var places: [String: (source: String, line: Int?)] = [:]

    init(source: String) {
        self.source = source
    }

    mutating func decode(_ document: ConfigurationDocument) {
        var unknownSections: Set<String> = []
        for (name, line) in document.sections where SettingsSection(rawValue: name) == nil {
            unknownSections.insert(name)
            let suggestion = Suggestion.clause(for: name, among: SettingsSection.allCases.map(\.rawValue)) { "[\($0)]" }
            problems.append(SettingsProblem(source, line: line, "unknown section [\(name)]\(suggestion)"))
        }
        for entry in document.entries where !unknownSections.contains(entry.section ?? "") {
            let path = entry.section.map { "\($0).\(entry.name)" } ?? entry.name
            if entry.section == nil, SettingsSection(rawValue: entry.name) != nil {
                let reason = "\(entry.value.shown) is not a section: write [\(entry.name)] and its keys below"
                problems.append(SettingsProblem(source, line: entry.line, key: path, reason))
            } else {
                decode(entry.value, path: path, source: source, line: entry.line)
            }
        }
        problems.sort { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    mutating func decode(override: String) {
        guard let equals = override.firstIndex(of: "="), equals != override.startIndex else {
            problems.append(SettingsProblem("--set", "\(override) is not of the form section.key=value"))
            return
        }
        let path = String(override[..<equals].trimmingSpaces)
        let text = String(override[override.index(after: equals)...].trimmingSpaces)
        let domainIsList = SettingKey.at(path)?.isList ?? false
        var value = ConfigurationValue(argument: text)
        switch value {
        case .text(let text) where domainIsList && text.contains(","):
            value = .list(text.split(separator: ",").map { .text(String($0.trimmingSpaces)) })
        case .text, .list:
            break
        case .integer, .decimal, .flag, .table, .moment:
            // sip.user_agent=123 means the text, since the key takes no number.
            var probe = settings
            if let key = SettingKey.at(path), (try? key.decode(value, &probe)) == nil,
                (try? key.decode(.text(text), &probe)) != nil
            {
                value = .text(text)
            }
        }
        decode(value, path: path, source: "--set", line: nil)
    }

    private mutating func decode(_ value: ConfigurationValue, path: String, source: String, line: Int?) {
        guard let key = SettingKey.at(path) else {
            let reason = "unknown key\(Self.suggestion(for: path))"
            problems.append(SettingsProblem(source, line: line, key: path, reason))
            return
        }
        places[path] = (source, line)
        do throws(Rejection) {
            try key.decode(value, &settings)
        } catch {
            rejected.insert(path)
            problems.append(SettingsProblem(source, line: line, key: path, error.reason))
        }
    }

    /// The key of the same name elsewhere, or the nearest spelling: first in its own section, then anywhere.
    private static func suggestion(for path: String) -> String {
        let parts = path.split(separator: ".", maxSplits: 1)
        let name = String(parts.last ?? "")
        if let elsewhere = SettingKey.all.first(where: { $0.name == name }) {
            return "; did you mean \(elsewhere.path)?"
        }
        let neighbours = SettingKey.all.filter { parts.count == 2 && $0.section.rawValue == parts[0] }
        if let near = Suggestion.nearest(to: name, among: neighbours.map(\.name)) {
            return "; did you mean \(near)?"
        }
        let others = SettingKey.all.map(\.name)
        guard let near = Suggestion.nearest(to: name, among: others),
            let key = SettingKey.all.first(where: { $0.name == near })
        else { return "" }
        return "; did you mean \(key.path)?"
    }

    func finish() throws(SettingsError) -> Settings {
        var problems = problems
        for inconsistency in settings.inconsistencies where rejected.isDisjoint(with: inconsistency.keys) {
            // The blame goes to the key that the operator has set; two defaults never contradict each other.
            let key = inconsistency.keys.first { places[$0] != nil } ?? inconsistency.keys[0]
            let place = places[key] ?? (source, nil)
            problems.append(SettingsProblem(place.source, line: place.line, key: key, inconsistency.reason))
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return settings
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: SubSequence {
        drop(while: { $0 == " " }).dropLast(while: { $0 == " " })
    }

    private func dropLast(while predicate: (Character) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !predicate($0) }) else { return self[startIndex..<startIndex] }
        return self[...last]
    }
}
