import Foundation
import Testing

/// A connection to the daemon's HTTP server that sends exactly the bytes that a test asks for.
final class HTTPPeer: Sendable {
    /// A response as it came, taken apart by splitting and nothing else.
    struct Response: Sendable {
        let text: String
        var status: Int? { Int(text.split(separator: " ").dropFirst().first ?? "") }
        var body: String { text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
        }

        subscript(name: String) -> String? {
            text.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { $0.dropFirst(name.count + 1).trimmed }
        }
    }

    private let chunks: Mailbox<[UInt8]>
    private let socket: StreamSocket

    init(to port: UInt16) throws {
        let chunks = Mailbox<[UInt8]>()
        self.chunks = chunks
        socket = try StreamSocket(to: port) { bytes in
            if bytes.isEmpty { chunks.close() } else { chunks.put(bytes) }
        }
    }

    /// Whether the daemon has closed it.
    var isClosed: Bool { chunks.isClosed }

    func send(_ text: String) { socket.send(Array(text.utf8)) }

    /// Everything that comes until the daemon closes the connection, which it must in time.
    func end(within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation) async -> String {
        _ = await chunks.take(within: limit) { _ in false }
        #expect(chunks.isClosed, "the connection is still open", sourceLocation: sourceLocation)
        return String(decoding: chunks.all.flatMap(\.self), as: UTF8.self)
    }

    /// The next bytes, which must come in time.
    func next(sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let bytes = try #require(await chunks.take(), "nothing came", sourceLocation: sourceLocation)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One request on a connection of its own.
    static func ask(
        _ port: UInt16, _ target: String, method: String = "GET", headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Response {
        let peer = try HTTPPeer(to: port)
        let lines = ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers + ["", ""]
        peer.send(lines.joined(separator: "\r\n"))
        return Response(text: await peer.end(sourceLocation: sourceLocation))
    }
}

extension Daemon {
    /// Settings that switch HTTP on, at a port that the system picks.
    static let http = ["http.enabled=true", "http.port=0"]

    /// The port of HTTP.
    func httpPort(sourceLocation: SourceLocation = #_sourceLocation) async throws -> UInt16 {
        if events("service_ready").isEmpty { _ = try await event("service_ready", sourceLocation: sourceLocation) }
        let entry = events("service_listening").first { $0["transport"] == "http" }
        return try #require(entry?["port"].flatMap(UInt16.init), sourceLocation: sourceLocation)
    }
}
