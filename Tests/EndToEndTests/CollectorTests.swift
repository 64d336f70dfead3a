import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "Quality reports to a collector (RFC 6035)", .enabled(if: Program.find("python3") != nil, "no python3"))
    struct CollectorTests {
        @Test("the end of a call is reported by the syntax, with the figures of the log", arguments: ["udp", "tcp"])
        func end(transport: String) async throws {
            try await Collector.run { collector in
                let uri = "sip:quality@127.0.0.1:\(collector.port);transport=\(transport)"
                try await Daemon.run(["quality.collector=\"\(uri)\""]) { daemon in
                    let caller = try await Self.call(daemon, packets: 80) { $0 % 20 == 10 }
                    let report = try #require(await collector.report(), "\(collector.program.transcript)")
                    #expect(report.problems.isEmpty && report.transport == transport)
                    let end = try await daemon.event("call_ended", callID: caller.callID)
                    #expect(report["report"] == "VQSessionReport: CallTerm")
                    #expect(report["Info.CallID"] == caller.callID)
                    #expect(report["Info.LocalID"] == "<sip:echo@127.0.0.1>")
                    #expect(report["Info.LocalAddr"]?.hasPrefix("IP=127.0.0.1 PORT=") == true)
                    #expect(report["Info.RemoteAddr"]?.hasSuffix(" SSRC=0x7") == true)
                    #expect(report["Info.DialogID"]?.hasPrefix("\(caller.callID);to-tag=") == true)
                    #expect(report["LocalMetrics.SessionDesc.PD"] == "PCMU")
                    for (metric, field) in [
                        ("PacketLoss.NLR", "loss_percent"), ("QualityEst.RLQ", "r_lq"), ("QualityEst.MOSLQ", "mos_lq"),
                        ("QualityEst.MOSCQ", "mos_cq"),
                    ] {
                        let (told, logged) = (report["LocalMetrics.\(metric)"], end[field])
                        #expect((told == nil) == (logged == nil), "\(metric)")
                        guard let told = told.flatMap(Double.init), let logged = logged.flatMap(Double.init) else {
                            continue
                        }
                        #expect(abs(told - logged) <= (metric == "QualityEst.RLQ" ? 0.51 : 0.0056), "\(metric)")
                    }
                    #expect(report["LocalMetrics.QualityEst.RLQ"] != nil)
                    // 0x30 is 975 of 8031: -18.3 dBov, which is -12.1 dBm0.
                    #expect(report["LocalMetrics.Signal.SL"] == "-12")
                }
            }
        }

        @Test("a call that is up is reported at each interval; a graceful stop reports the last call")
        func intervals() async throws {
            try await Collector.run { collector in
                let settings = [
                    "quality.collector=\"sip:127.0.0.1:\(collector.port)\"", "quality.collector_interval_seconds=1",
                ]
                try await Daemon.run(settings, stops: false) { daemon in
                    let peer = try RTPReceiver()
                    let caller = try Caller(.udp, to: daemon)
                    _ = try await caller.call("440", sdp: Caller.sdp(port: peer.port))
                    for _ in 0..<2 {
                        let report = try #require(await collector.report(), "\(collector.program.transcript)")
                        #expect(report.problems.isEmpty && report["report"] == "VQIntervalReport")
                    }
                    // Who is hung up on answers.
                    Task {
                        guard let bye = await caller.messages.take(within: .seconds(20), where: { $0.method == "BYE" })
                        else { return }
                        caller.respond("200 OK", to: bye)
                    }
                    #expect(await daemon.program.stop() == 0)
                    let last = await collector.report(containing: "VQSessionReport: CallTerm")
                    #expect(last?.problems == [], "\(collector.program.transcript)")
                }
            }
        }

        @Test("what a hostile collector answers hurts nobody")
        func hostile() async throws {
            for transport in ["udp", "tcp"] {
                try await Collector.run(["hostile"]) { collector in
                    let uri = "sip:127.0.0.1:\(collector.port);transport=\(transport)"
                    try await Daemon.run(["quality.collector=\"\(uri)\""]) { daemon in
                        for _ in 0..<2 {
                            let caller = try await Self.call(daemon, packets: 5) { _ in false }
                            _ = try await daemon.event("call_ended", callID: caller.callID)
                        }
                        #expect(await collector.report()?.problems == [], "\(collector.program.transcript)")
                        let caller = try Caller(.udp, to: daemon)
                        caller.send(caller.request("OPTIONS"))
                        #expect(await caller.messages.take { $0.status == 200 } != nil)
                    }
                }
            }
        }

        @Test("a collector that is not there is a line in the log")
        func absent() async throws {
            // Nobody listens on a port that was ours until now.
            let port = try DatagramSocket.pair(rtp: { _ in }, rtcp: { _ in }).0.port
            try await Daemon.run(["quality.collector=\"sip:127.0.0.1:\(port);transport=tcp\""]) { daemon in
                _ = try await Self.call(daemon, packets: 5) { _ in false }
                let line = try await daemon.event("reports_failed")
                #expect(line["reports_failed"] == "1", "\(line.fields)")
                #expect(line["reason"] == "the collector cannot be reached", "\(line.fields)")
            }
        }

        /// A call of so many packets of 20 ms, of which some are lost.
        private static func call(
            _ daemon: Daemon, packets: Int, isLost: (Int) -> Bool
        ) async throws -> Caller {
            let peer = try RTPReceiver()
            let caller = try Caller(.udp, to: daemon)
            let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.port))
            let port = try #require(answer.mediaPort)
            let start = ContinuousClock.now
            for number in 0..<packets where !isLost(number) {
                try await Task.sleep(until: start + .milliseconds(number * 20), clock: .continuous)
                peer.socket.send(
                    RTPPacket.bytes(
                        sequence: UInt16(number), timestamp: UInt32(number * 160), ssrc: 7, marker: number == 0,
                        payload: [UInt8](repeating: 0x30, count: 160)),
                    to: port)
            }
            try await caller.hangUp(answer, user: "echo")
            return caller
        }
    }

    /// A collector in Python, with a judge of its own.
    private struct Collector {
        struct Report: Decodable {
            let transport: String
            let problems: [String]
            let body: String
            let fields: [String: String]

            subscript(field: String) -> String? { fields[field] }
        }

        let program: Program
        let port: UInt16

        static func run(_ behaviour: [String] = [], _ body: (Collector) async throws -> Void) async throws {
            let python = try #require(Program.find("python3"))
            let script = try #require(Bundle.module.path(forResource: "Peers/collector", ofType: "py"))
            let program = try Program(python, [script] + behaviour)
            do {
                let line = await program.line(within: .seconds(30), containing: "listening ")
                let port = line.flatMap { UInt16($0.text.dropFirst("listening ".count)) }
                try await body(Collector(program: program, port: #require(port, "\(program.transcript)")))
                await program.stop()
            } catch {
                await program.stop()
                throw error
            }
        }

        /// The next report; nil where none comes in time.
        func report(containing text: String = "{") async -> Report? {
            guard let line = await program.line(within: .seconds(30), containing: text) else { return nil }
            return try? JSONDecoder().decode(Report.self, from: Data(line.text.utf8))
        }
    }
}
