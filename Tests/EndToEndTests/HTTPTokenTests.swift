import Foundation
import Testing

extension EndToEnd {
    @Suite("The token of HTTP: demanded, read again on SIGHUP, never told")
    struct HTTPTokenTests {
        /// A file of a token, removed with the object.
        private final class TokenFile: Sendable {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)").path

            init(_ token: String, mode: Int = 0o600) throws { try write(token, mode: mode) }

            deinit { try? FileManager.default.removeItem(atPath: path) }

            func write(_ token: String, mode: Int = 0o600) throws {
                try Data("\(token)\n".utf8).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }

            var settings: [String] { Daemon.http + ["http.bind_address=0.0.0.0", "http.token_file=\(path)"] }
        }

        private static let first = "first-0123456789abcdef"
        private static let second = "second-0123456789abcdef"

        private static func status(_ port: UInt16, _ token: String?, _ path: String = "/health") async throws -> Int? {
            let headers = token.map { ["Authorization: Bearer \($0)"] } ?? []
            return try await HTTPPeer.ask(port, path, headers: headers).status
        }

        @Test("it may be a credential that systemd passes")
        func credential() async throws {
            let file = try TokenFile(Self.first)
            let url = URL(fileURLWithPath: file.path)
            let settings = Daemon.http + ["http.token_file=credential:\(url.lastPathComponent)"]
            let environment = ["CREDENTIALS_DIRECTORY": url.deletingLastPathComponent().path]
            try await Daemon.run(settings, environment: environment) { daemon in
                let port = try await daemon.httpPort()
                #expect(try await Self.status(port, nil) == 401)
                #expect(try await Self.status(port, Self.first) == 200)
            }
        }

        @Test("without it every path is 401, with it health is told, and neither it nor its like is ever logged")
        func demanded() async throws {
            let file = try TokenFile(Self.first)
            try await Daemon.run(file.settings + ["log.level=debug"], stops: false) { daemon in
                let port = try await daemon.httpPort()
                let refusal = try await HTTPPeer.ask(port, "/health")
                #expect(refusal.status == 401 && refusal["WWW-Authenticate"] == "Bearer")
                #expect(refusal.json["error"] is String && refusal.json.count == 1)
                for path in ["/live", "/ready", "/metrics", "/nothing"] {
                    #expect(try await Self.status(port, nil, path) == 401, "\(path)")
                }
                for wrong in [Self.second, Self.first + "x", String(Self.first.dropLast()), ""] {
                    #expect(try await Self.status(port, wrong) == 401, "\(wrong)")
                }
                let basic = try await HTTPPeer.ask(port, "/health", headers: ["Authorization: Basic \(Self.first)"])
                #expect(basic.status == 401)
                let header = ["-H", "Authorization: Bearer \(Self.first)"]
                #expect(try await HTTPTests.curl(port, header)["state"] as? String == "running")
                #expect(try await Self.status(port, Self.first, "/nothing") == 404)
                _ = await daemon.program.stop()
                await daemon.program.endOfOutput()
                let isTold = daemon.program.lines.all.contains { $0.text.contains("0123456789abcdef") }
                #expect(!isTold, "\(daemon.program.transcript)")
            }
        }

        @Test("SIGHUP reads it again; a file that cannot be used changes nothing")
        func reload() async throws {
            let file = try TokenFile(Self.first)
            try await Daemon.run(file.settings) { daemon in
                let port = try await daemon.httpPort()
                try file.write(Self.second)
                kill(daemon.program.processID, SIGHUP)
                _ = try await daemon.event("settings_reloaded")
                #expect(try await Self.status(port, Self.first) == 401)
                #expect(try await Self.status(port, Self.second) == 200)
                try file.write(Self.first, mode: 0o644)
                kill(daemon.program.processID, SIGHUP)
                let refusal = try await daemon.event("settings_refused")
                let reason = "http.token_file: \(file.path): everybody may read it (chmod o-r helps)"
                #expect(refusal["reason"] == reason)
                #expect(try await Self.status(port, Self.first) == 401)
                #expect(try await Self.status(port, Self.second) == 200)
            }
        }

        @Test("a reload cannot take the token from an address that others reach")
        func unguardingReload() async throws {
            let file = try TokenFile(Self.first)
            let settings = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).toml")
            defer { try? FileManager.default.removeItem(at: settings) }
            func write(_ address: String, _ token: String) throws {
                let text = "[http]\nport = 0\nbind_address = \"\(address)\"\ntoken_file = \"\(token)\"\n"
                try Data(text.utf8).write(to: settings)
            }
            try write("0.0.0.0", file.path)
            let own = ["sip.bind_address=127.0.0.1", "sip.port=0", "log.format=json"].flatMap { ["--set", $0] }
            let program = try Program(Daemon.path, ["run", "--config", settings.path] + own)
            let daemon = Daemon(program: program, port: 0)
            let port = try await daemon.httpPort()
            // Good for itself, but the address changes with a restart only.
            try write("127.0.0.1", "")
            kill(program.processID, SIGHUP)
            let refusal = try await daemon.event("settings_refused")
            #expect(refusal["reason"]?.contains("http.token_file") == true)
            #expect(try await Self.status(port, nil) == 401)
            #expect(try await Self.status(port, Self.first) == 200)
            #expect(await program.stop() == 0)
        }

        @Test(
            "a file that cannot be used is one line that names it, and status 78",
            arguments: [
                ("short", 0o600, "the token has 5 characters, fewer than 16"),
                ("first-0123456789abcdef", 0o604, "everybody may read it (chmod o-r helps)"),
                ("two words 0123456789", 0o600, "a token has printable ASCII characters only, and no space within"),
            ])
        func badFile(token: String, mode: Int, reason: String) async throws {
            let file = try TokenFile(token, mode: mode)
            let program = try Program(
                Daemon.path, ["run"] + (file.settings + ["sip.port=0"]).flatMap { ["--set", $0] })
            #expect(await program.exits.take() == 78)
            await program.endOfOutput()
            let lines = program.lines.all.map(\.text).filter { $0.hasPrefix("milliwattd: ") }
            #expect(lines == ["milliwattd: http.token_file: \(file.path): \(reason)"])
        }
    }
}
