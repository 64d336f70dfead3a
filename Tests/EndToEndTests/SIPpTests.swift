import Foundation
import Testing

extension EndToEnd {
    /// Runs of SIPp, another implementation, against the daemon.
    @Suite(
        "SIPp: the flows of RFC 3261, over UDP, TCP and TLS",
        .enabled(if: SIPp.path != nil, "no sipp (apt: sip-tester)"))
    struct SIPpTests {
        @Test(
            "each scenario succeeds",
            arguments: [
                "basic-call", "cancel", "options", "reinvite", "late-offer", "no-codec", "bye-unknown",
                "unknown-method", "prack", "prack-offer", "hold", "update", "update-glare", "timer-422", "info",
                "message", "notify", "refer", "require", "out-of-order",
            ])
        func scenario(_ name: String) async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings + ["behavior.auto_answer_delay_ms=500"]) { daemon in
                try await withThrowingTaskGroup { group in
                    group.addTask { try await SIPp.runByTLS(name, daemon, files, calls: 5, rate: 10, hold: 200) }
                    for transport in Caller.Transport.allCases {
                        group.addTask { try await SIPp.run(name, transport, daemon, calls: 5, rate: 10, hold: 200) }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test("media by IPv6 of a call that is signalled by IPv4 (RFC 3264, RFC 6157)")
        func otherFamily() async throws {
            try await Daemon.run { daemon in
                try await SIPp.run("basic-call", .udp, daemon, media: "::1", calls: 2, rate: 10, hold: 500)
                for _ in 0..<2 {
                    let answered = try await daemon.event("call_answered")
                    #expect(answered["local_media"]?.hasPrefix("[::1]:") == true, "\(answered.fields)")
                    let ended = try await daemon.event("call_ended")
                    let packets = try #require(ended["packets_sent"].flatMap(Int.init))
                    #expect((20...30).contains(packets))
                }
            }
        }

        @Test("the tone's end is a BYE", arguments: Caller.Transport.allCases)
        func toneEnd(transport: Caller.Transport) async throws {
            try await Daemon.run(["behavior.tone_duration_seconds=1"]) { daemon in
                try await SIPp.run("tone-end", transport, daemon, calls: 3, rate: 10, hold: 0)
                _ = try await daemon.event("call_ended")
            }
        }

        @Test("the tone's end is a BYE on the connection of TLS that the call came by")
        func toneEndByTLS() async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings + ["behavior.tone_duration_seconds=1"]) { daemon in
                try await SIPp.runByTLS("tone-end", daemon, files, calls: 3, rate: 10, hold: 0)
                for _ in 0..<3 { _ = try await daemon.event("call_ended") }
                let transports = daemon.events("call_incoming").map { $0["transport"] }
                #expect(transports == ["tls", "tls", "tls"])
            }
        }

        @Test(
            "the call over the limit is refused as the settings say", arguments: [486, 503], Caller.Transport.allCases)
        func overLimit(status: Int, transport: Caller.Transport) async throws {
            let settings = ["behavior.max_concurrent_calls=1", "behavior.over_limit_status=\(status)"]
            try await Daemon.run(settings) { daemon in
                let caller = try Caller(transport, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: 40_000))
                try await SIPp.run("refused-\(status)", transport, daemon, calls: 3, rate: 10, hold: 0)
                try await caller.hangUp(answer)
                try await SIPp.run("basic-call", transport, daemon, calls: 1, rate: 10, hold: 100)
            }
        }

        @Test("500 calls at 50 a second, held for 3 s, all succeed", arguments: Caller.Transport.allCases)
        func load(transport: Caller.Transport) async throws {
            try await Daemon.run(["behavior.max_concurrent_calls=300"], stops: false) { daemon in
                try await SIPp.run("basic-call", transport, daemon, calls: 500, rate: 50, hold: 3000)
                #expect(await daemon.program.stop() == 0)
                await daemon.program.endOfOutput()
                #expect(daemon.events("call_incoming").count == 500)
                #expect(daemon.events("call_answered").count == 500)
                #expect(daemon.events("call_ended").count == 500)
            }
        }
    }
}

/// The program `sipp`.
enum SIPp {
    static let path = Program.find("sipp")

    /// By TLS, which SIPp as Debian has it does not speak itself.
    static func runByTLS(
        _ scenario: String, _ daemon: Daemon, _ files: TLSFiles, calls: Int, rate: Int, hold: Int, timeout: Int = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await SecureTunnel.run(to: daemon, files) { tunnel in
            try await run(
                scenario, .tcp, daemon, by: tunnel, calls: calls, rate: rate, hold: hold, timeout: timeout,
                sourceLocation: sourceLocation)
        }
    }

    static func run(
        _ scenario: String, _ transport: Caller.Transport, _ daemon: Daemon, through proxy: UInt16? = nil,
        by tunnel: SecureTunnel? = nil, host: String = "127.0.0.1", media: String? = nil, calls: Int, rate: Int,
        hold: Int, timeout: Int = 60, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let path = try #require(path)
        var file = try #require(Bundle.module.path(forResource: "Scenarios/\(scenario)", ofType: "xml"))
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sipp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        if let tunnel {
            let text = try tunnel.scenario(file)
            file = directory.appendingPathComponent("scenario.xml").path
            try text.write(toFile: file, atomically: false, encoding: .utf8)
        }
        let local = host.trimmingCharacters(in: ["[", "]"])
        for attempt in 1...5 {
            // A port that was free a moment ago: left to itself, SIPp takes 5060.
            let port = try DatagramSocket { _ in }.port
            let sipp = try Program(
                path,
                [
                    "\(host):\(proxy ?? tunnel?.port ?? daemon.port)", "-sf", file, "-t",
                    transport == .udp ? "u1" : "t1", "-i",
                    local, "-p", "\(port)", "-mi", media ?? local, "-s", "tone", "-m", "\(calls)", "-r", "\(rate)",
                    "-d",
                    "\(hold)",
                    "-timeout", "\(timeout)", "-timeout_error", "-recv_timeout", "10000", "-trace_err", "-error_file",
                    "errors", "-nostdin",
                ], directory: directory)
            let status = await sipp.exits.take(within: .seconds(timeout + 30))
            if status == 0 { return }
            await sipp.stop()
            let errors = (try? String(contentsOf: directory.appendingPathComponent("errors"), encoding: .utf8)) ?? ""
            // Somebody else has the port by now, or has it for TCP.
            if errors.contains("Unable to bind"), attempt < 5 { continue }
            Issue.record(
                "sipp \(scenario) over \(transport): exit \(String(describing: status))\n\(errors.prefix(3000))",
                sourceLocation: sourceLocation)
            return
        }
    }
}
