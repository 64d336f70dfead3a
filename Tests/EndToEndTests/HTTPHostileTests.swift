import Foundation
import Testing

extension EndToEnd {
    @Suite("Hostile HTTP clients: bounded, and calls never notice")
    struct HTTPHostileTests {
        private static let settings = Daemon.http + ["http.request_timeout_seconds=1", "http.max_connections=16"]
        fileprivate static let request = "GET /live HTTP/1.1\r\nHost: x\r\n"

        /// By name, since the framework prints arguments.
        enum Attack: String, CaseIterable, Sendable {
            case garbage, methodAlone, otherProtocol, lengthOfLetters, noColon, hugeLength, longBody, longField
            case manyFields, endlessTarget

            var bytes: String {
                switch self {
                case .garbage: "\u{16}\u{3}\u{1} what is this?\r\n\r\n"
                case .methodAlone: "GET\r\n\r\n"
                case .otherProtocol: "GET /live SIP/2.0\r\n\r\n"
                case .lengthOfLetters: HTTPHostileTests.request + "Content-Length: many\r\n\r\n"
                case .noColon: HTTPHostileTests.request + "no colon\r\n\r\n"
                case .hugeLength: HTTPHostileTests.request + "Content-Length: 99999999999999999999999\r\n\r\n"
                case .longBody: HTTPHostileTests.request + "Content-Length: 65537\r\n\r\n"
                case .longField: HTTPHostileTests.request + "X: \(String(repeating: "a", count: 8193))\r\n\r\n"
                case .manyFields: HTTPHostileTests.request + String(repeating: "A: b\r\n", count: 101) + "\r\n"
                case .endlessTarget: "GET /\(String(repeating: "a", count: 100_000))"
                }
            }

            var status: Int {
                switch self {
                case .garbage, .methodAlone, .otherProtocol, .lengthOfLetters, .noColon, .hugeLength: 400
                case .longBody: 413
                case .longField, .manyFields, .endlessTarget: 431
                }
            }
        }

        @Test(
            "what is no request, is too long or has too long a body gets its error as JSON, and the connection ends",
            arguments: Attack.allCases)
        func refused(_ attack: Attack) async throws {
            try await Daemon.run(Self.settings) { daemon in
                let peer = try HTTPPeer(to: try await daemon.httpPort())
                peer.send(attack.bytes)
                let response = HTTPPeer.Response(text: await peer.end())
                #expect(response.status == attack.status, "\(response.text)")
                #expect(response["Content-Type"] == "application/json" && response.json["error"] is String)
                #expect(response["Connection"] == "close")
                #expect(try await HTTPPeer.ask(try await daemon.httpPort(), "/live").status == 200)
            }
        }

        @Test("a client that says nothing, or a head or body drop by drop, is closed after the time for a request")
        func slow() async throws {
            try await Daemon.run(Self.settings) { daemon in
                let port = try await daemon.httpPort()
                let start = ContinuousClock.now
                let silent = try HTTPPeer(to: port)
                let slowHead = try HTTPPeer(to: port)
                slowHead.send(Self.request)
                let slowBody = try HTTPPeer(to: port)
                slowBody.send(Self.request + "Transfer-Encoding: chunked\r\n\r\n")
                #expect(try await slowBody.next().hasPrefix("HTTP/1.1 200"))
                // A drop each 20 ms, as `eventually` looks.
                let areClosed = await eventually {
                    slowHead.send("A: b\r\n")
                    slowBody.send("1\r\nx\r\n")
                    return silent.isClosed && slowHead.isClosed && slowBody.isClosed
                }
                #expect(areClosed)
                let took = ContinuousClock.now - start
                #expect(took > .milliseconds(900) && took < .seconds(3), "\(took)")
            }
        }

        @Test("a body without end is cut off")
        func endlessBody() async throws {
            try await Daemon.run(Daemon.http + ["http.request_timeout_seconds=300"]) { daemon in
                let port = try await daemon.httpPort()
                let peer = try StalledPeer(to: port)
                peer.send(Self.request + "Transfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\n")
                let part = String(repeating: "x", count: 0x4000)
                let isCutOff = await eventually {
                    peer.fill(with: part)
                    return peer.isBroken
                }
                #expect(isCutOff)
                #expect(try await HTTPPeer.ask(port, "/live").status == 200)
            }
        }

