import Testing

extension EndToEnd {
    @Suite("Calls: RFC 3261 byte by byte")
    struct CallTests {
        static let sdp = Caller.sdp(port: 40_000)

        @Test(
            "a call that names another in Replaces takes its place: that one gets a BYE (RFC 3891)",
            arguments: Caller.Transport.allCases)
        func replaced(transport: Caller.Transport) async throws {
            try await Daemon.run { daemon in
                let first = try Caller(transport, to: daemon)
                let before = try await first.call(sdp: Self.sdp)
                let tag = try #require(before.toTag)
                let second = try Caller(transport, to: daemon)
                let field = "Replaces: \(first.callID);to-tag=\(tag);from-tag=\(first.fromTag)"
                second.send(second.request("INVITE", headers: [field], body: Self.sdp))
                let after = try await second.final("INVITE")
                #expect(after.status == 200)
                second.acknowledge(after)
                first.respond("200 OK", to: try await first.incoming("BYE"))
                let ended = try await daemon.event("call_ended", callID: first.callID)
                #expect(ended["reason"] == "replaced")
                try await second.hangUp(after)
            }
        }

        @Test("100, 180 and 200 carry what RFC 3261, 8.2.6 and 12.1.1 ask for", arguments: Caller.Transport.allCases)
        func answered(transport: Caller.Transport) async throws {
            try await Daemon.run(["behavior.auto_answer_delay_ms=300"]) { daemon in
                let caller = try Caller(transport, to: daemon)
                let branch = Caller.branch()
                caller.send(caller.request("INVITE", branch: branch, body: Self.sdp))
                let trying = try await caller.status(100)
                let ringing = try await caller.status(180)
                let answer = try await caller.final("INVITE")
                for response in [trying, ringing, answer] {
                    let port = caller.local.split(separator: ":")[1]
                    #expect(response["via"]?.contains("branch=\(branch)") == true)
                    #expect(response["via"]?.contains("rport=\(port)") == true, "RFC 3581, section 4")
                    #expect(response["via"]?.contains("received=127.0.0.1") == true, "RFC 3581, section 4")
                    #expect(response["from"] == "\"A Test\" <sip:test@127.0.0.1>;tag=\(caller.fromTag)")
                    #expect(response["call-id"] == caller.callID)
                    #expect(response["cseq"] == "1 INVITE")
                    #expect(response["content-length"] == "\(response.body.utf8.count)")
                }
                #expect(answer.status == 200)
                #expect(ringing.toTag != nil && ringing.toTag == answer.toTag)
                #expect(answer.contactURI?.contains("127.0.0.1:\(daemon.port)") == true)
                #expect(answer["content-type"] == "application/sdp")
                #expect(answer.sdp("c=") == "IN IP4 127.0.0.1")
                #expect(try #require(answer.mediaPort).isMultiple(of: 2))
                caller.acknowledge(answer)
                for name in ["call_incoming", "call_ringing", "call_answered"] {
                    _ = try await daemon.event(name, callID: caller.callID)
                }
                try await caller.hangUp(answer)
                _ = try await daemon.event("call_ended", callID: caller.callID)
            }
        }

        @Test("a repeated INVITE is the same call", arguments: [Caller.Transport.udp])
        func retransmittedInvite(transport: Caller.Transport) async throws {
            try await Daemon.run(["behavior.auto_answer_delay_ms=500"]) { daemon in
                let caller = try Caller(transport, to: daemon)
                let invite = caller.request("INVITE", body: Self.sdp)
                caller.send(invite)
                let first = try await caller.status(180)
                caller.send(invite)
                let second = try await caller.status(180)
                let answer = try await caller.final("INVITE")
                caller.send(invite)
                let repeated = try await caller.final("INVITE")
                #expect(first.text == second.text)
                #expect(answer.text == repeated.text)
                #expect(first.toTag == answer.toTag)
                caller.acknowledge(answer)
                try await caller.hangUp(answer)
                _ = try await daemon.event("call_ended")
                #expect(daemon.events("call_incoming").count == 1)
            }
        }

