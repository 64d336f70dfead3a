import Testing

extension EndToEnd {
    @Suite("Media: what a caller hears, packet by packet (RFC 3550)")
    struct MediaTests {
        @Test(
            "the tone is exact, in order, paced without drift, and hung up after its duration",
            arguments: [("0 8", 0), ("8 0", 8)] as [(String, UInt8)])
        func tone(formats: String, payloadType: UInt8) async throws {
            // A machine that others use may stop the daemon for 100 ms; it does not do so every time.
            var flaws: [String] = []
            for _ in 0..<3 {
                flaws = try await Self.flawsOfTone(formats: formats, payloadType: payloadType)
                if flaws.isEmpty { break }
            }
            #expect(flaws.isEmpty)
        }

        /// Calls the tone for 5 s; what is wrong with it.
        private static func flawsOfTone(formats: String, payloadType: UInt8) async throws -> [String] {
            try await Daemon.run(["behavior.tone_duration_seconds=5"]) { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: receiver.port, formats: formats))
                let answered = ContinuousClock.now
                let bye = try await caller.incoming("BYE", within: .seconds(8))
                let duration = (ContinuousClock.now - answered) / .seconds(1)
                caller.respond("200 OK", to: bye)
                let packets = receiver.packets.all
                let (first, last) = (try #require(packets.first), try #require(packets.last))
                let foreign = packets.filter { $0.payloadType != payloadType || $0.sourcePort != answer.mediaPort }
                let marked = packets.indices.filter { packets[$0].marker }
                let drift = (last.time - first.time) / .seconds(1) - 0.020 * Double(packets.count - 1)
                let heard = Recording(octets: packets.flatMap(\.payload), aLaw: payloadType == 8)
                let frequency = heard.frequency(near: 440)
                let phase = heard.largestPhaseError(frequency: 440)
                let residue = heard.largestResidue(frequency: 440)
                let findings: [(Bool, String)] = [
                    (abs(duration - 5) < 0.1, "BYE after \(duration) s"),
                    ((246...252).contains(packets.count), "\(packets.count) packets"),
                    (firstBreak(packets, samples: 160) == nil, "\(firstBreak(packets, samples: 160) ?? "")"),
                    (foreign.isEmpty, "\(foreign.count) packets of another stream"),
                    (marked == [0], "marker at \(marked)"),
                    (abs(drift) < 0.015, "\(drift) s of drift"),
                    (abs(frequency - 440) < 0.01, "\(frequency) Hz"),
                    (abs(heard.level + 10) < 0.3, "\(heard.level) dBm0"),
                    (phase < 0.05, "phase off by \(phase)"),
                    (residue < 0.05, "residue \(residue)"),
                ]
                return findings.filter { !$0.0 }.map(\.1)
            }
        }

