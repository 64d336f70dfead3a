import Foundation
import Testing

/// TLS for a peer that has none: what comes to a port by TCP goes to the daemon on one connection of TLS, and back.
struct SecureTunnel {
    let program: Program
    /// Where to connect to.
    let port: UInt16
    /// Where the daemon sees the peer.
    let source: UInt16

    static let python = Program.find("python3")

    init(to daemon: Daemon, _ files: TLSFiles) async throws {
        let script = try #require(Bundle.module.path(forResource: "Peers/tunnel", ofType: "py"))
        let port = try await files.port(daemon)
        program = try Program(try #require(Self.python), [script, "\(port)", files.path("server.pem")])
        let line = await program.line(within: .seconds(30), containing: "ports ")
        let ports = try #require(line, "\(program.transcript)").text.split(separator: " ").compactMap { UInt16($0) }
        try #require(ports.count == 2)
        (self.port, source) = (ports[0], ports[1])
    }

    /// A scenario of SIPp for TCP as one whose Via and Contact name TLS and where the daemon sees it.
    func scenario(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8).replacingOccurrences(of: "[transport]", with: "TLS")
            .replacingOccurrences(of: "[local_port]", with: "\(source)")
    }
}
