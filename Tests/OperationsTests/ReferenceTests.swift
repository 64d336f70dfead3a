import Foundation
import Testing

@testable import Operations

@Suite("The reference: settings, metrics and log as the program has them")
struct ReferenceTests {
    @Test("config/REFERENCE.md is what the program prints; scripts/reference.sh writes it anew")
    func file() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try String(contentsOf: root.appending(path: "config/REFERENCE.md"), encoding: .utf8)
        #expect(file == Reference.text)
    }

    @Test("every setting, event and field has its row")
    func rows() {
        let rows = Reference.text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let names = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        for key in SettingKey.all { #expect(names.contains(key.path)) }
        for event in EventKind.allCases { #expect(names.contains(event.rawValue)) }
        for field in LogField.allCases { #expect(names.contains(field.rawValue)) }
        #expect(names.count > SettingKey.all.count + EventKind.allCases.count + LogField.allCases.count)
    }

    @Test("a page of metrics is taken apart into families with their labels")
    func families() {
        let page = """
            # HELP a_build The version.
            # TYPE a_build info
            a_build_info{version="1.0"} 1
            # HELP a_calls Calls, by "outcome".
            # TYPE a_calls counter
            a_calls_total{outcome="answered",by="x"} 1
            a_calls_total{outcome="refused",by="x"} 2
            # HELP a_late_seconds Late.
            # TYPE a_late_seconds histogram
            # UNIT a_late_seconds seconds
            a_late_seconds_bucket{le="1.0"} 3
            a_late_seconds_count 3
            # EOF

            """
        let families = MetricFamily.families(of: page)
        #expect(families.map(\.sample) == ["a_build_info", "a_calls_total", "a_late_seconds"])
        #expect(families.map(\.help) == ["The version.", "Calls, by \"outcome\".", "Late."])
        #expect(families.map(\.type) == ["info", "counter", "histogram"])
        #expect(families[0].labels == [.init(name: "version", values: ["1.0"])])
        #expect(families[0].labels[0].isOpen)
        let outcome = MetricFamily.Label(name: "outcome", values: ["answered", "refused"])
        #expect(families[1].labels == [outcome, .init(name: "by", values: ["x"])])
        #expect(!outcome.isOpen)
        #expect(families[2].labels.isEmpty)
    }
}
