import Foundation
import Testing

extension EndToEnd {
    @Suite("Metrics of calls: messages as they were on the wire, measures as the log has them")
    struct CallMetricsTests {
        @Test("messages are counted by method and status as the peer sent and got them")
        func messages() async throws {
            try await Daemon.run(Daemon.http + ["behavior.tone_duration_seconds=1"]) { daemon in
                let port = try await daemon.httpPort()
                // TCP: nothing is repeated.
                let caller = try Caller(.tcp, to: daemon)
                _ = try await caller.call(sdp: Caller.sdp(port: 40_000))
                caller.respond("200 OK", to: try await caller.incoming("BYE"))
                _ = try await daemon.event("call_ended")
                for (sequence, method) in ["OPTIONS", "REGISTER", "FOO", "OPTIONS"].enumerated() {
                    caller.send(caller.request(method, sequence: sequence + 5))
                    _ = try await caller.final(method)
                }
                let metrics = try await Metrics(port)
                let got = caller.messages.all
                let received = ["INVITE": 1.0, "ACK": 1, "OPTIONS": 2, "REGISTER": 1, "other": 1, "BYE": 0]
                for (method, count) in received {
                    let name = #"milliwatt_sip_requests_received_total{method="\#(method)"}"#
                    #expect(metrics[name] == count, "\(method)")
                }
                #expect(metrics[#"milliwatt_sip_requests_sent_total{method="BYE"}"#] == 1)
                #expect(metrics.sum("milliwatt_sip_requests_sent_total") == 1)
                #expect(metrics[#"milliwatt_sip_responses_received_total{class="2xx"}"#] == 1)
                #expect(metrics.sum("milliwatt_sip_responses_received_total") == 1)
                let statuses = Dictionary(grouping: got.compactMap(\.status)) { $0 }.mapValues { Double($0.count) }
                try #require(statuses.keys.contains(100) && statuses[501] == 1)
                for (status, count) in statuses {
                    #expect(metrics[#"milliwatt_sip_responses_sent_total{status="\#(status)"}"#] == count, "\(status)")
                }
                #expect(metrics.sum("milliwatt_sip_responses_sent_total") == statuses.values.reduce(0, +))
                #expect(metrics.sum("milliwatt_sip_parse_errors_total") == 0)
            }
        }

        @Test(
            "SIPp's calls are the daemon's, message by message",
            .enabled(if: SIPp.path != nil, "no sipp (apt: sip-tester)"))
        func sipp() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                // SIPp is content with calls that went as its scenario says; by TCP nothing is repeated.
                try await SIPp.run("basic-call", .tcp, daemon, calls: 30, rate: 30, hold: 200)
                let metrics = try await Metrics(try await daemon.httpPort())
                for method in ["INVITE", "ACK", "BYE"] {
                    #expect(metrics[#"milliwatt_sip_requests_received_total{method="\#(method)"}"#] == 30, "\(method)")
                }
                #expect(metrics.sum("milliwatt_sip_requests_received_total") == 90)
                for (status, count) in [(100, 30.0), (180, 30), (200, 60)] {
                    #expect(metrics[#"milliwatt_sip_responses_sent_total{status="\#(status)"}"#] == count, "\(status)")
                }
                #expect(metrics.sum("milliwatt_sip_responses_sent_total") == 120)
                #expect(metrics[#"milliwatt_calls_total{outcome="answered"}"#] == 30)
            }
        }

        @Test("histograms hold what the log says of the calls, and nothing of what was not measured")
        func histograms() async throws {
            try await Daemon.run(Daemon.http + ["behavior.auto_answer_delay_ms=200"]) { daemon in
                let port = try await daemon.httpPort()
                // A call that hears nothing: it has no quality.
                let silent = try Caller(.udp, to: daemon)
                try await silent.hangUp(try await silent.call(sdp: Caller.sdp(port: 40_000)))
                _ = try await daemon.event("call_ended", callID: silent.callID)
                let first = try await Metrics(port)
                #expect(first["milliwatt_call_setup_seconds_count"] == 1)
                #expect(first["milliwatt_call_duration_seconds_count"] == 1)
                for name in ["mos_lq", "mos_cq", "loss_ratio", "jitter_seconds", "round_trip_seconds"] {
                    #expect(first["milliwatt_call_\(name)_count"] == 0 && first["milliwatt_call_\(name)_sum"] == 0)
                }
                let stream = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: stream.port))
                try await stream.exchange(120, with: try #require(answer.mediaPort), leavingOut: 60)
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                let metrics = try await Metrics(port)
                #expect(metrics[#"milliwatt_calls_ended_total{reason="caller_hung_up"}"#] == 2)
                #expect(metrics.sum("milliwatt_calls_ended_total") == 2)
                let ends = daemon.events("call_ended")
                let setups = ends.map { $0.number("setup_ms") / 1000 }
                let durations = ends.map { $0.number("duration_s") }
                #expect(metrics.sum(of: "call_setup_seconds", is: setups.reduce(0, +), within: 0.002))
                #expect(metrics.sum(of: "call_duration_seconds", is: durations.reduce(0, +), within: 0.002))
                let late = setups.reduce(0, +) - 0.4
                #expect(metrics.sum(of: "call_answer_delay_seconds", is: late, within: 0.002))
                #expect(metrics[#"milliwatt_call_setup_seconds_bucket{le="0.1"}"#] == 0)
                #expect(metrics["milliwatt_call_mos_lq_count"] == 1 && metrics["milliwatt_call_mos_cq_count"] == 0)
                #expect(metrics.sum(of: "call_mos_lq", is: end.number("mos_lq"), within: 0.001))
                #expect(metrics.sum(of: "call_loss_ratio", is: 1.0 / 120, within: 1e-9))
                #expect(metrics.sum(of: "call_jitter_seconds", is: end.number("jitter_ms") / 1000, within: 0.00001))
                #expect(metrics["milliwatt_call_round_trip_seconds_count"] == 0)
            }
        }
    }
}

extension Daemon.Entry {
    /// The number in a field; none where there is none.
    fileprivate func number(_ name: String) -> Double { self[name].flatMap(Double.init) ?? .nan }
}

extension RTPReceiver {
    /// Sends packets of 20 ms of silence in G.711 µ-law, and waits for each to be echoed.
    fileprivate func exchange(_ count: Int, with port: UInt16, leavingOut absent: Int) async throws {
        for sequence in 0..<count where sequence != absent {
            let bytes = RTPPacket.bytes(
                sequence: UInt16(sequence), timestamp: UInt32(sequence) * 160, ssrc: 7,
                payload: [UInt8](repeating: 0xFF, count: 160))
            socket.send(bytes, to: port)
            try #require(await packets.take() != nil, "no echo of \(sequence)")
        }
    }
}
