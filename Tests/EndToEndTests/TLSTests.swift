import Foundation
import Testing

extension EndToEnd {
    /// Peers that speak TLS by OpenSSL or a softphone, not by our own code.
    @Suite("TLS: from the settings to the wire (RFC 3261 26.3.1)", .enabled(if: OpenSSL.path != nil, "no openssl"))
    struct TLSTests {
        @Test("OpenSSL is answered over TLS 1.2 and 1.3", arguments: ["1_2", "1_3"])
        func versions(version: String) async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings) { daemon in
                let peer = try await files.connect(daemon, "-tls\(version)")
                try await peer.expectAnswer()
                let name = "TLSv1." + version.suffix(1)
                #expect(peer.program.lines.all.contains { $0.text.contains(name) }, "\(peer.program.transcript)")
                await peer.close()
            }
        }

        @Test("where 1.3 is the least version, 1.2 is refused")
        func leastVersion() async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings + ["sip.tls_min_version=1.3"]) { daemon in
                let old = try await files.connect(daemon, "-tls1_2")
                #expect(await old.program.exits.take() == 1, "\(old.program.transcript)")
                let peer = try await files.connect(daemon)
                try await peer.expectAnswer()
                await peer.close()
            }
        }

        @Test("a call by a torn stream: Contact says TLS, our BYE comes by the connection")
        func call() async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings + ["behavior.tone_duration_seconds=1"]) { daemon in
                let peer = try await files.connect(daemon, "-max_send_frag", "512")
                try await peer.call()
                let contact = "Contact: <sip:tone@127.0.0.1:\(peer.port);transport=tls>"
                #expect(peer.program.lines.all.contains { $0.text == contact }, "\(peer.program.transcript)")
                let bye = await peer.program.line(containing: "BYE sip:test@127.0.0.1")
                #expect(bye != nil, "\(peer.program.transcript)")
                let via = await peer.program.line(containing: "Via: SIP/2.0/TLS 127.0.0.1:\(peer.port);branch=")
                #expect(via != nil, "\(peer.program.transcript)")
                await peer.close()
            }
        }

        @Test("a client certificate that is required: refused without, accepted with one of the authority")
        func clientCertificates() async throws {
            let files = try await TLSFiles("server", "client")
            let settings = ["sip.tls_client_certificates=required", "sip.tls_ca=\(files.path("client.pem"))"]
            try await Daemon.run(files.settings + settings) { daemon in
                for arguments in [[], ["-cert", files.path("server.pem"), "-key", files.path("server.key")]] {
                    let stranger = try await files.connect(daemon, arguments)
                    stranger.options()
                    #expect(await stranger.program.exits.take() != nil)
                    #expect(!stranger.program.lines.all.contains { $0.text.hasPrefix("SIP/2.0") })
                }
                let peer = try await files.connect(
                    daemon, ["-cert", files.path("client.pem"), "-key", files.path("client.key")])
                try await peer.expectAnswer()
                await peer.close()
            }
        }

        @Test("SIGHUP shows the new certificate to new connections, and keeps the call that is up")
        func reload() async throws {
            let files = try await TLSFiles("server", "other")
            try await Daemon.run(files.settings) { daemon in
                let caller = try await files.connect(daemon)
                try await caller.call()
                try files.replace("server", by: "other")
                kill(daemon.program.processID, SIGHUP)
                _ = try await daemon.event("settings_reloaded")
                let peer = try await files.connect(daemon)
                try await peer.expectAnswer()
                #expect(peer.certificate == files.certificate("other"))
                #expect(caller.certificate != peer.certificate)
                await peer.close()
                try await caller.hangUp()
                #expect(try await daemon.event("call_ended")["ended_by"] == "caller")
                await caller.close()
            }
        }

        @Test("a file that cannot be used changes nothing, and the log says why")
        func badReload() async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings) { daemon in
                let before = files.certificate("server")
                try Data("nonsense".utf8).write(to: URL(fileURLWithPath: files.path("server.pem")))
                kill(daemon.program.processID, SIGHUP)
                let entry = try await daemon.event("settings_refused")
                #expect(entry["reason"]?.hasPrefix("sip.tls_certificate: \(files.path("server.pem")): ") == true)
                let peer = try await files.connect(daemon)
                try await peer.expectAnswer()
                #expect(peer.certificate == before)
                await peer.close()
            }
        }

        @Test(
            "files that cannot be used are one line that names the key, and status 78",
            arguments: ["tls_certificate", "tls_key", "tls_ca"])
        func badFiles(key: String) async throws {
            let files = try await TLSFiles("server")
            let arguments =
                files.settings + [
                    "sip.tls_client_certificates=required", "sip.\(key)=/nonexistent.pem", "http.enabled=false",
                ]
            let program = try Program(Daemon.path, ["run"] + arguments.flatMap { ["--set", $0] })
            #expect(await program.exits.take() == 78)
            await program.endOfOutput()
            let line = "milliwattd: sip.\(key): /nonexistent.pem: No such file or directory"
            #expect(program.lines.all.filter { $0.text.hasPrefix("milliwattd: ") }.map(\.text) == [line])
        }

        @Test("garbage, half a handshake and an unframed request leave the daemon working")
        func hostile() async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings) { daemon in
                let port = try await files.port(daemon)
                let garbage = try Caller(.tcp, toPort: port)
                garbage.send(bytes: (0..<4096).map { _ in .random(in: 32...126) })
                _ = await garbage.messages.take { _ in false }
                #expect(garbage.messages.isClosed)
                let half = try Caller(.tcp, toPort: port)
                // A record of a ClientHello that does not come to its end.
                half.send(bytes: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + [UInt8](repeating: 7, count: 40))
                let unframed = try await files.connect(daemon)
                unframed.options(length: "many")
                #expect(await unframed.program.line(containing: "SIP/2.0 400") != nil)
                #expect(await unframed.program.exits.take() != nil, "the connection is closed after the answer")
                let peer = try await files.connect(daemon)
                try await peer.expectAnswer()
                await peer.close()
                withExtendedLifetime(half) {}
            }
        }

        @Test(
            "baresip calls the echo over TLS",
            .enabled(if: Baresip.path != nil, "no baresip with modules (apt: baresip-core)"))
        func baresip() async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings) { daemon in
                let port = try await files.port(daemon)
                let phone = try Baresip(codec: "PCMU")
                defer { phone.remove() }
                try phone.trust(files.path("server.pem"))
                try phone.playNoise()
                try await phone.run(dialling: "sip:echo@127.0.0.1:\(port);transport=tls") { program in
                    let up = await program.line(within: .seconds(15), containing: "Call established")
                    try #require(up != nil, "\(program.transcript)")
                    // Media for a second and a half, unless the call ends before.
                    #expect(
                        await program.line(within: .milliseconds(1500), containing: "terminated") == nil,
                        "\(program.transcript)")
                }
                let ended = try await daemon.event("call_ended")
                #expect(Int(ended["packets_received"] ?? "") ?? 0 > 20)
                #expect(ended["packets_sent"] == ended["packets_received"])
                #expect(daemon.events("call_incoming").first?["transport"] == "tls")
            }
        }
    }

    /// One daemon on both families.
    @Suite("IPv4 and IPv6 side by side")
    struct FamilyTests {
        @Test(
            "SIPp calls by UDP and TCP", .enabled(if: SIPp.path != nil, "no sipp (apt: sip-tester)"),
            arguments: ["127.0.0.1", "[::1]"], Caller.Transport.allCases)
        func sipp(host: String, transport: Caller.Transport) async throws {
            try await Daemon.run(["sip.bind_address=0.0.0.0,::"]) { daemon in
                try await SIPp.run("basic-call", transport, daemon, host: host, calls: 3, rate: 10, hold: 200)
                let peer = try await daemon.event("call_incoming")["peer"] ?? ""
                #expect(peer.hasPrefix(host + ":"))
            }
        }

        @Test(
            "OpenSSL calls by TLS", .enabled(if: OpenSSL.path != nil, "no openssl"),
            arguments: ["127.0.0.1", "[::1]"])
        func tls(host: String) async throws {
            let files = try await TLSFiles("server")
            try await Daemon.run(files.settings + ["sip.bind_address=0.0.0.0,::"]) { daemon in
                let peer = try await files.connect(daemon, [], host: host)
                try await peer.call()
                try await peer.hangUp()
                await peer.close()
            }
        }
    }
}