        @Test(
            "without an ACK the 200 is repeated with doubled intervals, and after 64*T1 a BYE ends the call (13.3.1.4)")
        func lostACK() async throws {
            try await Daemon.run { daemon in
                try await withThrowingTaskGroup { group in
                    for transport in Caller.Transport.allCases {
                        group.addTask { try await Self.loseACK(transport, daemon) }
                    }
                    try await group.waitForAll()
                }
            }
        }

        private static func loseACK(_ transport: Caller.Transport, _ daemon: Daemon) async throws {
            let caller = try Caller(transport, to: daemon)
            caller.send(caller.request("INVITE", body: sdp))
            let clock = ContinuousClock()
            let answer = try await caller.final("INVITE")
            let answered = clock.now
            // T1 is 0.5 s, T2 is 4 s: 0.5, 1, 2, 4, 4 s after one another.
            for interval in [0.5, 1, 2, 4, 4] {
                let start = clock.now
                let repeated = try await caller.final("INVITE")
                #expect(repeated.text == answer.text)
                #expect(abs((clock.now - start) / .seconds(1) - interval) < 0.2)
            }
            let bye = try await caller.incoming("BYE", within: .seconds(30))
            #expect(abs((clock.now - answered) / .seconds(1) - 32) < 1)
            caller.respond("200 OK", to: bye)
            _ = try await daemon.event("call_ended", callID: caller.callID)
        }

        @Test("Record-Route is copied into the 200 and followed by our BYE (12.1.1, 12.2.1.1)")
        func recordRoute() async throws {
            try await Daemon.run(["behavior.tone_duration_seconds=1"]) { daemon in
                let caller = try Caller(.udp, to: daemon)
                let proxy = Mailbox<WireMessage>()
                let socket = try DatagramSocket { datagram in WireMessage(datagram.bytes).map(proxy.put) }
                let routes = ["<sip:127.0.0.1:\(socket.port);lr;x=1>", "<sip:far.invalid;lr>"]
                caller.send(
                    caller.request("INVITE", headers: routes.map { "Record-Route: \($0)" }, body: Self.sdp))
                let answer = try await caller.final("INVITE")
                let copied = answer.values(of: "record-route").flatMap { $0.split(separator: ",").map(\.trimmed) }
                #expect(copied == routes)
                caller.acknowledge(answer)
                let bye = try #require(await proxy.take { $0.method == "BYE" })
                #expect(bye.startLine == "BYE sip:test@\(caller.local);transport=udp SIP/2.0")
                #expect(bye.values(of: "route").flatMap { $0.split(separator: ",").map(\.trimmed) } == routes)
                #expect(bye.toTag == caller.fromTag)
                caller.respond("200 OK", to: bye)
            }
        }

        @Test("a method that nobody knows gets 405 or 501, with Allow", arguments: Caller.Transport.allCases)
        func unknownMethod(transport: Caller.Transport) async throws {
            try await Daemon.run { daemon in
                let caller = try Caller(transport, to: daemon)
                caller.send(caller.request("FROBNICATE"))
                let response = try await caller.final("FROBNICATE")
                #expect([405, 501].contains(response.status))
                if response.status == 405 { #expect(response["allow"]?.contains("INVITE") == true) }
            }
        }

        @Test(
            "SIGTERM ends the calls that are up with BYE, then the daemon with 0", arguments: Caller.Transport.allCases)
        func termination(transport: Caller.Transport) async throws {
            try await Daemon.run(stops: false) { daemon in
                let caller = try Caller(transport, to: daemon)
                _ = try await caller.call(sdp: Self.sdp)
                async let status = daemon.program.stop()
                let bye = try await caller.incoming("BYE")
                caller.respond("200 OK", to: bye)
                #expect(await status == 0)
            }
        }
    }
}
