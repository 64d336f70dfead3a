import Foundation
import Testing

extension EndToEnd {
    @Suite("The calls that are up, by HTTP")
    struct CallsAPITests {
        @Test("a call is told of from ringing to its end, with what was negotiated and what is measured")
        func course() async throws {
            try await Daemon.run(Daemon.http + ["behavior.auto_answer_delay_ms=400"]) { daemon in
                let port = try await daemon.httpPort()
                let peer = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                caller.send(caller.request("INVITE", user: "echo", body: Caller.sdp(port: peer.port, formats: "8")))
                _ = try await caller.status(180)
                let ringing = try await Self.only(port)
                #expect(ringing["state"] as? String == "ringing" && ringing["answered"] is NSNull)
                #expect(ringing["media"] is NSNull && ringing["quality"] is NSNull && ringing["note"] is NSNull)
                let answer = try await caller.final("INVITE")
                caller.acknowledge(answer, user: "echo")
                let mediaPort = try #require(answer.mediaPort)
                for sequence in UInt16(0)..<50 {
                    peer.send(sequence, to: mediaPort)
                    try #require(await peer.packets.take() != nil, "no echo")
                }
                let call = try await Self.only(port)
                #expect(call["call_id"] as? String == caller.callID && call["extension"] as? String == "echo")
                #expect(call["from"] as? String == "sip:test@127.0.0.1" && call["state"] as? String == "established")
                let source = try #require(call["source"] as? [String: Any])
                #expect("\(source["address"] ?? ""):\(source["port"] ?? "")" == caller.local)
                let media = try #require(call["media"] as? [String: Any])
                #expect(media["codec"] as? String == "PCMA" && media["local"] as? String == "127.0.0.1:\(mediaPort)")
                #expect(media["remote"] as? String == "127.0.0.1:\(peer.port)")
                let quality = try #require(call["quality"] as? [String: Any])
                #expect(quality["packets_received"] as? Int == 50 && quality["packets_sent"] as? Int == 50)
                #expect(quality["packets_lost"] as? Int == 0 && quality["loss_ratio"] as? Double == 0)
                // No RTCP came: there is no round trip, and so no MOS-CQ.
                #expect(quality["round_trip_ms"] is NSNull && quality["mos_cq"] is NSNull)
                let id = try #require(call["id"] as? String)
                #expect(ringing["id"] as? String == id)
                let alone = try await HTTPPeer.ask(port, "/api/v1/calls/\(id)")
                #expect(alone.status == 200 && alone.json["call_id"] as? String == caller.callID)
                try await caller.hangUp(answer, user: "echo")
                _ = try await daemon.event("call_ended")
                #expect(try await HTTPPeer.ask(port, "/api/v1/calls/\(id)").status == 404)
                #expect(try await HTTPPeer.ask(port, "/api/v1/calls").json["total"] as? Int == 0)
            }
        }

        @Test("what a stranger writes into its URIs comes out as text, and bounded")
        func strangers() async throws {
            try await Daemon.run(Daemon.http) { daemon in
                let port = try await daemon.httpPort()
                let caller = try Caller(.udp, to: daemon)
                // What the grammar lets through: octets above 127 in a user part, quotes and backslashes in a Call-ID.
                let invite = caller.request("INVITE", body: Caller.sdp(port: 40_000))
                    .replacing("Call-ID: \(caller.callID)", with: #"Call-ID: a"\<>{}"#)
                let long = String(repeating: "x", count: 2000)
                let wild = Array("<sip:".utf8) + [0xC3, 0x28, 0xFF] + Array("é\(long)@a>".utf8)
                let parts = invite.components(separatedBy: "<sip:test@127.0.0.1>;tag")
                try #require(parts.count == 2)
                caller.send(bytes: Array(parts[0].utf8) + wild + Array(";tag\(parts[1])".utf8))
                let answer = await caller.messages.take { $0.method == "INVITE" && ($0.status ?? 0) >= 180 }
                let list = try await HTTPPeer.ask(port, "/api/v1/calls")
                #expect(list.status == 200)
                let calls = try #require(list.json["calls"] as? [[String: Any]])
                try #require(calls.count == 1, "\(answer?.text ?? "")")
                let from = try #require(calls[0]["from"] as? String)
                #expect(from.unicodeScalars.count == 512 && from.hasPrefix("sip:\u{FFFD}(\u{FFFD}éxx"), "\(from)")
                #expect(calls[0]["call_id"] as? String == #"a"\<>{}"#)
            }
        }

        @Test("a list of many calls is whole, and signalling answers at once while it is made again and again")
        func many() async throws {
            let settings = ["behavior.max_concurrent_calls=400", "behavior.auto_answer_delay_ms=0"]
            try await Daemon.run(Daemon.http + settings) { daemon in
                let port = try await daemon.httpPort()
                var callers: [Caller] = []
                for _ in 0..<150 {
                    let caller = try Caller(.udp, to: daemon)
                    _ = try await caller.call("echo", sdp: Caller.sdp(port: 40_000))
                    callers.append(caller)
                }
                let pages = Task {
                    var seen: [Set<String>] = []
                    for _ in 0..<20 { seen.append(try await Self.callIDs(port)) }
                    return seen
                }
                let options = try Caller(.udp, to: daemon)
                for sequence in 1...20 {
                    options.send(options.request("OPTIONS", sequence: sequence))
                    #expect(try await options.final("OPTIONS", within: .seconds(5)).status == 200)
                }
                let all = Set(callers.map(\.callID))
                #expect(try await pages.value.allSatisfy { $0 == all })
            }
        }

        private static func only(_ port: UInt16) async throws -> [String: Any] {
            let answer = try await HTTPPeer.ask(port, "/api/v1/calls")
            #expect(answer.status == 200 && answer.json["total"] as? Int == 1, "\(answer.text)")
            return try #require((answer.json["calls"] as? [[String: Any]])?.first)
        }

        /// The calls of all pages.
        private static func callIDs(_ port: UInt16) async throws -> Set<String> {
            var (ids, after): (Set<String>, String?) = ([], nil)
            repeat {
                let target = "/api/v1/calls?limit=70" + (after.map { "&after=\($0)" } ?? "")
                let answer = try await HTTPPeer.ask(port, target)
                try #require(answer.status == 200, "\(answer.text)")
                for call in answer.json["calls"] as? [[String: Any]] ?? [] {
                    if let id = call["call_id"] as? String { ids.insert(id) }
                }
                after = answer.json["next"] as? String
            } while after != nil
            return ids
        }
    }
}
