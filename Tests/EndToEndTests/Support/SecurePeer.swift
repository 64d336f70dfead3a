import Foundation
import Testing

/// The program `openssl`.
enum OpenSSL {
    static let path = Program.find("openssl")
}

/// Certificates that sign themselves, good for this machine, in a folder that goes with the object.
final class TLSFiles: Sendable {
    let directory: URL

    init(_ names: String...) async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for name in names {
            let program = try Program(
                try #require(OpenSSL.path),
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-subj", "/CN=\(name)",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
                ])
            try #require(await program.exits.take() == 0, "\(program.transcript)")
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// Settings for UDP, TCP and TLS with the certificate `server`.
    var settings: [String] {
        [
            "sip.transports=udp,tcp,tls", "sip.tls_port=0", "sip.tls_certificate=\(path("server.pem"))",
            "sip.tls_key=\(path("server.key"))",
        ]
    }

    /// A certificate as it stands in its file.
    func certificate(_ name: String) -> [String] {
        let text = (try? String(contentsOfFile: path("\(name).pem"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// Puts another certificate and key in the place of one.
    func replace(_ name: String, by other: String) throws {
        for suffix in [".pem", ".key"] {
            let contents = try Data(contentsOf: URL(fileURLWithPath: path(other + suffix)))
            try contents.write(to: URL(fileURLWithPath: path(name + suffix)))
        }
    }

    /// The port of TLS that a daemon listens on.
    func port(_ daemon: Daemon) async throws -> UInt16 {
        if daemon.events("service_ready").isEmpty { _ = try await daemon.event("service_ready") }
        let entry = daemon.events("service_listening").first { $0["transport"] == "tls" }
        return try #require(entry?["port"].flatMap(UInt16.init), "\(daemon.program.transcript)")
    }

    /// A connection to a daemon.
    func connect(_ daemon: Daemon, _ arguments: String..., host: String = "127.0.0.1") async throws -> SecurePeer {
        try await connect(daemon, arguments, host: host)
    }

    /// A connection to a daemon.
    func connect(_ daemon: Daemon, _ arguments: [String], host: String = "127.0.0.1") async throws -> SecurePeer {
        let port = try await port(daemon)
        return try SecurePeer(host, port, arguments)
    }
}

/// A SIP user agent of a few lines that speaks through `openssl s_client`, which writes each line as a record.
struct SecurePeer: Sendable {
    let program: Program
    let host: String
    let port: UInt16
    private let callID = UUID().uuidString

    init(_ host: String, _ port: UInt16, _ arguments: [String]) throws {
        (self.host, self.port) = (host, port)
        let path = try #require(OpenSSL.path)
        program = try Program(
            path, ["s_client", "-connect", "\(host):\(port)", "-crlf", "-ign_eof"] + arguments)
    }

    /// The certificate that the daemon showed, as a file has it.
    var certificate: [String] {
        let lines = program.lines.all.map(\.text)
        guard let first = lines.firstIndex(of: "-----BEGIN CERTIFICATE-----"),
            let last = lines.firstIndex(of: "-----END CERTIFICATE-----")
        else { return [] }
        return Array(lines[first...last])
    }

    func options(length: String = "0") {
        send("OPTIONS", sequence: 1, length: length)
    }

    func expectAnswer(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        options()
        #expect(
            await program.line(containing: "SIP/2.0 200") != nil, "\(program.transcript)",
            sourceLocation: sourceLocation)
    }

    /// Places a call as far as its ACK.
    func call() async throws {
        let family = host.hasPrefix("[") ? "IP6 ::1" : "IP4 127.0.0.1"
        let body = [
            "v=0", "o=test 1 1 IN \(family)", "s=-", "c=IN \(family)", "t=0 0", "m=audio 40000 RTP/AVP 0 8",
        ]
        send("INVITE", sequence: 1, headers: ["Content-Type: application/sdp"], body: body)
        try #require(await program.line(containing: "SIP/2.0 200") != nil, "\(program.transcript)")
        // The last line of the answer, so that all of its header is there.
        try #require(await program.line(containing: "m=audio") != nil, "\(program.transcript)")
        send("ACK", sequence: 1, toTag: tag)
    }

    /// Hangs up, and expects 200.
    func hangUp() async throws {
        send("BYE", sequence: 2, toTag: tag)
        try #require(await program.line(containing: "CSeq: 2 BYE") != nil, "\(program.transcript)")
    }

    func close() async { await program.stop() }

    private var tag: String? {
        program.lines.all.last { $0.text.hasPrefix("To: ") && $0.text.contains(";tag=") }
            .flatMap { $0.text.split(separator: "tag=").last.map(String.init) }
    }

    private func send(
        _ method: String, sequence: Int, toTag: String? = nil, length: String? = nil, headers: [String] = [],
        body: [String] = []
    ) {
        let bytes = body.reduce(0) { $0 + $1.utf8.count + 2 }
        let lines =
            [
                "\(method) sip:tone@\(host):\(port);transport=tls SIP/2.0",
                "Via: SIP/2.0/TLS \(host):5061;branch=\(Caller.branch());rport",
                "Max-Forwards: 70", "From: <sip:test@\(host)>;tag=peer",
                "To: <sip:tone@\(host)>" + (toTag.map { ";tag=\($0)" } ?? ""), "Call-ID: \(callID)",
                "CSeq: \(sequence) \(method)", "Contact: <sip:test@\(host):5061;transport=tls>",
            ] + headers + ["Content-Length: \(length ?? "\(bytes)")", ""] + body
        for line in lines { program.write(line) }
    }
}
