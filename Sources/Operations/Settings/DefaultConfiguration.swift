/// The settings file with every key, its meaning, unit, range and default: `milliwattd default-config`, and what is
/// installed as `/etc/milliwatt/milliwatt.toml`.
public enum DefaultConfiguration {
    /// The file, which decodes to the defaults.
    public static var text: String {
        var lines = wrapped(
            "Settings of milliwattd. Every key is here with its default; one that is missing has that default too. "
                + "\"milliwattd check-config FILE\" tells what is wrong with a file, and "
                + "\"milliwattd run --set section.key=value\" overrides it for one run. SIGHUP reads the file again.")
        for section in SettingsSection.allCases {
            lines += ["", "# " + section.meaning, "[\(section.rawValue)]"]
            for key in SettingKey.all where key.section == section {
                lines.append("")
                lines += wrapped(key.meaning)
                lines += wrapped(summary(of: key))
                lines += assignment(of: key)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func summary(of key: SettingKey) -> String {
        let unit = key.unit.map { "Unit: \($0). " } ?? ""
        let restart = key.takesEffect == .afterRestart ? " Changes by a restart only." : ""
        return "\(unit)Values: \(key.range). Default: \(key.defaultValue).\(restart)"
    }

    /// The key and its value; a list that is too long for a line has a line for each value.
    private static func assignment(of key: SettingKey) -> [String] {
        let line = "\(key.name) = \(key.defaultValue)"
        guard line.count > 100, case .list(let values) = key.encode(Settings()) else { return [line] }
        return ["\(key.name) = ["] + values.map { "    \($0.toml)," } + ["]"]
    }

    /// Comment lines of at most 100 characters.
    private static func wrapped(_ text: String) -> [String] {
        var lines = ["#"]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + 1 + word.count > 100 { lines.append("#") }
            lines[lines.count - 1] += " " + word
        }
        return lines
    }
}
