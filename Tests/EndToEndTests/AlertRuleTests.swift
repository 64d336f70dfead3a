import Foundation
import Testing

extension EndToEnd {
    @Suite("Alert rules for Prometheus")
    struct AlertRuleTests {
        private static let rules = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("config/prometheus/milliwatt.rules.yml")

        @Test("every metric that a rule names is one of the daemon's")
        func names() async throws {
            let text = try String(contentsOf: Self.rules, encoding: .utf8)
            let lines = text.split(separator: "\n").filter { !$0.contains("#") && !$0.contains("job_name") }
            let names = lines.joined(separator: "\n").matches(of: /\b(?:milliwatt|process)_[a-z_]+/)
            let named = Set(names.map { String($0.0) })
            try #require(named.count > 15)
            let place = try RecordPlace()
            try await Daemon.run(Daemon.http + place.settings) { daemon in
                let page = try await HTTPPeer.ask(try await daemon.httpPort(), "/metrics").body
                let served = Set(page.split(separator: "\n").map { String($0.prefix { $0 != "{" && $0 != " " }) })
                #expect(named.subtracting(served).isEmpty)
            }
        }

        @Test(
            "promtool finds them in order, and they fire when they are to",
            .enabled(if: Program.find("promtool") != nil, "no promtool (apt: prometheus)"))
        func promtool() async throws {
            let tool = try #require(Program.find("promtool"))
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let cases = try #require(Bundle.module.path(forResource: "Peers/alerts", ofType: "yml"))
            for file in [Self.rules, URL(fileURLWithPath: cases)] {
                try FileManager.default.copyItem(at: file, to: folder.appendingPathComponent(file.lastPathComponent))
            }
            for arguments in [["check", "rules", "milliwatt.rules.yml"], ["test", "rules", "alerts.yml"]] {
                let program = try Program(tool, arguments, directory: folder)
                #expect(await program.exits.take(within: .seconds(60)) == 0, "\(program.transcript)")
                await program.endOfOutput()
                #expect(program.lines.all.contains { $0.text.contains("SUCCESS") }, "\(program.transcript)")
            }
        }

        @Test(
            "promtool has nothing to say against the metrics",
            .enabled(if: Program.find("promtool") != nil, "no promtool (apt: prometheus)"))
        func metrics() async throws {
            let tool = try #require(Program.find("promtool"))
            try await Daemon.run(Daemon.http) { daemon in
                let page = try await HTTPPeer.ask(try await daemon.httpPort(), "/metrics").body
                let file = FileManager.default.temporaryDirectory.appendingPathComponent("metrics-\(UUID().uuidString)")
                try Data(page.utf8).write(to: file)
                defer { try? FileManager.default.removeItem(at: file) }
                let program = try Program("/bin/sh", ["-c", "exec \"$0\" check metrics < \"$1\"", tool, file.path])
                #expect(await program.exits.take(within: .seconds(60)) == 0, "\(program.transcript)")
                await program.endOfOutput()
                #expect(program.transcript.isEmpty)
            }
        }
    }
}
