import Foundation
import Testing

extension EndToEnd {
    @Suite("Metrics: what Prometheus reads is what has happened")
    struct MetricsTests {
        @Test("calls, packets and messages are counted as they were on the wire")
        func counted() async throws {
            try await Daemon.run(Daemon.http + ["behavior.tone_duration_seconds=1"]) { daemon in
                let port = try await daemon.httpPort()
                try await Self.calls(daemon)
                let metrics = try await Metrics(port)
                #expect(metrics["milliwatt_calls_offered_total"] == 2)
                #expect(metrics[#"milliwatt_calls_total{outcome="answered"}"#] == 1)
                #expect(metrics[#"milliwatt_calls_total{outcome="refused"}"#] == 1)
                #expect(metrics["milliwatt_calls_active"] == 0 && metrics["milliwatt_calls_ringing"] == 0)
                #expect(metrics[#"milliwatt_sip_parse_errors_total{class="start_line"}"#] == 1)
                #expect(metrics[#"milliwatt_sip_transactions_total{kind="server_invite"}"#] == 2)
                #expect(metrics[#"milliwatt_sip_retransmissions_received_total{kind="server_non_invite"}"#] == 1)
                let ended = try #require(daemon.events("call_ended").first)
                let sent = try #require(ended["packets_sent"].flatMap(Double.init))
                #expect(metrics[#"milliwatt_media_packets_total{protocol="rtp",direction="sent"}"#] == sent)
                // Each paced packet has a place in the histogram.
                #expect(metrics["milliwatt_media_pacing_lateness_seconds_count"] == sent)
                #expect(metrics[#"milliwatt_media_pacing_lateness_seconds_bucket{le="+Inf"}"#] == sent)
                #expect(metrics[#"milliwatt_media_port_pairs{state="in_use"}"#] == 0)
                #expect(metrics[#"milliwatt_state{state="running"}"#] == 1)
            }
        }

        @Test("figures of the process are the kernel's, and counters only grow")
        func process() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                let first = try await Metrics(port)
                let state = try #require(ProcessState(of: daemon.program.processID))
                let resident = try #require(first["process_resident_memory_bytes"])
                #expect(abs(resident / 1024 - Double(state.residentKiB)) < 4096)
                let (cpu, open) = (first["process_cpu_seconds_total"] ?? -1, first["process_open_fds"] ?? -1)
                // The kernel counts in hundredths, and our connection may be gone when we count.
                #expect(abs(cpu - state.cpuSeconds) < 0.5 && cpu > 0, "\(cpu) \(state)")
                #expect(abs(Int(open) - state.descriptors) <= 1, "\(open) \(state)")
                let age = Date().timeIntervalSince1970 - (try #require(first["process_start_time_seconds"]))
                #expect(age > -1 && age < 30, "\(age)")
                let second = try await Metrics(port)
                for (name, value) in first.values where name.contains("_total") || name.contains("_bucket") {
                    #expect(second[name].map { $0 >= value } == true, "\(name)")
                }
            }
        }

