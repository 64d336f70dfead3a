import Foundation
import Testing

extension EndToEnd {
    @Suite("Descriptors: a call takes two, and a third once it sends media, where there is one")
    struct DescriptorTests {
        @Test("a call that gets no third one is served as any other")
        func exhaustion() async throws {
            try await Daemon.run { daemon in
                // Whatever a first call opens for good is open then.
                try await Self.echo(through: daemon)
                let idle = Self.descriptors(of: daemon)
                // Up to the second number that is free.
                let second = try #require((0..<1024).filter { !idle.contains($0) }.dropFirst().first)
                try await Self.limit(daemon, to: second + 1)
                let scarce = try await Self.echo(through: daemon)
                #expect(scarce.count == idle.count + 2)
                try await Self.limit(daemon, to: 1024)
                let plenty = try await Self.echo(through: daemon)
                #expect(plenty.count == idle.count + 3)
                let after = await eventually { Self.descriptors(of: daemon).count == idle.count }
                #expect(after)
            }
        }

        @Test("without any a call gets 503, and the log says that it is they")
        func none() async throws {
            try await Daemon.run { daemon in
                try await Self.echo(through: daemon)
                let idle = Self.descriptors(of: daemon)
                try await Self.limit(daemon, to: try #require((0...).first { !idle.contains($0) }))
                let caller = try Caller(.udp, to: daemon)
                caller.send(caller.request("INVITE", body: CallTests.sdp))
                let refused = try await caller.final("INVITE")
                #expect(refused.status == 503 && refused["retry-after"] != nil)
                caller.acknowledge(refused)
                let line = try await daemon.event("call_rejected", callID: caller.callID)
                #expect(line["reason"] == "no free RTP port")
                #expect(line["cause"] == "socket: Too many open files (errno 24)")
            }
        }

        @Test("with too few of them to start, one line says so", arguments: [14, 17, 20])
        func tooFew(_ count: Int) async throws {
            let (status, lines) = try await Source.run(
                "/usr/bin/prlimit",
                ["--nofile=\(count)", "--", Daemon.path, "run"]
                    + ["--set", #"sip.bind_address="127.0.0.1""#, "--set", "http.enabled=false"])
            #expect(status == 69)
            #expect(lines.last?.hasPrefix("milliwattd: cannot") == true, "\(lines)")
            #expect(lines.last?.hasSuffix("Too many open files (errno 24)") == true, "\(lines)")
        }

        @Test("those kept from one call to another stand in no call's way")
        func kept() async throws {
            try await Daemon.run(["behavior.auto_answer_delay_ms=0"]) { daemon in
                func call() async throws {
                    let caller = try Caller(.udp, to: daemon)
                    try await caller.hangUp(try await caller.call(sdp: CallTests.sdp))
                }
                try await call()
                let idle = Self.descriptors(of: daemon)
                // So many a second that theirs are kept.
                for _ in 0..<150 { try await call() }
                let open = Self.descriptors(of: daemon)
                #expect(open.count > idle.count + 20)
                let free = try #require((0...).first { !open.contains($0) })
                try await Self.limit(daemon, to: free)
                for _ in 0..<3 { try await call() }
            }
        }

        /// Calls the echo for twenty packets: the descriptors that the daemon had open meanwhile.
        @discardableResult
        private static func echo(through daemon: Daemon) async throws -> Set<Int> {
            let receiver = try RTPReceiver()
            let caller = try Caller(.udp, to: daemon)
            let answer = try await caller.call("echo", sdp: Caller.sdp(port: receiver.port))
            let port = try #require(answer.mediaPort)
            for index in 0..<20 as Range<UInt16> {
                let payload = (0..<160).map { _ in UInt8.random(in: 0 ... .max) }
                let packet = RTPPacket.bytes(
                    sequence: index, timestamp: UInt32(index) * 160, ssrc: 0x1234_5678, payload: payload)
                receiver.socket.send(packet, to: port)
                #expect(await receiver.packets.take()?.payload == payload)
            }
            let open = descriptors(of: daemon)
            try await caller.hangUp(answer, user: "echo")
            let end = try await daemon.event("call_ended", callID: caller.callID)
            #expect(end["packets_received"] == "20" && end["packets_sent"] == "20", "\(end.fields)")
            return open
        }

        private static func descriptors(of daemon: Daemon) -> Set<Int> {
            let directory = "/proc/\(daemon.program.processID)/fd"
            return Set((try? FileManager.default.contentsOfDirectory(atPath: directory))?.compactMap(Int.init) ?? [])
        }

        /// Sets how many descriptors it may have, by prlimit(1).
        private static func limit(_ daemon: Daemon, to count: Int) async throws {
            let program = try Program(
                "/usr/bin/prlimit", ["--pid", "\(daemon.program.processID)", "--nofile=\(count):"])
            #expect(await program.exits.take() == 0, "\(program.transcript)")
        }
    }
}
