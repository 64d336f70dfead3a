import Foundation
import Glibc
import Media
import Networking
import Testing
import UserAgent

@testable import Operations

/// A server of the test's own, with parts that answer at once.
private struct Served {
    let service: HTTPService
    let probe: ServiceProbe

    init(_ settings: [String] = [], token: BearerToken? = nil, port: UInt16 = 0) async throws {
        let parts = ServiceParts(
            signalling: { $0(UserAgentFigures()) }, workers: { _ in }, media: { MediaStatistics() }, calls: .none)
        // Other tests may keep a machine busy for long.
        probe = ServiceProbe(parts, maximumCalls: 1, patience: .seconds(60))
        probe.enter(.running)
        let http = try Settings(overrides: ["http.port=\(port)", "http.request_timeout_seconds=60"] + settings).http
        service = try await HTTPService(http, token: token, probe: probe, log: EventLog(LogOutput(Settings.Log())))
    }

    /// What comes for some bytes, up to the end of the connection.
    func exchange(_ text: String) async -> String {
        let port = service.listener.port
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let socket = Client(port)
                socket.send(text)
                continuation.resume(returning: socket.receive())
            }
        }
    }

    func status(_ path: String, _ headers: String = "") async -> String {
        let text = await exchange("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(headers)\r\n")
        return String(text.dropFirst("HTTP/1.1 ".count).prefix(3))
    }
}

/// A blocking connection to 127.0.0.1.
private final class Client: Sendable {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)

    init(_ port: UInt16) {
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        _ = SocketAddress.loopback(.ipv4, port: port).withSockaddr { connect(descriptor, $0, $1) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func receive() -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[..<count]
        }
    }
}

@Suite("HTTPService: the server itself")
struct HTTPServiceTests {
    @Test("many clients at once are answered, each with its own")
    func many() async throws {
        let served = try await Served()
        #expect(served.service.listener.port != 0 && served.service.listener.transport == "http")
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                let (path, status) = [("/live", "200"), ("/nothing", "404"), ("/metrics", "200")][index % 3]
                group.addTask { await served.status(path) == status }
            }
            for await isRight in group { #expect(isRight) }
        }
        await served.service.stop()
    }

    @Test("another token is demanded from the next request on")
    func token() async throws {
        let (first, second) = ("0123456789abcdef", "fedcba9876543210")
        let served = try await Served(token: try BearerToken(contents: Array(first.utf8)))
        #expect(await served.status("/live") == "401")
        #expect(await served.status("/live", "Authorization: Bearer \(first)\r\n") == "200")
        served.service.useToken(try BearerToken(contents: Array(second.utf8)))
        #expect(await served.status("/live", "Authorization: Bearer \(first)\r\n") == "401")
        #expect(await served.status("/live", "Authorization: Bearer \(second)\r\n") == "200")
        served.service.useToken(nil)
        #expect(await served.status("/live") == "200")
        await served.service.stop()
    }

    @Test("a port that is taken is told")
    func takenPort() async throws {
        let served = try await Served()
        let port = served.service.listener.port
        let error = await #expect(throws: HTTPServiceError.self) { _ = try await Served(port: port) }
        #expect(error?.description == "http 127.0.0.1:\(port): bind: Address already in use (errno 98)")
        await served.service.stop()
    }

    @Test("it stops at once although clients are idle, slow, or in the middle of a body")
    func stop() async throws {
        let served = try await Served(["http.request_timeout_seconds=300"])
        let port = served.service.listener.port
        let clients = ["", "GET /li", "GET /live HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"].map { text in
            let client = Client(port)
            client.send(text)
            return client
        }
        // The three are with the server once a later one is answered.
        #expect(await served.status("/live") == "200")
        let start = ContinuousClock.now
        await served.service.stop()
        // Far below the time for a request; the other tests leave this one little of the machine.
        #expect(ContinuousClock.now - start < .seconds(60))
        withExtendedLifetime(clients) {}
    }
}
