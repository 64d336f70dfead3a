import Foundation
import Testing

extension EndToEnd {
    @Suite("Statistics Summary blocks, as Wireshark reads them (RFC 3611 4.6)")
    struct StatisticsSummaryTests {
        private static let fields = [
            "rtcp.xr.beginseq", "rtcp.xr.endseq", "rtcp.xr.stats.lost", "rtcp.xr.stats.dups", "rtcp.xr.stats.minjitter",
            "rtcp.xr.stats.maxjitter", "rtcp.xr.stats.meanjitter", "rtcp.xr.stats.devjitter", "rtcp.xr.bt",
            "rtcp.length_check.bad", "_ws.malformed", "rtcp.xr.stats.lrflag", "rtcp.xr.stats.dupflag",
            "rtcp.xr.stats.jitterflag", "rtcp.xr.stats.ttl",
        ]

        @Test(
            "what the caller's SDP asks for is agreed to and sent: the losses and duplicates of ranges without a gap",
            .enabled(if: Tshark.path != nil, "tshark is not installed"))
        func sent() async throws {
            try await Daemon.run { daemon in
                let (peer, caller) = (try RTPReceiver(), try Caller(.udp, to: daemon))
                let asked = "a=rtcp-xr:stat-summary=loss,dup,jitt,TTL"
                let answer = try await caller.call(
                    "echo", sdp: Caller.sdp(port: peer.port, formats: "8", attributes: [asked]))
                #expect(answer.sdp("a=rtcp-xr:") == "stat-summary=loss,dup,jitt", "\(answer.body)")
                let port = try #require(answer.mediaPort)
                let lost: Set<UInt16> = [110, 150, 151]
                for range in [UInt16(100)..<130, 130..<300] {
                    for sequence in range where !lost.contains(sequence) {
                        peer.send(sequence, to: port)
                        if [105, 140].contains(sequence) { peer.send(sequence, to: port) }
                    }
                    // A block for each: the second comes with the BYE, if not before.
                    guard range.lowerBound == 100 else { continue }
                    let first = await peer.reports.take { $0.rtcpPackets.contains { $0.type == 207 } }
                    #expect(first != nil, "no extended report")
                }
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                // The last one says BYE.
                #expect(await peer.reports.take { $0.rtcpPackets.contains { $0.type == 203 } } != nil)
                let read = try await Tshark.fields(Self.fields, ofRTCP: peer.reports.all.map(\.bytes))
                let blocks = read.filter { $0[8] == "6" }
                try #require(blocks.count >= 2, "\(read)")
                #expect(read.allSatisfy { $0[9].isEmpty && $0[10].isEmpty })
                // Times to live are not measured, so none are told.
                #expect(
                    blocks.allSatisfy { $0[11..<14].allSatisfy(["1", "True"].contains) && $0[14] == "0" }, "\(blocks)")
                let numbers = try blocks.map { block in try block[0..<8].map { try #require(Int($0), "\(block)") } }
                #expect(numbers.first?[0] == 100 && numbers.last?[1] == 300)
                #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0[1] == $1[0] })
                #expect(numbers.reduce(0) { $0 + $1[2] } == 3 && numbers.reduce(0) { $0 + $1[3] } == 2)
                for block in numbers {
                    let (least, most, mean, deviation) = (block[4], block[5], block[6], block[7])
                    #expect(least <= mean && mean <= most && deviation <= most, "\(block)")
                }
                // J is a mean of |D| that forgets, and cannot exceed the highest.
                let jitter = try #require(end["jitter_ms"].flatMap(Double.init))
                #expect((numbers.map { $0[5] }.max() ?? 0) + 1 >= Int(jitter * 8))
            }
        }

        @Test("what a caller's block says of our stream is told with the call: what its flags announce, and no more")
        func received() async throws {
            let place = try RecordPlace()
            try await Daemon.run(Daemon.http + place.settings) { daemon in
                let (peer, caller) = (try RTPReceiver(), try Caller(.udp, to: daemon))
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.port, formats: "8"))
                let port = try #require(answer.mediaPort)
                peer.send(1, to: port)
                let ours = try #require(await peer.packets.take(), "no echo").ssrc
                let http = try await daemon.httpPort()
                let list = try await HTTPPeer.ask(http, "/api/v1/calls").json["calls"] as? [[String: Any]]
                let id = try #require(list?.first?["id"] as? String)
                let before = try await Self.quality(http, id)
                #expect(before["peer_summary"] is NSNull, "\(before)")
                // Packets 65,534 to 1 by turns with losses, duplicates and jitter, and with none of them but a hop limit.
                for (sequence, flags, expected) in [
                    (
                        UInt16(2), UInt8(0xE0),
                        #"{"packets": 4, "packets_lost": 1, "packets_duplicated": 2, "jitter_ms": "#
                            + #"{"min": 0.125, "max": 20, "mean": 2, "deviation": 1}, "ttl": null}"#
                    ),
                    (
                        3, 0x10,
                        #"{"packets": 4, "packets_lost": null, "packets_duplicated": null, "jitter_ms": null, "#
                            + #""ttl": {"min": 61, "max": 64, "mean": 62, "deviation": 1}}"#
                    ),
                ] {
                    peer.socket.send(Self.report(of: ours, flags: flags), to: port + 1)
                    // What comes after it is echoed when it has been read.
                    let octet = UInt8(sequence)
                    peer.send(sequence, octet: octet, to: port)
                    #expect(await peer.packets.take { $0.payload.first == octet } != nil, "no echo")
                    let told = try await Self.quality(http, id)["peer_summary"] as? NSDictionary
                    try #expect(told == Self.object(expected))
                }
                try await caller.hangUp(answer, user: "echo")
                let record = try #require(try await place.records(atLeast: 1).first)
                let ttl = (record["peer_summary"] as? [String: Any])?["ttl"] as? [String: Any]
                #expect(ttl?["mean"] as? Double == 62, "\(record)")
            }
        }

        private static func quality(_ http: UInt16, _ id: String) async throws -> [String: Any] {
            let call = try await HTTPPeer.ask(http, "/api/v1/calls/\(id)").json
            return try #require(call["quality"] as? [String: Any], "\(call)")
        }

        private static func object(_ text: String) throws -> NSDictionary {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
        }

        /// A receiver report, and a Statistics Summary block of four packets whose groups all have values.
        private static func report(of ssrc: UInt32, flags: UInt8) -> [UInt8] {
            func big(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) } }
            let figures = [1, 2, 1, 160, 16, 8].flatMap(big)
            return [0x80, 201, 0, 1, 0, 0, 0, 7, 0x80, 207, 0, 11, 0, 0, 0, 7, 6, flags, 0, 9] + big(ssrc)
                + [0xFF, 0xFE, 0, 2] + figures + [61, 64, 62, 1]
        }
    }
}
