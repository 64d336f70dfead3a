/// Every setting, metric, event and field of the log, as Markdown: `config/REFERENCE.md`. Made from what the program itself
/// decodes and writes, so that it cannot say anything else.
public enum Reference {
    /// The whole text.
    public static var text: String {
        [
            """
            # Settings, metrics and log of milliwattd \(Version.current)

            Made by `scripts/reference.sh` from the program; what stands here is what it does.
            """, settings, metrics, log,
        ].joined(separator: "\n\n") + "\n"
    }

    private static var settings: String {
        let sections = SettingsSection.allCases.map { section in
            let keys = SettingKey.all.filter { $0.section == section }
            let rows = keys.map { key in
                let values = key.range + (key.unit.map { " (\($0))" } ?? "")
                return [code(key.path), code(key.defaultValue), values, key.meaning]
            }
            return "### [\(section.rawValue)]\n\n\(section.meaning)\n\n"
                + table(["key", "default", "values (unit)", "meaning"], rows)
        }
        return "## Settings\n\n`/etc/milliwatt/milliwatt.toml`, or `--set section.key=value`.\n\n"
            + sections.joined(separator: "\n\n")
    }

    private static var metrics: String {
        let rows = MetricFamily.all.map { family in
            let labels = family.labels.map { label in
                label.isOpen ? code(label.name) : "\(code(label.name)): \(label.values.joined(separator: ", "))"
            }
            return [code(family.sample), family.type, labels.joined(separator: "; "), family.help]
        }
        return "## Metrics\n\n`/metrics`, as Prometheus keeps them.\n\n"
            + table(["metric", "type", "labels", "meaning"], rows)
    }

    private static var log: String {
        let events = EventKind.allCases.map { [code($0.rawValue), $0.meaning] }
        let fields = LogField.allCases.map { [code($0.rawValue), code($0.journalName), $0.meaning] }
        return """
            ## Log

            What `event` may be (`EVENT=` in the journal):

            \(table(["event", "meaning"], events))

            What a line may carry; what was not measured is absent:

            \(table(["field", "in the journal", "meaning"], fields))
            """
    }

    private static func code(_ text: String) -> String { "`\(text)`" }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows)
            .map { "| " + $0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }
}
