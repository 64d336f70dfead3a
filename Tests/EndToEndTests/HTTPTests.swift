import Foundation
import Testing

extension EndToEnd {
    @Suite("HTTP: health as it is measured, and who may ask")
    struct HTTPTests {
        @Test("curl gets the health that the log, the kernel and the calls bear out")
        func health() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: 40_000))
                let health = try await Self.curl(port)
                #expect(health["state"] as? String == "running")
                let listeners = try #require(health["listeners"] as? [[String: Any]])
                let places = listeners.map { "\($0["transport"] ?? "") \($0["address"] ?? ""):\($0["port"] ?? "")" }
                let logged = daemon.events("service_listening").map {
                    "\($0["transport"] ?? "") \($0["address"] ?? ""):\($0["port"] ?? "")"
                }
                #expect(places == logged && places.count == 3)
                let calls = try #require(health["calls"] as? [String: Int])
                #expect(calls["active"] == 1 && calls["total"] == 1 && calls["answered"] == 1)
                let process = try #require(health["process"] as? [String: Double])
                let state = try #require(ProcessState(of: daemon.program.processID))
                let resident = try #require(process["resident_bytes"])
                #expect(abs(resident / 1024 - Double(state.residentKiB)) < 4096)
                // Curl's connection may be gone when we count.
                let descriptors = try #require(process["open_descriptors"])
                #expect(abs(Int(descriptors) - state.descriptors) <= 1)
                #expect(process["cpu_seconds"].map { $0 > 0 && $0 < 10 } == true)
                try await caller.hangUp(answer)
                let after = try #require(try await Self.curl(port)["calls"] as? [String: Int])
                #expect(after["active"] == 0 && after["answered"] == 1 && after["failed"] == 0)
            }
        }

        @Test("lateness is null until something was paced, and then what was measured")
        func lateness() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                let before = try #require(try await Self.curl(port)["media_workers"] as? [[String: Any]])
                #expect(before.count >= 1 && before.allSatisfy { $0["lateness"] is NSNull })
                let stream = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: stream.port))
                for _ in 0..<20 { try #require(await stream.packets.take() != nil) }
                try await caller.hangUp(answer)
                _ = try await daemon.event("call_ended")
                let after = try #require(try await Self.curl(port)["media_workers"] as? [[String: Any]])
                let measured = try #require(after.compactMap { $0["lateness"] as? [String: Any] }.first)
                let packets = try #require(measured["packets"] as? Int)
                #expect(packets >= 20)
                let (median, most) = (measured["p50_us"] as? Int, measured["max_us"] as? Int)
                #expect(median != nil && (median ?? 0) <= most ?? .max)
            }
        }

        @Test("ready is no while the limit of calls is reached, and yes again after it")
        func ready() async throws {
            try await Daemon.run(Daemon.http + ["behavior.max_concurrent_calls=1"]) { daemon in
                let port = try await daemon.httpPort()
                #expect(try await HTTPPeer.ask(port, "/ready").status == 200)
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: 40_000))
                let full = try await HTTPPeer.ask(port, "/ready")
                #expect(full.status == 503 && full.json["error"] as? String == "the limit of 1 calls is reached")
                #expect(try await HTTPPeer.ask(port, "/health").status == 200)
                try await caller.hangUp(answer)
                #expect(try await HTTPPeer.ask(port, "/ready").status == 200)
            }
        }

        @Test("while calls are hung up, health and ready are 503 and live is 200")
        func draining() async throws {
            try await Daemon.run(Daemon.http, stops: false) { daemon in
                let port = try await daemon.httpPort()
                let caller = try Caller(.udp, to: daemon)
                _ = try await caller.call(sdp: Caller.sdp(port: 40_000))
                kill(daemon.program.processID, SIGTERM)
                // The BYE is not answered, so that the daemon waits for it.
                let bye = try await caller.incoming("BYE")
                let health = try await HTTPPeer.ask(port, "/health")
                #expect(health.status == 503 && health.json["state"] as? String == "draining")
                #expect(health.json["error"] as? String == "draining")
                let ready = try await HTTPPeer.ask(port, "/ready")
                #expect(ready.status == 503 && ready.json["ready"] as? Bool == false)
                #expect(try await HTTPPeer.ask(port, "/live").status == 200)
                caller.respond("200 OK", to: bye)
                #expect(await daemon.program.exits.take() == 0, "\(daemon.program.transcript)")
            }
        }

        @Test("HEAD is GET without a body, other methods get 405 with Allow, other paths 404, all as JSON, uncached")
        func methods() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                for path in ["/health", "/live", "/ready", "/metrics", "/live?verbose=1"] {
                    let get = try await HTTPPeer.ask(port, path)
                    #expect(get.status == 200 && get["Cache-Control"] == "no-store", "\(path)")
                    #expect(get["Content-Length"] == "\(get.body.utf8.count)")
                    let head = try await HTTPPeer.ask(port, path, method: "HEAD")
                    #expect(head.status == 200 && head.body.isEmpty, "\(path)")
                    #expect(head["Content-Type"] == get["Content-Type"] && head["Content-Length"] != "0")
                }
                for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
                    let answer = try await HTTPPeer.ask(port, "/health", method: method, headers: ["Content-Length: 0"])
                    #expect(answer.status == 405 && answer["Allow"] == "GET, HEAD", "\(method)")
                    #expect(answer["Content-Type"] == "application/json" && answer.json["error"] is String)
                }
                for path in ["/", "/healthz", "/health/", "/HEALTH", "//health", "/../health"] {
                    let answer = try await HTTPPeer.ask(port, path)
                    #expect(answer.status == 404 && answer.json["error"] as? String == "not found", "\(path)")
                    #expect(answer["Cache-Control"] == "no-store")
                }
            }
        }

        @Test("an address that others reach demands a token: one line, and status 78", arguments: ["0.0.0.0", "::"])
        func unguarded(_ address: String) async throws {
            let (status, lines) = try await Self.run(["http.bind_address=\(address)", "http.port=0", "sip.port=0"])
            #expect(status == 78)
            let line =
                "milliwattd: --set: http.bind_address: whoever reaches \(address) needs a token: set http.token_file"
            #expect(lines == [line])
        }

        @Test("a port that is taken is said and ends it with 69")
        func takenPort() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                let (status, lines) = try await Self.run([
                    "http.port=\(port)", "sip.port=0", "sip.bind_address=127.0.0.1",
                ])
                #expect(status == 69)
                let said =
                    "milliwattd: cannot listen on http 127.0.0.1:\(port): bind: Address already in use (errno 98)"
                #expect(lines.contains(said), "\(lines)")
            }
        }

        static func curl(_ port: UInt16, _ arguments: [String] = []) async throws -> [String: Any] {
            let path = try #require(Program.find("curl"))
            let program = try Program(path, ["-sS", "http://127.0.0.1:\(port)/health"] + arguments)
            #expect(await program.exits.take() == 0, "\(program.transcript)")
            await program.endOfOutput()
            let text = program.lines.all.map(\.text).joined(separator: "\n")
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        private static func run(_ settings: [String]) async throws -> (status: Int32?, lines: [String]) {
            let program = try Program(Daemon.path, ["run"] + settings.flatMap { ["--set", $0] })
            let status = await program.exits.take()
            if status == nil { await program.stop() }
            await program.endOfOutput()
            return (status, program.lines.all.map(\.text))
        }
    }
}
