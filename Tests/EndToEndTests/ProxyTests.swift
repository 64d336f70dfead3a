import Foundation
import Testing

extension EndToEnd {
    /// Kamailio between SIPp and the daemon: it stays in the dialog by Record-Route.
    @Suite(
        "Behind a proxy (RFC 3261 16.12)",
        .enabled(if: Kamailio.path != nil && SIPp.path != nil, "no kamailio or no sipp (apt: kamailio, sip-tester)"))
    struct ProxyTests {
        @Test(
            "each scenario succeeds",
            arguments: [
                "basic-call", "cancel", "reinvite", "late-offer", "no-codec", "prack", "hold", "update", "require",
            ])
        func scenario(_ name: String) async throws {
            try await Daemon.run(["behavior.auto_answer_delay_ms=500"]) { daemon in
                try await Kamailio.run(to: daemon) { port in
                    for transport in Caller.Transport.allCases {
                        try await SIPp.run(name, transport, daemon, through: port, calls: 3, rate: 10, hold: 200)
                    }
                }
            }
        }

        @Test("our BYE finds its way back through the proxy", arguments: Caller.Transport.allCases)
        func toneEnd(transport: Caller.Transport) async throws {
            try await Daemon.run(["behavior.tone_duration_seconds=1"]) { daemon in
                try await Kamailio.run(to: daemon) { port in
                    try await SIPp.run("tone-end", transport, daemon, through: port, calls: 3, rate: 10, hold: 0)
                }
                for _ in 0..<3 {
                    #expect(try await daemon.event("call_ended")["reason"] == "tone finished")
                }
            }
        }
    }
}

/// The program `kamailio` as a proxy in front of a daemon.
enum Kamailio {
    static let path = Program.find("kamailio")

    /// Runs `body` with the port of a proxy that passes everything on to the daemon.
    static func run(to daemon: Daemon, _ body: (UInt16) async throws -> Void) async throws {
        let path = try #require(path)
        let template = try #require(Bundle.module.path(forResource: "Peers/proxy", ofType: "cfg"))
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("kamailio-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let configuration = try String(contentsOfFile: template, encoding: .utf8)
            .replacingOccurrences(of: "@TARGET@", with: "\(daemon.port)")
        let file = directory.appendingPathComponent("proxy.cfg")
        for attempt in 1... {
            // Free for UDP at this moment; somebody may have it for TCP, or take it.
            let port = try DatagramSocket { _ in }.port
            try configuration.replacingOccurrences(of: "@PORT@", with: "\(port)")
                .write(to: file, atomically: true, encoding: .utf8)
            let proxy = try Program(
                path, ["-DD", "-E", "-m", "32", "-M", "4", "-Y", directory.path, "-f", file.path], directory: directory)
            do {
                let isReady = try await isReady(port, proxy)
                if !isReady, attempt < 5, proxy.transcript.contains("Address already in use") {
                    await proxy.stop()
                    continue
                }
                try #require(isReady, "no proxy: \(proxy.transcript)")
                try await body(port)
                await proxy.stop()
                return
            } catch {
                await proxy.stop()
                throw error
            }
        }
    }

    /// Whether an OPTIONS comes back within 10 s.
    private static func isReady(_ port: UInt16, _ proxy: Program) async throws -> Bool {
        let caller = try Caller(.udp, toPort: port)
        for _ in 0..<20 {
            caller.send(caller.request("OPTIONS"))
            let answer = await caller.messages.take(within: .milliseconds(500)) { $0.status == 200 }
            if answer != nil { return true }
            if proxy.transcript.contains("Address already in use") { return false }
        }
        return false
    }
}
