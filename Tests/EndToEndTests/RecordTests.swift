import Foundation
import Testing

extension EndToEnd {
    @Suite("Call records: what is kept is what was done")
    struct RecordTests {
        @Test("history tells of calls that ended, were refused and cancelled, while the daemon runs, as the log does")
        func agrees() async throws {
            let place = try RecordPlace()
            try await Daemon.run(place.settings + ["behavior.auto_answer_delay_ms=400"]) { daemon in
                let answered = try Caller(.udp, to: daemon)
                let receiver = try RTPReceiver()
                let answer = try await answered.call("echo", sdp: Caller.sdp(port: receiver.port))
                try await answered.hangUp(answer, user: "echo")
                let refused = try Caller(.tcp, to: daemon)
                refused.send(refused.request("INVITE", body: Caller.sdp(port: 40_000, formats: "18")))
                #expect(try await refused.final("INVITE").status == 488)
                let cancelled = try Caller(.udp, to: daemon)
                let branch = Caller.branch()
                cancelled.send(cancelled.request("INVITE", branch: branch, body: CallTests.sdp))
                _ = try await cancelled.status(180)
                cancelled.send(cancelled.request("CANCEL", branch: branch))
                #expect(try await cancelled.final("INVITE").status == 487)
                let records = try await place.records(atLeast: 3)
                #expect(records.count == 3)
                let first = try #require(records.first { $0["call_id"] as? String == answered.callID })
                #expect(first["from_uri"] as? String == "sip:test@127.0.0.1" && first["extension"] as? String == "echo")
                #expect(first["ended_by"] as? String == "caller" && first["sip_status"] as? Int == 200)
                #expect(first["codec"] as? String == "PCMU" && first["transport"] as? String == "udp")
                #expect(first["peer"] as? String == answered.local)
                #expect(first["packets_received"] as? Int == 0 && first["loss_percent"] is NSNull)
                #expect(first["mos_lq"] is NSNull && first["audio"] as? String == "none")
                let logged = try await daemon.event("call_ended", callID: answered.callID)
                let duration = try #require(first["duration_s"] as? Double)
                #expect(logged["duration_s"].flatMap(Double.init).map { abs($0 - duration) < 0.002 } == true)
                let times = ["incoming_at", "ringing_at", "answered_at", "ended_at"].compactMap { first[$0] as? String }
                #expect(times.count == 4 && times == times.sorted(), "\(times)")
                let second = try #require(records.first { $0["call_id"] as? String == refused.callID })
                #expect(second["sip_status"] as? Int == 488 && second["reason"] as? String == "no shared codec")
                #expect(second["transport"] as? String == "tcp" && second["answered_at"] is NSNull)
                let third = try #require(records.first { $0["call_id"] as? String == cancelled.callID })
                #expect(third["sip_status"] as? Int == 487 && third["reason"] as? String == "cancelled")
            }
            // The same is in the file of lines, and in the API and the other forms.
            let lines = place.lines.compactMap { $0["call_id"] as? String }
            #expect(Set(lines) == Set(try await place.records(atLeast: 3).compactMap { $0["call_id"] as? String }))
            let csv = try await place.history(["--csv"])
            #expect(csv.count == 4 && csv.allSatisfy { $0.split(separator: ",").count > 10 })
            #expect(try await place.history([]).count == 4)
            #expect(try await place.history(["--since", "1h", "--below-mos", "5", "--json"]).isEmpty)
        }

        @Test("the API pages through them, counts are in health and metrics, and SIGHUP makes a new file of lines")
        func served() async throws {
            let place = try RecordPlace()
            try await Daemon.run(place.settings + Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                while try await daemon.event("records_ready")["message"]?.contains("calls.sqlite") != true {}
                #expect((try await HTTPPeer.ask(port, "/api/v1/history").json["calls"] as? [Any])?.isEmpty == true)
                try await Self.refuse(3, daemon)
                _ = try await place.records(atLeast: 3)
                let first = try await HTTPPeer.ask(port, "/api/v1/history?limit=2&since=1h")
                #expect(first.status == 200 && (first.json["calls"] as? [Any])?.count == 2)
                let next = try #require(first.json["next"] as? String)
                let second = try await HTTPPeer.ask(port, "/api/v1/history?limit=2&next=\(next)")
                #expect((second.json["calls"] as? [Any])?.count == 1 && second.json["next"] is NSNull)
                #expect(try await HTTPPeer.ask(port, "/api/v1/history?limit=x").status == 400)
                let health = try await HTTPPeer.ask(port, "/health").json["records"] as? [String: Any]
                #expect(health?["in_database"] as? Int == 3 && health?["error"] is NSNull)
                let metrics = try await Metrics(port)
                #expect(metrics[#"milliwatt_records_written_total{to="database"}"#] == 3)
                #expect(metrics["milliwatt_records_failed_total"] == 0 && metrics["milliwatt_records_ok"] == 1)
                try FileManager.default.moveItem(atPath: place.linesPath, toPath: place.linesPath + ".1")
                kill(daemon.program.processID, SIGHUP)
                _ = try await daemon.event("settings_reloaded")
                let isThere = await eventually(within: .seconds(30)) {
                    FileManager.default.fileExists(atPath: place.linesPath)
                }
                #expect(isThere)
            }
        }

