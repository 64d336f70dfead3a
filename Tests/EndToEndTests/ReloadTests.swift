import Foundation
import Testing

extension EndToEnd {
    @Suite("SIGHUP: settings are read again, all or nothing, and calls stay")
    struct ReloadTests {
        /// A settings file of the test's own.
        private struct SettingsFile {
            let url = FileManager.default.temporaryDirectory
                .appendingPathComponent("milliwatt-\(UUID().uuidString).toml")

            func write(_ text: String) throws { try Data(text.utf8).write(to: url) }
        }

        @Test("limits, delays and the log's level change for new calls; what cannot change is named")
        func takesOver() async throws {
            let file = SettingsFile()
            defer { try? FileManager.default.removeItem(at: file.url) }
            try file.write("[behavior]\nmax_concurrent_calls = 50\n")
            try await Daemon.run(arguments: ["--config", file.url.path]) { daemon in
                let (caller, excess) = (try Caller(.udp, to: daemon), try Caller(.udp, to: daemon))
                let answer = try await caller.call("echo", sdp: CallTests.sdp)
                try file.write(
                    """
                    [behavior]
                    max_concurrent_calls = 1
                    over_limit_status = 503
                    retry_after_seconds = 77
                    [media]
                    rtp_port_range_end = 20001
                    [log]
                    level = "notice"
                    """)
                kill(daemon.program.processID, SIGHUP)
                #expect(
                    try await daemon.event("settings_reloaded")["setting"]
                        == "behavior.max_concurrent_calls, behavior.over_limit_status, behavior.retry_after_seconds, "
                        + "log.level")
                #expect(try await daemon.event("settings_reloaded")["setting"] == "media.rtp_port_range_end")
                excess.send(excess.request("INVITE", body: CallTests.sdp))
                let refused = try await excess.final("INVITE")
                #expect(refused.status == 503 && refused["retry-after"] == "77")
                excess.acknowledge(refused)
                try await caller.hangUp(answer, user: "echo")
                // Of info by now, so that it does not come.
                #expect(daemon.events("call_ended").isEmpty && daemon.events("call_rejected").isEmpty)
            }
        }

        @Test("a file with one mistake changes nothing, and the log says what it is")
        func refuses() async throws {
            let file = SettingsFile()
            defer { try? FileManager.default.removeItem(at: file.url) }
            try file.write("[behavior]\nmax_concurrent_calls = 50\n")
            try await Daemon.run(
                ["behavior.shutdown_timeout_seconds=0.1"], arguments: ["--config", file.url.path]
            ) { daemon in
                try file.write("[behavior]\nmax_concurrent_calls = 1\ntone_frequency = 5000.0\n")
                kill(daemon.program.processID, SIGHUP)
                let reason = try await daemon.event("settings_refused")["reason"]
                #expect(reason?.hasPrefix("\(file.url.path):3: behavior.tone_frequency: ") == true, "\(reason ?? "")")
                let callers = [try Caller(.udp, to: daemon), try Caller(.udp, to: daemon)]
                for caller in callers { _ = try await caller.call("echo", sdp: CallTests.sdp) }
            }
        }
    }
}
