import Foundation
import Testing

extension EndToEnd {
    @Suite("A log file: rotated while the daemon runs")
    struct LogFileTests {
        /// Waits until a file has text in it.
        private static func wait(for text: String, in path: String) async -> Bool {
            for _ in 0..<600 {
                if let contents = try? String(contentsOfFile: path, encoding: .utf8), contents.contains(text) {
                    return true
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
            return false
        }

        @Test("SIGHUP opens the file again, also when the settings are refused")
        func rotated() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("milliwatt-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (file, settings) = (folder.path + "/milliwatt.log", folder.path + "/milliwatt.toml")
            let text = """
                [sip]
                bind_address = "127.0.0.1"
                port = 0
                [http]
                enabled = false
                [log]
                output = "file"
                file = "\(file)"
                format = "json"
                """
            try text.write(toFile: settings, atomically: true, encoding: .utf8)
            let program = try Program(Daemon.path, ["run", "--config", settings])
            do {
                try #require(await Self.wait(for: #""event":"service_ready""#, in: file), "\(program.transcript)")
                try FileManager.default.moveItem(atPath: file, toPath: file + ".1")
                try (text + "\nlevel = 5").write(toFile: settings, atomically: true, encoding: .utf8)
                kill(program.processID, SIGHUP)
                #expect(await Self.wait(for: #""event":"settings_refused""#, in: file))
                #expect(await program.stop() == 0)
                #expect(program.transcript.isEmpty, "standard error stays empty")
                let old = try String(contentsOfFile: file + ".1", encoding: .utf8)
                #expect(old.hasSuffix("\n") && !old.contains("service_stopped"))
                #expect(try String(contentsOfFile: file, encoding: .utf8).contains("service_stopped"))
            } catch {
                await program.stop()
                throw error
            }
        }

        @Test("a file that cannot be opened ends the start with 73")
        func refused() async throws {
            let program = try Program(
                Daemon.path, ["run", "--set", "log.output=file", "--set", "log.file=/nonexistent/milliwatt.log"])
            #expect(await program.exits.take() == 73)
            #expect(
                program.transcript == "milliwattd: log.file: /nonexistent/milliwatt.log: No such file or directory")
        }
    }
}