        @Test("HTTP requests are counted by path and status, what is no request too")
        func requests() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                for target in ["/live", "/live?x=1", "/nothing", "/api/v1/calls/none", "/api/v1/calls?limit=0"] {
                    _ = try await HTTPPeer.ask(port, target)
                }
                _ = try await HTTPPeer.ask(port, "/live", method: "POST", headers: ["Content-Length: 0"])
                let peer = try HTTPPeer(to: port)
                peer.send("no request\r\n\r\n")
                _ = await peer.end()
                let metrics = try await Metrics(port)
                let expected = [
                    ("/live", 200, 2.0), ("/live", 405, 1), ("other", 404, 1), ("/api/v1/calls/{id}", 404, 1),
                    ("/api/v1/calls", 400, 1), ("other", 400, 1),
                ]
                for (path, status, count) in expected {
                    let name = #"milliwatt_http_requests_total{path="\#(path)",status="\#(status)"}"#
                    #expect(metrics[name] == count, "\(name)")
                }
                #expect(metrics.sum("milliwatt_http_requests_total") == 7)
            }
        }

        @Test(
            "prometheus_client reads both formats, and finds every family in both",
            .enabled("no prometheus_client (PyPI: prometheus_client, in .build-tests/venv)") {
                await PythonPeer.python(with: "prometheus_client") != nil
            })
        func parsed() async throws {
            let python = try #require(await PythonPeer.python(with: "prometheus_client"))
            try await Daemon.run(Daemon.http + ["behavior.tone_duration_seconds=1"]) { daemon in
                let port = try await daemon.httpPort()
                try await Self.calls(daemon)
                let script = """
                    import urllib.request
                    from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
                    from prometheus_client.parser import text_string_to_metric_families as prometheus
                    def ask(accept):
                        request = urllib.request.Request("http://127.0.0.1:\(port)/metrics", headers={"Accept": accept})
                        with urllib.request.urlopen(request) as answer:
                            return answer.headers["Content-Type"], answer.read().decode()
                    kind, text = ask("application/openmetrics-text; version=1.0.0; q=0.9, text/plain; q=0.1")
                    assert kind == "application/openmetrics-text; version=1.0.0; charset=utf-8", kind
                    new = list(openmetrics(text))
                    kind, text = ask("*/*")
                    assert kind == "text/plain; version=0.0.4; charset=utf-8", kind
                    old = list(prometheus(text))
                    names = lambda families: {sample.name for family in families for sample in family.samples}
                    assert names(new) == names(old), names(new) ^ names(old)
                    assert all(family.documentation and family.type != "unknown" for family in new + old)
                    assert sum(len(family.samples) for family in new) < 400
                    print("families", len(new), "of", len(old))
                    """
                let program = try Program(python, ["-c", script])
                #expect(await program.exits.take(within: .seconds(20)) == 0, "\(program.transcript)")
                await program.endOfOutput()
                #expect(program.lines.all.last?.text.hasPrefix("families") == true, "\(program.transcript)")
            }
        }

        @Test(
            "packets to a port that is kept between two calls are counted, those to a port that is closed are not",
            .enabled("no gcc, or no scripts/load/callstorm.c") { await Callstorm.path != nil })
        func strayPackets() async throws {
            let path = try #require(await Callstorm.path)
            try await Daemon.run(Daemon.http + ["behavior.auto_answer_delay_ms=0"]) { daemon in
                let (port, stranger) = (try await daemon.httpPort(), try RTPReceiver())
                let rejected = #"milliwatt_media_packets_rejected_total{reason="no_call"}"#
                // One call on its own: its ports are closed with it.
                let closed = try await Self.portOfEndedCall(daemon)
                for sequence in UInt16(0)..<3 { stranger.send(sequence, to: closed) }
                // When another call has come and gone, they would have been counted.
                _ = try await Self.portOfEndedCall(daemon)
                #expect(try await Metrics(port)[rejected] == 0)
                // Ports are kept for the next calls where there are 50 in a second, which a busy machine may not manage.
                var counts: [Double?] = []
                for _ in 0..<3 where counts.last != 3 {
                    let before = try await Metrics(port)[rejected] ?? .nan
                    let ended = daemon.events("call_ended").count
                    let storm = try Program(
                        path,
                        [
                            "--target", "127.0.0.1:\(daemon.port)", "--user", "echo", "--calls", "150", "--concurrent",
                            "90", "--rate", "150", "--hold", "0.3", "--churn",
                        ])
                    #expect(await eventually { daemon.events("call_ended").count >= ended + 60 })
                    // It rests for half a second, when all calls of the storm have been made.
                    let kept = try await Self.portOfEndedCall(daemon)
                    for sequence in UInt16(0)..<3 { stranger.send(sequence, to: kept) }
                    #expect(await storm.exits.take(within: .seconds(20)) == 0, "\(storm.transcript)")
                    await storm.endOfOutput()
                    counts.append(try await Metrics(port)[rejected].map { $0 - before })
                }
                #expect(counts.last == 3, "\(counts)")
            }
        }

        /// The RTP port of a call that is over.
        private static func portOfEndedCall(_ daemon: Daemon) async throws -> UInt16 {
            let caller = try Caller(.udp, to: daemon)
            let answer = try await caller.call("echo", sdp: Caller.sdp(port: 40_000))
            try await caller.hangUp(answer, user: "echo")
            _ = try await daemon.event("call_ended", callID: caller.callID)
            return try #require(answer.mediaPort)
        }

        /// A call that is answered and ends by itself, one that is refused, a repeated OPTIONS, and garbage.
        private static func calls(_ daemon: Daemon) async throws {
            let stream = try RTPReceiver()
            let caller = try Caller(.udp, to: daemon)
            _ = try await caller.call(sdp: Caller.sdp(port: stream.port))
            caller.respond("200 OK", to: try await caller.incoming("BYE"))
            _ = try await daemon.event("call_ended")
            let refused = try Caller(.udp, to: daemon)
            refused.send(refused.request("INVITE", body: Caller.sdp(port: 40_000, formats: "18")))
            #expect(try await refused.final("INVITE").status == 488)
            let options = caller.request("OPTIONS", sequence: 9)
            for _ in 0..<2 {
                caller.send(options)
                #expect(try await caller.final("OPTIONS").status == 200)
            }
            caller.send("INVITE this is no request\r\n\r\n")
            caller.send(caller.request("OPTIONS", sequence: 10))
            // The one before it has been read when this one is answered.
            #expect(try await caller.final("OPTIONS").status == 200)
        }
    }
}

/// The samples of `/metrics` by name and labels, taken apart by splitting and nothing else.
struct Metrics: Sendable {
    var values: [String: Double] = [:]

    init(_ port: UInt16) async throws {
        let response = try await HTTPPeer.ask(port, "/metrics")
        try #require(response.status == 200)
        for line in response.body.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            if let name = parts.first, let value = parts.last.flatMap({ Double($0) }) { values[String(name)] = value }
        }
    }

    subscript(name: String) -> Double? { values[name] }

    /// The sum of a family's samples.
    func sum(_ name: String) -> Double {
        values.filter { $0.key.prefix { $0 != "{" } == name }.values.reduce(0, +)
    }

    /// Whether the values of a histogram add up to that.
    func sum(of name: String, is expected: Double, within tolerance: Double) -> Bool {
        values["milliwatt_\(name)_sum"].map { abs($0 - expected) <= tolerance } ?? false
    }
}
