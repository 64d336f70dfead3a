import Testing

extension EndToEnd {
    @Suite("Hostile input: the daemon lives, answers and gives back what it took")
    struct HostileInputTests {
        @Test("zeros, 64 KB of noise and nothing at all, over UDP")
        func datagrams() async throws {
            try await Self.endure { daemon in
                let noisy = try Caller(.udp, to: daemon)
                let noise = (0..<65_507).map { _ in UInt8.random(in: 0 ... .max) }
                for bytes in [[], [0], [UInt8](repeating: 0, count: 1000), noise, [UInt8](repeating: 10, count: 4)] {
                    noisy.send(bytes: bytes)
                }
            }
        }

        @Test("an INVITE cut off after each of its octets is no call")
        func truncated() async throws {
            try await Self.endure { daemon in
                let caller = try Caller(.udp, to: daemon)
                // A branch's length differs from one to the next, so each is measured anew.
                for count in 0..<500 {
                    let invite = Array(caller.request("INVITE", body: CallTests.sdp).utf8)
                    caller.send(bytes: Array(invite.prefix(min(count, invite.count - 1))))
                    // In step with the daemon: what waits in its socket's buffer would be lost with the buffer full.
                    if count % 50 == 0 { try await Self.expectAnswer(.udp, daemon) }
                }
                try await Self.expectAnswer(.udp, daemon)
                let accepted = caller.messages.all.compactMap(\.status).filter { $0 < 400 }
                #expect(accepted.isEmpty)
                #expect(daemon.events("call_incoming").isEmpty)
            }
        }

        @Test(
            "a Content-Length that is no length or more than there is gets 400 (RFC 3261, 18.3)",
            arguments: ["1", "9999", "-1", "none", "99999999999999999999", "4294967296", "0x0", ""])
        func contentLength(_ value: String) async throws {
            try await Daemon.run { daemon in
                let caller = try Caller(.udp, to: daemon)
                caller.send(Self.options(caller, length: value))
                #expect(try await caller.final("OPTIONS").status == 400)
                // Over TCP nobody knows where the next message starts: an answer or none, and then the end; the length
                // that may still come is waited for.
                let stream = try Caller(.tcp, to: daemon)
                stream.send(Self.options(stream, length: value))
                if !["1", "9999"].contains(value) {
                    _ = await stream.messages.take { _ in false }
                    #expect(stream.messages.isClosed)
                }
                for transport in Caller.Transport.allCases { try await Self.expectAnswer(transport, daemon) }
            }
        }

        @Test("over UDP what follows the body that Content-Length tells of is ignored (18.3)")
        func excess() async throws {
            try await Daemon.run { daemon in
                let caller = try Caller(.udp, to: daemon)
                caller.send(caller.request("OPTIONS") + "INVITE sip:tone@127.0.0.1 SIP/2.0\r\n")
                #expect(try await caller.final("OPTIONS").status == 200)
            }
        }

        @Test("connections that say nothing, half a message, a line without end or noise, over TCP")
        func streams() async throws {
            try await Self.endure { daemon in
                let silent = try (0..<10).map { _ in try Caller(.tcp, to: daemon) }
                let half = try Caller(.tcp, to: daemon)
                half.send(String(half.request("INVITE", body: CallTests.sdp).prefix(300)))
                let endless = try Caller(.tcp, to: daemon)
                endless.send(bytes: [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20))
                _ = await endless.messages.take { _ in false }
                #expect(endless.messages.isClosed, "1 MB without a line's end, and it still listens")
                let header = try Caller(.tcp, to: daemon)
                header.send(
                    bytes: Array("OPTIONS sip:a@b SIP/2.0\r\nX: ".utf8)
                        + [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20))
                _ = await header.messages.take { _ in false }
                #expect(header.messages.isClosed, "a header of 1 MB, and it still listens")
                let noisy = try Caller(.tcp, to: daemon)
                noisy.send(bytes: (0..<60_000).map { _ in .random(in: 0 ... .max) })
                for transport in Caller.Transport.allCases { try await Self.expectAnswer(transport, daemon) }
                withExtendedLifetime(silent) {}
            }
        }

        /// Lets a daemon suffer once, and then twice more, which must not make it grow.
        private static func endure(_ suffering: (Daemon) async throws -> Void) async throws {
            try await Daemon.run { daemon in
                for transport in Caller.Transport.allCases { try await expectAnswer(transport, daemon) }
                let process = daemon.program.processID
                let idle = try #require(ProcessState(of: process))
                try await suffering(daemon)
                let first = try #require(ProcessState(of: process))
                for _ in 0..<2 {
                    try await suffering(daemon)
                    for transport in Caller.Transport.allCases { try await expectAnswer(transport, daemon) }
                }
                let closed = await eventually {
                    ProcessState(of: process).map { $0.descriptors <= idle.descriptors } ?? false
                }
                let last = try #require(ProcessState(of: process))
                #expect(closed, "\(idle.descriptors) descriptors before, \(last.descriptors) after")
                #expect(last.residentKiB - first.residentKiB < 4096, "\(idle) before, \(first) and \(last) after")
            }
        }

        static func expectAnswer(
            _ transport: Caller.Transport, _ daemon: Daemon, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let caller = try Caller(transport, to: daemon)
            caller.send(caller.request("OPTIONS"))
            let response = try await caller.final("OPTIONS", sourceLocation: sourceLocation)
            #expect(response.status == 200, sourceLocation: sourceLocation)
        }

        private static func options(_ caller: Caller, length: String) -> String {
            let request = caller.request("OPTIONS")
            return request.replacing("Content-Length: 0", with: "Content-Length: \(length)")
        }
    }
}
