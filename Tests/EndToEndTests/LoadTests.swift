import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "Load: many calls at once",
        .enabled("no gcc, or no scripts/load/callstorm.c") { await Callstorm.path != nil })
    struct LoadTests {
        @Test("100 calls at once, and every packet comes back unaltered")
        func echo() async throws {
            try await Self.storm(["--user", "echo", "--media", "echo"]) { report in
                #expect(report["rtp", "lost"] == 0)
                #expect(report["rtp", "altered"] == 0)
                #expect(report["rtp", "duplicated"] == 0)
                #expect(report["rtp", "reordered"] == 0)
                let sent = try #require(report["rtp", "sent"])
                // 100 calls for 3 s and more, 50 packets a second.
                #expect(sent > 15_000)
            }
        }

        @Test("100 calls at once, and each hears the tone without a gap")
        func tone() async throws {
            try await Self.storm(["--user", "tone", "--media", "listen"]) { report in
                #expect(report["rtp", "lost"] == 0)
                #expect(report["rtp", "gaps"] == 0)
                let heard = try #require(report["rtp", "received"])
                #expect(heard > 15_000)
                let purity = try #require(report["rtp", "tone_energy_ratio_min"])
                #expect(purity > 0.99)
            }
        }

        private static func storm(
            _ arguments: [String], _ check: (Callstorm.Report) throws -> Void
        ) async throws {
            try await Daemon.run { daemon in
                let path = try #require(await Callstorm.path)
                let program = try Program(
                    path,
                    [
                        "--target", "127.0.0.1:\(daemon.port)", "--calls", "100", "--concurrent", "100", "--rate", "50",
                        "--hold", "3", "--json",
                    ] + arguments)
                let status = await program.exits.take(within: .seconds(60))
                if status == nil { await program.stop() }
                await program.endOfOutput()
                #expect(status == 0, "\(program.transcript)")
                let report = try #require(Callstorm.Report(program.lines.all.map(\.text)), "\(program.transcript)")
                #expect(report["calls", "ok"] == 100)
                #expect(report["calls", "peak_established"] == 100)
                #expect(report["rtp", "calls_without_received"] == 0)
                try check(report)
                let ended = await eventually { daemon.events("call_ended").count == 100 }
                #expect(ended)
            }
        }
    }
}

/// The load generator of `scripts/load`, compiled once a run.
enum Callstorm {
    /// Its report, as `--json` prints it.
    struct Report {
        private let parts: [String: Any]

        init?(_ lines: [String]) {
            guard let line = lines.first(where: { $0.hasPrefix("{") }),
                let parts = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            else { return nil }
            self.parts = parts
        }

        subscript(part: String, name: String) -> Double? {
            ((parts[part] as? [String: Any])?[name] as? NSNumber)?.doubleValue
        }
    }

    static var path: String? { get async { await task.value } }

    private static let task = Task { () -> String? in
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scripts/load/callstorm.c").path
        guard let compiler = Program.find("gcc"), FileManager.default.fileExists(atPath: source) else { return nil }
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("callstorm-\(getpid())").path
        let arguments = ["-std=c11", "-O2", "-pthread", source, "-o", output, "-lm"]
        guard let program = try? Program(compiler, arguments),
            await program.exits.take(within: .seconds(60)) == 0
        else { return nil }
        return output
    }
}
