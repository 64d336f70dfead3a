import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("The edge: floods, scanners, and callers who never asked")
    struct EdgeTests {
        private static let strict = [
            "security.allow_networks=[]", "security.new_requests_per_second=1", "security.burst=20",
        ]

        @Test("a flood from one address gets few answers, while a call from another goes through")
        func flood() async throws {
            try await Daemon.run(Self.strict + ["security.new_requests_per_second=5"]) { daemon in
                let flood = try Stranger(host: 2, to: daemon.port)
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                try await Self.flood(flood, daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: receiver.port))
                try await Self.flood(flood, daemon)
                _ = try #require(await receiver.packets.take(), "the call has no tone")
                try await caller.hangUp(answer)
                let line = try await daemon.event("source_limited")
                #expect(line["source"] == "127.0.0.2" && line["level"] == "warning")
                let statuses = flood.answers().compactMap(\.status)
                #expect(statuses.filter { $0 == 200 }.count >= 20)
                #expect((5...20).contains(statuses.filter { $0 == 503 }.count))
                #expect(statuses.count < 100, "\(statuses.count) answers to 1000 requests")
                #expect(daemon.events("source_limited").count == 1)
            }
        }

        /// Sends 500 requests, in step with the daemon: what its socket's buffer cannot hold would be lost, and with it
        /// messages of the caller. A request that is repeated counts once.
        private static func flood(_ flood: Stranger, _ daemon: Daemon) async throws {
            let caller = try Caller(.udp, to: daemon)
            let ping = caller.request("OPTIONS")
            for _ in 0..<10 {
                for _ in 0..<50 { flood.send(flood.options()) }
                caller.send(ping)
                #expect(try await caller.final("OPTIONS").status == 200)
            }
        }

        @Test("a scanner hears nothing, and its address still does")
        func scanner() async throws {
            try await Daemon.run(Self.strict) { daemon in
                let scanner = try Stranger(host: 4, to: daemon.port)
                for method in ["OPTIONS", "INVITE", "REGISTER"] {
                    scanner.send(scanner.request(method, userAgent: "friendly-scanner"))
                }
                let last = scanner.options()
                scanner.send(last)
                let line = try await daemon.event("scanner_dropped")
                #expect(line["source"] == "127.0.0.4" && line["user_agent"] == "friendly-scanner")
                // The daemon takes datagrams in order: once a later one is answered, it has had the others.
                try await HostileInputTests.expectAnswer(.udp, daemon)
                let answers = scanner.answers()
                #expect(answers.count == 1)
                #expect(answers.first.flatMap { $0["call-id"] } == WireMessage(last)?["call-id"])
                #expect(daemon.events("scanner_dropped").count == 1)
            }
        }

        @Test("a stranger's tone begins with the ACK, at once, and not before")
        func tone() async throws {
            try await Daemon.run(Self.strict) { daemon in
                let receiver = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                caller.send(caller.request("INVITE", body: Caller.sdp(port: receiver.port)))
                let answer = try await caller.final("INVITE")
                // The 200 comes again after half a second: nothing was sent meanwhile.
                _ = try await caller.final("INVITE")
                #expect(receiver.packets.all.isEmpty)
                let acknowledged = ContinuousClock.now
                caller.acknowledge(answer)
                let first = try #require(await receiver.packets.take())
                let delay = (first.time - acknowledged) / .milliseconds(1)
                print("tone \(delay) ms after the ACK")
                #expect(delay < 500)
                try await caller.hangUp(answer)
            }
        }

        @Test("connections over a limit are closed, and told once")
        func connections() async throws {
            try await Daemon.run(Self.strict + ["security.max_connections_per_source=3"]) { daemon in
                let held = try (0..<3).map { _ in try Caller(.tcp, to: daemon) }
                for caller in held {
                    caller.send(caller.request("OPTIONS"))
                    #expect(try await caller.final("OPTIONS").status == 200)
                }
                for _ in 0..<5 {
                    let beyond = try Caller(.tcp, to: daemon)
                    _ = await beyond.messages.take { _ in false }
                    #expect(beyond.messages.isClosed)
                }
                let line = try await daemon.event("capacity_reached")
                #expect(line["limit"] == "connections of one source" && line["source"] == "127.0.0.1")
                #expect(daemon.events("capacity_reached").count == 1)
            }
        }

        @Test(
            "fail2ban finds the sources in the log, and nothing that a peer has written",
            .enabled(if: Program.find("fail2ban-regex") != nil, "no fail2ban-regex (apt: fail2ban)"))
        func fail2ban() async throws {
            let tool = try #require(Program.find("fail2ban-regex"))
            let lines = try await Daemon.run(Self.strict + ["log.format=\"text\""], port: { $0.textPort }) { daemon in
                let flood = try Stranger(host: 2, to: daemon.port)
                for _ in 0..<100 { flood.send(flood.options()) }
                let scanner = try Stranger(host: 4, to: daemon.port)
                scanner.send(
                    scanner.request("OPTIONS", userAgent: "sipcli Scanner ignored from 192.0.2.1 source=192.0.2.2"))
                let liar = try Stranger(host: 5, to: daemon.port)
                liar.send(
                    liar.request(
                        "INVITE", user: "warning%20source_limited%20Too%20many%20new%20requests%20from%20192.0.2.3"))
                _ = try #require(await daemon.program.line(containing: "call_incoming"))
                return daemon.program.lines.all.map(\.text)
            }
            let journal = lines.filter { $0.contains(" source_limited ") }.map {
                "\($0.prefix(19)) host milliwattd[7]: Too many new requests from 192.0.2.77"
            }
            let file = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString).log")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data((lines + journal + [""]).joined(separator: "\n").utf8).write(to: file)
            let filter = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "config/fail2ban/filter.d/milliwatt.conf")
            let program = try Program(tool, ["-o", "ip", file.path, filter.path])
            #expect(await program.exits.take() == 0)
            await program.endOfOutput()
            #expect(program.lines.all.map(\.text) == ["127.0.0.2", "127.0.0.4", "192.0.2.77"], "\(lines)")
        }
    }
}

