import Foundation
import Testing

extension EndToEnd {
    @Suite("The command line: what is wrong is said in one line, and nothing starts")
    struct CommandLineTests {
        @Test(
            "a setting of the wrong type, out of range or unknown ends it with 78",
            arguments: [
                "sip.port=70000", "sip.port=\"abc\"", "behavior.tone_level_dbm0=9", "behavior.tone_level_dbm0=loud",
                "sip.no_such_key=1", "no_such_section.key=1", "log.format=\"morse\"",
            ])
        func wrongSetting(_ setting: String) async throws {
            let (status, lines) = try await Self.run(["run", "--set", setting])
            #expect(status == 78)
            try #require(lines.count == 1, "\(lines)")
            // A section that is unknown is named without its keys.
            #expect(lines[0].contains(setting.prefix { $0 != "=" && !(setting.hasPrefix("no") && $0 == ".") }))
        }

        @Test("a wrong settings file ends it with 78 and the line of the mistake", arguments: ["run", "check-config"])
        func wrongFile(_ command: String) async throws {
            try await Self.withFile("[sip]\n# the default\nport = 70000\n") { path in
                let arguments = command == "run" ? ["run", "--config", path] : [command, path]
                let (status, lines) = try await Self.run(arguments)
                #expect(status == 78)
                try #require(lines.count == 1, "\(lines)")
                #expect(lines[0].contains("sip.port") && lines[0].contains("70000"))
                #expect(lines[0].contains("3"), "the line")
            }
        }

        @Test("a settings file that is not there ends it with 78")
        func missingFile() async throws {
            let (status, lines) = try await Self.run(["run", "--config", "/nonexistent/milliwatt.toml"])
            #expect(status == 78)
            #expect(lines.count == 1, "\(lines)")
        }

        @Test("a port that is taken is said and ends it with 69", arguments: Caller.Transport.allCases)
        func takenPort(_ transport: Caller.Transport) async throws {
            try await Daemon.run { daemon in
                let transports = "sip.transports=[\"\(transport.rawValue.lowercased())\"]"
                let (status, lines) = try await Self.run([
                    "run", "--set", "sip.bind_address=\"127.0.0.1\"", "--set", "sip.port=\(daemon.port)", "--set",
                    transports, "--set", "http.enabled=false",
                ])
                #expect(status == 69, "\(lines)")
                let said = lines.contains { $0.contains("\(daemon.port)") }
                #expect(said, "\(lines)")
                let ready = lines.contains { $0.contains("Ready") }
                #expect(!ready, "\(lines)")
            }
        }

        @Test("--version and --help answer and end with 0")
        func information() async throws {
            let version = try await Self.run(["--version"])
            #expect(version.status == 0)
            #expect(version.lines.count == 1 && version.lines.first?.contains(".") == true, "\(version.lines)")
            let help = try await Self.run(["--help"])
            #expect(help.status == 0)
            for command in ["run", "check-config", "default-config"] {
                let named = help.lines.contains { $0.contains(command) }
                #expect(named, "\(command)")
            }
        }

        @Test("an option that nobody knows ends it with 64")
        func wrongOption() async throws {
            let (status, _) = try await Self.run(["run", "--frobnicate"])
            #expect(status == 64)
        }

        @Test("what default-config prints, check-config accepts")
        func defaults() async throws {
            let (status, lines) = try await Self.run(["default-config"])
            #expect(status == 0)
            try await Self.withFile(lines.joined(separator: "\n") + "\n") { path in
                let check = try await Self.run(["check-config", path])
                #expect(check.status == 0, "\(check.lines)")
            }
        }

        @Test("check-config takes credentials that only the service can read, by names that can be")
        func credentials() async throws {
            for (name, expected) in [("credential:http-token", Int32(0)), ("credential:../token", 78)] {
                try await Self.withFile("[http]\ntoken_file = \"\(name)\"\n") { path in
                    let (status, lines) = try await Self.run(["check-config", path])
                    #expect(status == expected && lines.count == 1, "\(lines)")
                }
            }
        }

        private static func run(_ arguments: [String]) async throws -> (status: Int32?, lines: [String]) {
            let program = try Program(Daemon.path, arguments)
            let status = await program.exits.take()
            if status == nil { await program.stop() }
            await program.endOfOutput()
            return (status, program.lines.all.map(\.text))
        }

        private static func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).toml")
            try Data(text.utf8).write(to: url)
            defer { try? FileManager.default.removeItem(at: url) }
            try await body(url.path)
        }
    }
}