        @Test("the packet time is the one that the caller asks for", arguments: [10, 30, 40, 60])
        func packetTime(milliseconds: Int) async throws {
            try await Daemon.run { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(
                    sdp: Caller.sdp(port: receiver.port, attributes: ["a=ptime:\(milliseconds)"]))
                for _ in 0..<10 { _ = try #require(await receiver.packets.take()) }
                try await caller.hangUp(answer)
                let packets = receiver.packets.all
                Self.expectOneStream(packets, samples: milliseconds * 8)
            }
        }

        @Test("echo sends back each payload, bit by bit, at once and under its own identity")
        func echo() async throws {
            try await Daemon.run { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: receiver.port))
                let port = try #require(answer.mediaPort)
                var payloads: [[UInt8]] = []
                let sent = ContinuousClock.now
                for index in 0..<200 {
                    payloads.append((0..<160).map { _ in .random(in: 0 ... .max) })
                    receiver.socket.send(
                        RTPPacket.bytes(
                            sequence: UInt16(truncatingIfNeeded: 65_500 + index),
                            timestamp: UInt32(truncatingIfNeeded: 4_294_950_000 + index * 160), ssrc: 0x1234_5678,
                            marker: index == 0, payload: payloads[index]),
                        to: port)
                    _ = try #require(await receiver.packets.take(), "packet \(index) was not echoed")
                }
                // 200 round trips that each waited for a tick of 20 ms would take 4 s.
                #expect(ContinuousClock.now - sent < .seconds(2))
                try await caller.hangUp(answer, user: "echo")
                let packets = receiver.packets.all
                Self.expectSame(packets.map(\.payload), payloads)
                let foreign = packets.filter { $0.ssrc == 0x1234_5678 || $0.payloadType != 0 }.count
                #expect(foreign == 0)
                Self.expectOneStream(packets, samples: 160)
                let end = try await daemon.event("call_ended", callID: caller.callID)
                #expect(end["packets_received"] == "200" && end["packets_sent"] == "200", "\(end.fields)")
            }
        }

        @Test("echo sends one packet to a caller from whom nothing comes, which opens the way through a NAT")
        func opening() async throws {
            try await Daemon.run { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: receiver.port))
                let first = try #require(await receiver.packets.take(), "no packet")
                #expect(first.sourcePort == answer.mediaPort && first.payload.count == 160)
                try await caller.hangUp(answer, user: "echo")
                let count = receiver.packets.all.count
                #expect(count == 1)
            }
        }

        @Test("a re-INVITE moves the tone to the new port (RFC 3264, 8.3.1)")
        func moved() async throws {
            try await Daemon.run { daemon in
                let (before, after) = (try RTPReceiver(), try RTPReceiver())
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: before.port))
                _ = try #require(await before.packets.take())
                caller.send(
                    caller.request(
                        "INVITE", to: answer.contactURI, sequence: 2, toTag: answer.toTag,
                        body: Caller.sdp(port: after.port, version: 2)))
                let second = try await caller.final("INVITE")
                #expect(second.status == 200)
                #expect(second.mediaPort == answer.mediaPort)
                caller.acknowledge(second, sequence: 2)
                for _ in 0..<5 { _ = try #require(await after.packets.take()) }
                let last = try #require(before.packets.all.last)
                let first = try #require(after.packets.all.first)
                #expect(first.sequence == last.sequence &+ 1)
                try await caller.hangUp(answer, sequence: 3)
            }
        }

        @Test("a late offer is answered in the ACK (RFC 3261, 13.2.1)")
        func lateOffer() async throws {
            try await Daemon.run { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                caller.send(caller.request("INVITE"))
                let answer = try await caller.final("INVITE")
                #expect(answer.sdp("m=audio ")?.contains(" RTP/AVP 0 8") == true)
                caller.acknowledge(answer, body: Caller.sdp(port: receiver.port, formats: "8"))
                let packet = try #require(await receiver.packets.take())
                #expect(packet.payloadType == 8)
                try await caller.hangUp(answer)
            }
        }

        @Test("a call that sends nothing is ended after the media timeout, one on hold is not (RFC 3264, 8.4)")
        func timeout() async throws {
            try await Daemon.run(["behavior.media_timeout_seconds=1"]) { daemon in
                var onHold: [(caller: Caller, answer: WireMessage)] = []
                for (offered, answered) in [("inactive", "inactive"), ("sendonly", "recvonly")] {
                    let caller = try Caller(.udp, to: daemon)
                    let answer = try await caller.call(sdp: Caller.sdp(port: 40_000, attributes: ["a=\(offered)"]))
                    #expect(answer.sdp("a=\(answered)") != nil)
                    onHold.append((caller, answer))
                }
                let silent = try Caller(.udp, to: daemon)
                _ = try await silent.call(sdp: Caller.sdp(port: 40_002))
                let bye = try await silent.incoming("BYE", within: .seconds(5))
                silent.respond("200 OK", to: bye)
                // They came before it, so that their time has run out as well.
                for (caller, answer) in onHold {
                    try await caller.hangUp(answer)
                    #expect(!caller.messages.all.contains { $0.method == "BYE" && $0.status == nil })
                }
            }
        }

        @Test("a telephone event is a digit, once (RFC 4733, 2.5.1)")
        func digit() async throws {
            try await Daemon.run { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let offer = Caller.sdp(
                    port: receiver.port, formats: "0 96",
                    attributes: ["a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-15"])
                let answer = try await caller.call(sdp: offer)
                #expect(answer.body.contains("a=rtpmap:96 telephone-event/8000"))
                let port = try #require(answer.mediaPort)
                for index in 0..<6 {
                    let (end, duration) = (index >= 3, min(index + 1, 4) * 160)
                    let payload: [UInt8] = [11, end ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(duration & 0xFF)]
                    receiver.socket.send(
                        RTPPacket.bytes(
                            payloadType: 96, sequence: UInt16(100 + index), timestamp: 8000, ssrc: 1,
                            marker: index == 0,
                            payload: payload), to: port)
                }
                let event = try await daemon.event("call_digit", callID: caller.callID)
                #expect(event["digit"] == "#", "\(event.fields)")
                try await caller.hangUp(answer)
                _ = try await daemon.event("call_ended")
                #expect(daemon.events("call_digit").count == 1)
            }
        }

        /// One SSRC, consecutive sequence numbers, and a timestamp that moves by `samples` from packet to packet.
        static func expectOneStream(
            _ packets: [RTPPacket], samples: Int, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let flaw = firstBreak(packets, samples: samples)
            #expect(flaw == nil, sourceLocation: sourceLocation)
        }

        /// Where packets are not one stream of payloads of so many samples; nil where they are.
        static func firstBreak(_ packets: [RTPPacket], samples: Int) -> String? {
            let sources = Set(packets.map(\.ssrc)).count
            if sources != 1 { return "\(sources) sources" }
            if let size = packets.map(\.payload.count).first(where: { $0 != samples }) { return "\(size) samples" }
            let odd = zip(packets, packets.dropFirst()).first { previous, packet in
                packet.sequence != previous.sequence &+ 1
                    || packet.timestamp != previous.timestamp &+ UInt32(samples)
            }
            return odd.map { "\($0) is followed by \($1)" }
        }

        /// The same payloads in the same order; says where the first difference is, since nobody reads them all.
        static func expectSame(
            _ heard: [[UInt8]], _ said: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let counts = (heard.count, said.count)
            #expect(counts.0 == counts.1, sourceLocation: sourceLocation)
            let packet = zip(heard, said).enumerated().first { $1.0 != $1.1 }
            let difference = packet.map { index, pair in
                "packet \(index), octet \(zip(pair.0, pair.1).prefix { $0 == $1 }.count)"
            }
            #expect(difference == nil, sourceLocation: sourceLocation)
        }
    }
}