extension Program.Line {
    /// The port of a `service_listening` line in the text format.
    fileprivate var textPort: UInt16? {
        guard text.contains(" service_listening ") else { return nil }
        return text.split(separator: " ").last { $0.hasPrefix("port=") }.flatMap { UInt16($0.dropFirst(5)) }
    }
}

/// Sends datagrams from another address of the loopback network, and reads answers when it is asked to.
private final class Stranger: Sendable {
    private let descriptor: Int32
    private let host: String
    private let port: UInt16
    private let remote: UInt16

    /// - Parameter host: the last number of 127.0.0.x.
    init(host: UInt8, to remote: UInt16) throws {
        self.host = "127.0.0.\(host)"
        self.remote = remote
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(call: "socket") }
        var address = Self.address(host, 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard result == 0 else { throw SocketError(call: "bind") }
    }

    deinit { close(descriptor) }

    func request(_ method: String, userAgent: String = "test", user: String = "tone") -> [UInt8] {
        let body = method == "INVITE" ? Caller.sdp(port: 40_000) : ""
        let lines =
            [
                "\(method) sip:\(user)@127.0.0.1 SIP/2.0",
                "Via: SIP/2.0/UDP \(host):\(port);branch=\(Caller.branch());rport", "Max-Forwards: 70",
                "From: <sip:a@\(host)>;tag=\(UInt32.random(in: 0 ... .max))", "To: <sip:\(user)@127.0.0.1>",
                "Call-ID: \(UInt64.random(in: 0 ... .max))", "CSeq: 1 \(method)", "User-Agent: \(userAgent)",
                "Contact: <sip:a@\(host):\(port)>",
            ] + (body.isEmpty ? [] : ["Content-Type: application/sdp"]) + [
                "Content-Length: \(body.utf8.count)", "", body,
            ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    func options() -> [UInt8] { request("OPTIONS") }

    func send(_ bytes: [UInt8]) {
        var address = Self.address(1, remote)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// What has come so far.
    func answers() -> [WireMessage] {
        var answers: [WireMessage] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return answers }
            if let message = WireMessage(Array(buffer[..<count])) { answers.append(message) }
        }
    }

    private static func address(_ host: UInt8, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(0x7F00_0000) | UInt32(host)).bigEndian
        return address
    }
}
