import Testing

extension EndToEndTimers {
    @Suite("SIPp: session timers (RFC 4028)", .enabled(if: SIPp.path != nil, "no sipp (apt: sip-tester)"))
    struct SessionTimerTests {
        @Test("we refresh by UPDATE or re-INVITE, or hang up where nobody refreshes")
        func sessionTimers() async throws {
            let files = try await TLSFiles("server")
            let settings = ["behavior.tone_duration_seconds=0", "behavior.media_timeout_seconds=0"]
            try await Daemon.run(files.settings + settings) { daemon in
                // Three tunnels ask for it at once.
                _ = try await files.port(daemon)
                try await withThrowingTaskGroup { group in
                    for name in ["timer-update", "timer-reinvite", "timer-expiry"] {
                        group.addTask {
                            try await SIPp.runByTLS(name, daemon, files, calls: 1, rate: 10, hold: 200, timeout: 80)
                        }
                    }
                    for transport in Caller.Transport.allCases {
                        for name in ["timer-update", "timer-reinvite", "timer-expiry"] {
                            group.addTask {
                                try await SIPp.run(
                                    name, transport, daemon, calls: 1, rate: 10, hold: 200, timeout: 80)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                var reasons: [String?] = []
                for _ in 0..<9 { reasons.append(try await daemon.event("call_ended")["reason"]) }
                #expect(reasons.count { $0 == "session expired" } == 3)
            }
        }
    }
}