        @Test("a client that takes no response is closed after the time for a request")
        func unread() async throws {
            try await Daemon.run(Self.settings) { daemon in
                let port = try await daemon.httpPort()
                let peer = try StalledPeer(to: port)
                // As many as the kernel takes: the daemon reads no more of them while it cannot answer.
                peer.fill(with: "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                let state = try #require(ProcessState(of: daemon.program.processID))
                #expect(state.residentKiB < 120_000, "\(state)")
                #expect(await eventually { peer.isBroken })
                #expect(try await HTTPPeer.ask(port, "/live").status == 200)
            }
        }

        @Test("requests that are sent together are answered in order, those before a bad one too")
        func pipelining() async throws {
            try await Daemon.run(Self.settings) { daemon in
                let peer = try HTTPPeer(to: try await daemon.httpPort())
                let paths = ["/live", "/nothing", "/ready"]
                let all = (0..<30).map { "GET \(paths[$0 % 3]) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
                peer.send(all + "nonsense\r\n\r\n")
                let text = await peer.end()
                let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { Int($0.prefix(3)) }
                #expect(statuses == (0..<30).map { $0 % 3 == 1 ? 404 : 200 } + [400])
            }
        }

        @Test("idle connections keep nobody out and take no more descriptors than the limit lets them")
        func idle() async throws {
            // So long that it is not the time which makes room.
            let settings = Daemon.http + ["http.request_timeout_seconds=300", "http.max_connections=16"]
            try await Daemon.run(settings) { daemon in
                let port = try await daemon.httpPort()
                let before = try #require(ProcessState(of: daemon.program.processID))
                let idle = try (0..<200).map { _ in try HTTPPeer(to: port) }
                #expect(try await HTTPPeer.ask(port, "/live").status == 200)
                #expect(await eventually { idle.filter(\.isClosed).count >= 184 })
                // The newest stay: the oldest had to go.
                #expect(idle.suffix(10).allSatisfy { !$0.isClosed })
                let during = try #require(ProcessState(of: daemon.program.processID))
                // A few are not the clients'.
                #expect(during.descriptors < before.descriptors + 24, "\(before) \(during)")
            }
        }

        @Test(
            "ten thousand bad requests do nothing to a call or to signalling, and afterwards nothing is left of them",
            .enabled(if: Program.find("python3") != nil, "no python3"))
        func beside() async throws {
            let python = try #require(Program.find("python3"))
            let token = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: token) }
            let isMade = FileManager.default.createFile(
                atPath: token.path, contents: Data(Self.secret.utf8), attributes: [.posixPermissions: 0o600])
            try #require(isMade)
            let settings = ["http.token_file=\(token.path)", "behavior.tone_duration_seconds=0"]
            try await Daemon.run(Daemon.http + settings) { daemon in
                let port = try await daemon.httpPort()
                let stream = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: stream.port))
                // The first of each kind take memory that stays.
                _ = try await PythonPeer.run("http_flood", by: python, ["\(port)", "400", "8"], within: .seconds(60))
                let before = try #require(ProcessState(of: daemon.program.processID))
                let flood = Task {
                    try await PythonPeer.run(
                        "http_flood", by: python, ["\(port)", "10000", "8"], within: .seconds(120))
                }
                let options = try Caller(.udp, to: daemon)
                for sequence in 1...20 {
                    options.send(options.request("OPTIONS", sequence: sequence))
                    #expect(try await options.final("OPTIONS", within: .seconds(5)).status == 200)
                    for _ in 0..<5 { try #require(await stream.packets.take() != nil) }
                }
                let results = try JSONDecoder().decode([String: Int].self, from: Data(try await flood.value.utf8))
                #expect(results == ["400": 2500, "431": 2500, "401": 2500, "unfinished": 2500])
                try await caller.hangUp(answer)
                let sequence = stream.packets.all.map(\.sequence)
                #expect(zip(sequence, sequence.dropFirst()).allSatisfy { $0 &+ 1 == $1 }, "a packet is missing")
                let process = daemon.program.processID
                #expect(await eventually { (ProcessState(of: process)?.descriptors ?? .max) <= before.descriptors })
                let after = try #require(ProcessState(of: process))
                #expect(after.residentKiB < before.residentKiB + 8192, "\(before) \(after)")
                try await Self.compare(results, port)
            }
        }

        private static let secret = "0123456789abcdef"

        /// What the daemon has counted is what came back, the first four hundred included.
        private static func compare(_ results: [String: Int], _ port: UInt16) async throws {
            let page = try await HTTPPeer.ask(port, "/metrics", headers: ["Authorization: Bearer \(secret)"]).body
            for (name, status) in [("other", "400"), ("other", "431"), ("/live", "401")] {
                let count = (results[status] ?? 0) + 100
                let line = "milliwatt_http_requests_total{path=\"\(name)\",status=\"\(status)\"} \(count)"
                #expect(page.contains("\n\(line)\n"), "\(line)")
            }
        }
    }
}

/// A connection whose owner sends and never reads.
private final class StalledPeer: Sendable {
    private let descriptor: Int32

    init(to port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = LoopbackSocket.address(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard descriptor >= 0, result == 0 else { throw SocketError(call: "connect") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    /// Sends a text again and again, as long as the kernel takes it.
    func fill(with text: String) {
        let bytes = Array(text.utf8)
        while Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) == bytes.count {}
    }

    /// Whether the daemon has closed it, which the kernel tells without reading.
    var isBroken: Bool {
        var watched = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&watched, 1, 0) > 0 && watched.revents & Int16(POLLHUP | POLLERR) != 0
    }
}