        @Test("a graceful stop keeps the calls that it hangs up, with what was measured")
        func stopped() async throws {
            let place = try RecordPlace()
            try await Daemon.run(place.settings, stops: false) { daemon in
                var callers: [(Caller, RTPReceiver)] = []
                for _ in 0..<5 {
                    let (caller, receiver) = (try Caller(.udp, to: daemon), try RTPReceiver())
                    _ = try await caller.call(sdp: Caller.sdp(port: receiver.port))
                    callers.append((caller, receiver))
                }
                for (_, receiver) in callers { try #require(await receiver.packets.take() != nil) }
                kill(daemon.program.processID, SIGTERM)
                for (caller, _) in callers { caller.respond("200 OK", to: try await caller.incoming("BYE")) }
                #expect(await daemon.program.exits.take() == 0, "\(daemon.program.transcript)")
                let records = try await place.records(atLeast: 5)
                #expect(Set(records.compactMap { $0["call_id"] as? String }) == Set(callers.map(\.0.callID)))
                for record in records {
                    #expect(record["ended_by"] as? String == "milliwatt" && record["reason"] as? String == "shutdown")
                    #expect((record["packets_sent"] as? Int).map { $0 > 0 } == true)
                }
            }
        }

        @Test("kill -9 under load: calls that ended a while before are there, and it starts again")
        func killed() async throws {
            let place = try RecordPlace()
            try await Daemon.run(place.settings + ["security.new_requests_per_second=0"], stops: false) { daemon in
                let stop = ContinuousClock.now + .seconds(3)
                var ended: [(callID: String, time: ContinuousClock.Instant)] = []
                while ContinuousClock.now < stop {
                    for caller in try await Self.refuse(10, daemon) { ended.append((caller.callID, .now)) }
                }
                kill(daemon.program.processID, SIGKILL)
                let end = ContinuousClock.now
                #expect(await daemon.program.exits.take() == -SIGKILL)
                // A second, and as much again for a machine that is busy.
                let due = ended.filter { $0.time < end - .seconds(2) }
                try #require(due.count >= 10)
                let kept = Set(try await place.records(atLeast: due.count).compactMap { $0["call_id"] as? String })
                #expect(due.allSatisfy { kept.contains($0.callID) }, "\(due.count) were due, \(kept.count) are kept")
            }
            try await Daemon.run(place.settings) { daemon in
                let before = try await place.records(atLeast: 1).count
                try await Self.refuse(1, daemon)
                #expect(try await place.records(atLeast: before + 1).count == before + 1)
                #expect(daemon.events("records_failed").isEmpty)
            }
        }

        @Test("a database that cannot be used is said, calls are answered all the same, and it is taken when mended")
        func unusable() async throws {
            let place = try RecordPlace()
            try Data(String(repeating: "no database\n", count: 500).utf8).write(
                to: URL(filePath: place.databasePath))
            try await Daemon.run(place.settings + Daemon.http) { daemon in
                let failed = try await daemon.event("records_failed")
                #expect(failed["reason"]?.hasPrefix("it is not an SQLite database") == true)
                try await Self.refuse(1, daemon)
                let port = try await daemon.httpPort()
                let health = try await HTTPPeer.ask(port, "/health")
                #expect(health.status == 200)
                #expect((health.json["records"] as? [String: Any])?["error"] is String)
                #expect(try await HTTPPeer.ask(port, "/api/v1/history").status == 503)
                let (status, lines) = try await place.run(["--json"])
                #expect(status == 66 && lines.count == 1)
                #expect(lines.first?.hasPrefix("milliwattd: \(place.databasePath): it is not an SQLite") == true)
                try FileManager.default.removeItem(atPath: place.databasePath)
                kill(daemon.program.processID, SIGHUP)
                #expect(try await place.records(atLeast: 1).count == 1, "the call that waited")
            }
        }

        @Test("without records there is no API for them, and history says why")
        func none() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                #expect(try await HTTPPeer.ask(port, "/api/v1/history").status == 404)
                #expect(try await HTTPPeer.ask(port, "/health").json["records"] is NSNull)
            }
            let place = try RecordPlace()
            let missing = try await place.run([])
            #expect(missing.status == 66)
            #expect(missing.lines.count == 1)
            let start = "milliwattd: \(place.databasePath): cannot open it: No such file or directory; records are kept"
            #expect(missing.lines.first?.hasPrefix(start) == true, "\(missing.lines)")
            for wrong in [["--limit", "-1"], ["--since", "soon"], ["--json", "--csv"], ["--below-mos", "9"]] {
                let (status, lines) = try await place.run(wrong)
                #expect(status == 64 && lines.count == 1, "\(lines)")
            }
        }

        /// Calls that are refused at once, for want of a codec.
        @discardableResult
        static func refuse(_ count: Int, _ daemon: Daemon) async throws -> [Caller] {
            var callers: [Caller] = []
            for _ in 0..<count {
                let caller = try Caller(.udp, to: daemon)
                caller.send(caller.request("INVITE", body: Caller.sdp(port: 40_000, formats: "18")))
                let answer = try await caller.final("INVITE")
                caller.acknowledge(answer)
                callers.append(caller)
            }
            return callers
        }
    }
}
