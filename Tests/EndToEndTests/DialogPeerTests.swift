import Foundation
import Testing

extension EndToEndTimers {
    /// A softphone that demands all that a dialog can have.
    @Suite(
        "PJSUA2: PRACK, hold, resume, UPDATE and a session timer with a real refresh (RFC 3262, 3311, 4028)",
        .enabled("no PJSUA2 (PyPI: pjsua2-python, in .build-tests/venv)") { await PJSUA.python != nil },
        .enabled(if: OpenSSL.path != nil, "no openssl"))
    struct DialogPeerTests {
        @Test("over UDP, TCP and TLS")
        func dialog() async throws {
            let python = try #require(await PJSUA.python)
            let script = try #require(Bundle.module.path(forResource: "Peers/pjsua_dialog", ofType: "py"))
            let files = try await TLSFiles("server")
            let settings = files.settings + ["sip.transports=[\"udp\", \"tcp\", \"tls\"]"]
            try await Daemon.run(settings) { daemon in
                let ports = ["udp": daemon.port, "tcp": daemon.port, "tls": try await files.port(daemon)]
                try await withThrowingTaskGroup { group in
                    for (transport, port) in ports {
                        group.addTask {
                            let uri = "sip:echo@127.0.0.1:\(port);transport=\(transport)"
                            // The refresh comes at half of 90 s.
                            let phone = try Program(python, [script, uri, transport, "55"])
                            let status = await phone.exits.take(within: .seconds(100))
                            #expect(status == 0, "\(transport): \(phone.transcript)")
                            if status == nil { await phone.stop() }
                        }
                    }
                    try await group.waitForAll()
                }
                for _ in 0..<3 { #expect(try await daemon.event("call_ended")["ended_by"] == "caller") }
            }
        }
    }
}
