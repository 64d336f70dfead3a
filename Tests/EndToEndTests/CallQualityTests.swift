import Foundation
import Synchronization
import Testing

extension EndToEnd {
    @Suite("Call quality: what a call's end says of its packets (ITU-T G.107)")
    struct CallQualityTests {
        /// Settings whose jitter buffer bears what a busy machine adds to the times of a test's packets.
        private static let settings = [
            "quality.jitter_buffer=fixed", "quality.jitter_buffer_nominal_ms=200",
            "quality.jitter_buffer_maximum_ms=500", "quality.interval_seconds=2",
        ]

        @Test(
            "lost and late packets, bursts, R and MOS are those of an independent calculation",
            .enabled(if: Program.find("python3") != nil, "no python3"))
        func scores() async throws {
            // A machine that others use may hold packets up by more than the jitter buffer bears; not every time.
            var flaws: [String] = []
            for _ in 0..<3 {
                flaws = try await Self.flawsOfScores()
                if flaws.isEmpty { break }
            }
            #expect(flaws.isEmpty)
        }

        /// 7 s of packets with losses in the first 5 s, of which the daemon hears by RTCP that a round trip is 400 ms longer
        /// than it is.
        private static func flawsOfScores() async throws -> [String] {
            let (count, lost) = (350, Set((0..<200).filter { $0 % 25 == 12 } + Array(100..<105) + Array(150..<154)))
            let late: Set = [64, 65, 66, 180]
            try #require(lost.isDisjoint(with: late))
            let missed = (0..<count).map { lost.contains($0) || late.contains($0) }
            return try await Daemon.run(settings) { daemon in
                let peer = try Peer()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.rtp.port))
                let port = try #require(answer.mediaPort)
                let report = Task { await peer.answerSenderReport(to: port + 1, longerBy: 0.4) }
                await peer.send(
                    (0..<count).filter { !lost.contains($0) }.map { ($0, late.contains($0) ? 420 : 0) }, to: port)
                let roundTrip = await report.value
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                try #require(roundTrip, "no sender report")
                return try await findings(end, missed: missed, lost: lost.count, late: late.count)
            }
        }

        private static func findings(
            _ end: Daemon.Entry, missed: [Bool], lost: Int, late: Int
        ) async throws -> [String] {
            let loss = 100 * Double(missed.count { $0 }) / Double(missed.count)
            let runs = missed.indices.count { missed[$0] && ($0 == 0 || !missed[$0 - 1]) }
            let burstRatio = Double(missed.count { $0 }) / Double(runs) * (1 - loss / 100)
            let delay = try #require(number(end, "delay_ms"), "\(end.fields)")
            let (listening, conversational) = try await independentScores(loss, burstRatio, delay)
            let whole = missed.count - lost
            func differs(_ key: String, from expected: Double, by tolerance: Double) -> String? {
                guard let value = number(end, key) else { return "no \(key)" }
                return abs(value - expected) <= tolerance ? nil : "\(key) \(value), not \(expected)"
            }
            return [
                differs("packets_received", from: Double(whole), by: 0),
                differs("packets_lost", from: Double(lost), by: 0),
                differs("packets_discarded", from: Double(late), by: 0),
                differs("packets_late", from: Double(late), by: 0),
                differs("burst_ratio", from: burstRatio, by: 0.001),
                differs("playout_delay_ms", from: 200, by: 0.1),
                differs("delay_ms", from: (number(end, "round_trip_ms") ?? 0) / 2 + 220, by: 0.1),
                differs("r_lq", from: listening.r, by: 0.01),
                differs("mos_lq", from: listening.mos, by: 0.001),
                differs("r_cq", from: conversational.r, by: 0.02),
                differs("mos_cq", from: conversational.mos, by: 0.002),
                // The last seconds are without loss.
                differs("mos_lq_last", from: 4.409, by: 0.001),
                (number(end, "mos_lq_min") ?? 9) < listening.mos ? nil : "mos_lq_min \(end["mos_lq_min"] ?? "absent")",
                (number(end, "round_trip_ms") ?? 0) >= 400 ? nil : "round_trip_ms \(end["round_trip_ms"] ?? "absent")",
                end["audio"] == "two-way" ? nil : "audio \(end["audio"] ?? "absent")",
            ].compactMap { $0 }
        }

        private static func number(_ entry: Daemon.Entry, _ key: String) -> Double? { entry[key].flatMap(Double.init) }

        private static func independentScores(
            _ loss: Double, _ burstRatio: Double, _ delay: Double
        ) async throws -> (listening: (r: Double, mos: Double), conversational: (r: Double, mos: Double)) {
            let python = try #require(Program.find("python3"))
            let script = try #require(Bundle.module.path(forResource: "Peers/emodel", ofType: "py"))
            let program = try Program(python, [script, "\(loss)", "\(burstRatio)", "\(delay)"])
            #expect(await program.exits.take(within: .seconds(20)) == 0, "\(program.transcript)")
            await program.endOfOutput()
            let scores = program.lines.all.map { $0.text.split(separator: " ").compactMap { Double($0) } }
            try #require(scores.count == 2 && scores.allSatisfy { $0.count == 2 }, "\(program.transcript)")
            return ((scores[0][0], scores[0][1]), (scores[1][0], scores[1][1]))
        }

        @Test("a call of too few packets has no score, and a field for how its audio flowed")
        func unmeasured() async throws {
            try await Daemon.run { daemon in
                let (peer, caller) = (try Peer(), try Caller(.udp, to: daemon))
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.rtp.port))
                await peer.send((0..<30).map { ($0, 0) }, to: try #require(answer.mediaPort))
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                #expect(end["packets_received"] == "30" && end["audio"] == "two-way", "\(end.fields)")
                let scores = end.fields.keys.filter { $0.hasPrefix("mos_") || $0.hasPrefix("r_") || $0 == "delay_ms" }
                #expect(scores.isEmpty)
            }
        }

        @Test("audio that never came, came from elsewhere, in another format or stopped is told apart")
        func flow() async throws {
            try await Daemon.run(["behavior.media_timeout_seconds=2"]) { daemon in
                var calls: [(caller: Caller, audio: String)] = []
                for audio in ["none", "wrong-source", "wrong-format", "stopped"] {
                    let (peer, stranger) = (try Peer(), try Peer())
                    let caller = try Caller(.udp, to: daemon)
                    let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.rtp.port))
                    let port = try #require(answer.mediaPort)
                    switch audio {
                    case "stopped": await peer.send((0..<5).map { ($0, 0) }, to: port)
                    case "wrong-format": peer.sendUnknown(to: port)
                    case "wrong-source": stranger.sendUnknown(to: port)
                    default: break
                    }
                    calls.append((caller, audio))
                }
                for (caller, audio) in calls {
                    caller.respond("200 OK", to: try await caller.incoming("BYE", within: .seconds(20)))
                    let end = try await daemon.event("call_ended", callID: caller.callID)
                    #expect(end["audio"] == audio, "\(end.fields)")
                    #expect(end["mos_lq"] == nil)
                }
            }
        }

        @Test("the log tells of each interval where its level is debug, and of none where it is info")
        func intervals() async throws {
            async let told = Self.endAndIntervals("debug")
            async let untold = Self.endAndIntervals("info")
            let (end, intervals) = try await told
            #expect(intervals.count >= 2)
            let seconds = intervals.compactMap { Self.number($0, "interval_s") }
            #expect(seconds.count == intervals.count && seconds.allSatisfy { $0 >= 1.9 }, "\(seconds)")
            #expect(intervals.allSatisfy { $0["mos_lq"] != nil })
            let received = intervals.compactMap { Self.number($0, "packets_received") }.reduce(0, +)
            let total = try #require(Self.number(end, "packets_received"))
            // The last interval is not told by itself.
            #expect(received > 150 && received <= total)
            let none = try await untold.intervals
            #expect(none.isEmpty)
        }

        /// What the log says, at a level, of a call of more than two intervals of 2 s.
        private static func endAndIntervals(
            _ level: String
        ) async throws -> (end: Daemon.Entry, intervals: [Daemon.Entry]) {
            try await Daemon.run(["log.level=\(level)", "quality.interval_seconds=2"]) { daemon in
                let (peer, caller) = (try Peer(), try Caller(.udp, to: daemon))
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.rtp.port))
                let port = try #require(answer.mediaPort)
                await peer.send((0..<230).filter { $0 % 20 != 10 }.map { ($0, 0) }, to: port)
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                return (end, daemon.events("call_quality").filter { $0["call_id"] == caller.callID })
            }
        }

        @Test("packets that hold silence are told from audio, whose level is told", arguments: ["PCMU", "PCMA"])
        func silence(codec: String) async throws {
            let isMu = codec == "PCMU"
            let (payloadType, silence, loud): (UInt8, UInt8, UInt8) = isMu ? (0, 0xFF, 0x00) : (8, 0xD5, 0x2A)
            try await Daemon.run { daemon in
                for (octet, audio) in [(silence, "silence"), (loud, "two-way")] {
                    let (peer, caller) = (try Peer(), try Caller(.udp, to: daemon))
                    let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.rtp.port))
                    await peer.send(
                        (0..<55).map { ($0, 0) }, to: try #require(answer.mediaPort), payloadType: payloadType,
                        octet: octet)
                    try await caller.hangUp(answer, user: "echo")
                    let end = try await daemon.event("call_ended", callID: caller.callID)
                    #expect(end["audio"] == audio, "\(end.fields)")
                    // The extreme value of the codec is 0 dBov.
                    #expect(end["level_dbov"] == (octet == loud ? "0.0" : nil))
                    #expect(end["peak_dbov"] == (octet == loud ? "0.0" : isMu ? "-127.0" : "-72.1"))
                }
            }
        }

        @Test("extended reports are agreed to, sent with the figures of the call, and read (RFC 3611)")
        func extendedReports() async throws {
            try await Daemon.run(Self.settings) { daemon in
                let (peer, caller) = (try Peer(), try Caller(.udp, to: daemon))
                let attribute = "a=rtcp-xr:voip-metrics rcvr-rtt=all"
                let answer = try await caller.call(
                    "echo", sdp: Caller.sdp(port: peer.rtp.port, attributes: [attribute]))
                #expect(answer.sdp("a=rtcp-xr:") == "rcvr-rtt=all voip-metrics", "\(answer.body)")
                let port = try #require(answer.mediaPort)
                let report = Task { await peer.answerSenderReport(to: port + 1, longerBy: 0.1) }
                await peer.send((0..<200).filter { $0 % 20 != 10 }.map { ($0, 0) }, to: port)
                #expect(await report.value)
                peer.sendMetrics(to: port + 1, listeningMOS: 39, conversationalMOS: 38)
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                #expect(end["peer_mos_lq"] == "3.9" && end["peer_mos_cq"] == "3.8" && end["peer_r"] == nil)
                let blocks = try #require(await peer.lastExtendedReport())
                #expect(Set(blocks.keys) == [4, 5, 7])
                // The peer's time is answered by its middle 32 bits.
                #expect(blocks[5].map { Array($0[4..<8]) } == [0x45, 0x67, 0x89, 0xAB])
                let metrics = try #require(blocks[7])
                #expect(metrics.count == 32 && Array(metrics[0..<4]) == [0, 0, 0, 7])
                // 10 of 200 in 256ths.
                #expect(metrics[4] == 12)
                for (octet, field) in [(20, "r_cq"), (22, "mos_lq"), (23, "mos_cq")] {
                    let scale = field == "r_cq" ? 1.0 : 10
                    let value = try #require(Self.number(end, field), "\(end.fields)")
                    #expect(abs(Double(metrics[octet]) - value * scale) <= 0.51, "\(field) \(metrics[octet])")
                }
            }
        }

        @Test("a jitter buffer whose delays contradict one another is refused in a line (78)")
        func settings() async throws {
            let program = try Program(
                Daemon.path,
                ["run", "--set", "quality.jitter_buffer_nominal_ms=300", "--set", "log.format=json"])
            #expect(await program.exits.take(within: .seconds(10)) == 78)
            await program.endOfOutput()
            #expect(
                program.transcript.contains(
                    "quality.jitter_buffer_nominal_ms: 300 ms is not between the minimum, 20 ms, and the maximum, 200 ms"
                ))
        }
    }

    /// A caller's RTP and RTCP ports: sends G.711 by the clock, and answers a sender report.
    private final class Peer: Sendable {
        let rtp: DatagramSocket
        private let rtcp: DatagramSocket
        private let reports = Mailbox<Datagram>()
        /// The daemon's SSRC, once it has reported.
        private let source = Mutex<[UInt8]>([0, 0, 0, 0])

        init() throws {
            (rtp, rtcp) = try DatagramSocket.pair(rtp: { _ in }, rtcp: { [reports] in reports.put($0) })
        }

        /// Sends packets of 20 ms at the times of their numbers, each so many ms later, that hold an octet: of PCMU 0x30
        /// is loud.
        func send(
            _ packets: [(number: Int, delay: Int)], to port: UInt16, payloadType: UInt8 = 0, octet: UInt8 = 0x30
        ) async {
            let start = ContinuousClock.now
            let schedule = packets.map { ($0.number, $0.number * 20 + $0.delay) }.sorted { $0.1 < $1.1 }
            for (number, milliseconds) in schedule {
                try? await Task.sleep(until: start + .milliseconds(milliseconds), clock: .continuous)
                rtp.send(
                    RTPPacket.bytes(
                        payloadType: payloadType, sequence: UInt16(truncatingIfNeeded: 65_400 + number),
                        timestamp: UInt32(truncatingIfNeeded: 4_294_950_000 + number * 160), ssrc: 7,
                        marker: number == 0, payload: [UInt8](repeating: octet, count: 160)),
                    to: port)
            }
        }

        /// One packet of a payload type that nobody has agreed on.
        func sendUnknown(to port: UInt16) {
            rtp.send(RTPPacket.bytes(payloadType: 50, sequence: 1, timestamp: 1, ssrc: 9, payload: [0]), to: port)
        }

        /// A receiver report, and an extended one with a Receiver Reference Time and the VoIP metrics of what we send, which
        /// tell only MOS, in tenths (RFC 3611 4.4, 4.7).
        func sendMetrics(to port: UInt16, listeningMOS: UInt8, conversationalMOS: UInt8) {
            let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 7]
            let reference: [UInt8] = [4, 0, 0, 2, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]
            let scores: [UInt8] = [127, 127, 127, 16, 127, 127, listeningMOS, conversationalMOS]
            let metrics =
                [7, 0, 0, 8] + source.withLock { $0 } + [UInt8](repeating: 0, count: 12) + scores
                + [UInt8](repeating: 0, count: 8)
            rtcp.send(report + [0x80, 207, 0, 13, 0, 0, 0, 7] + reference + metrics, to: port)
        }

        /// The blocks of the last extended report, by their type.
        func lastExtendedReport() async -> [UInt8: [UInt8]]? {
            // The last one is that of the BYE packet.
            _ = await reports.take { $0.rtcpPackets.contains { $0.type == 203 } }
            let extended = reports.all.flatMap(\.rtcpPackets).last { $0.type == 207 }
            guard var rest = extended?.body.dropFirst(4) else { return nil }
            var blocks: [UInt8: [UInt8]] = [:]
            while rest.count >= 4 {
                let octets = Array(rest.prefix(4))
                let length = 4 * (Int(octets[2]) << 8 | Int(octets[3]))
                blocks[octets[0]] = Array(rest.dropFirst(4).prefix(length))
                rest = rest.dropFirst(4 + length)
            }
            return blocks
        }

        /// Waits for a sender report and answers it at once by a report block (RFC 3550 6.4.1) that says that the report
        /// was on its way for so many seconds longer than it was. False where none came.
        func answerSenderReport(to port: UInt16, longerBy seconds: Double) async -> Bool {
            let report = await reports.take(within: .seconds(6)) { $0.bytes.count >= 28 && $0.bytes[1] == 200 }
            guard let report else { return false }
            source.withLock { $0 = Array(report.bytes[4..<8]) }
            func big(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) } }
            let middle = report.bytes[10..<14].reduce(0) { $0 << 8 | UInt32($1) }
            let header: [UInt8] = [0x81, 201, 0, 7, 0, 0, 0, 7]
            let block = Array(report.bytes[4..<8]) + [UInt8](repeating: 0, count: 12)
            rtcp.send(header + block + big(middle &- UInt32(seconds * 65_536)) + big(0), to: port)
            return true
        }
    }
}
