import Foundation
import Testing

/// TLS for a peer that has none: what comes to a port by TCP goes to the daemon on one connection of TLS, and back.
struct SecureTunnel {
    /// Where to connect to.
    let port: UInt16
    /// Where the daemon sees the peer.
    let source: UInt16

    /// Has one for as long as the body runs, and ends it whatever becomes of that.
    static func run(to daemon: Daemon, _ files: TLSFiles, _ body: (SecureTunnel) async throws -> Void) async throws {
        let script = try #require(Bundle.module.path(forResource: "Peers/tunnel", ofType: "py"))
        let python = try #require(Program.find("python3"))
        let port = try await files.port(daemon)
        let program = try Program(python, [script, "\(port)", files.path("server.pem")])
        do {
            let line = await program.line(within: .seconds(30), containing: "ports ")
            let ports = try #require(line, "\(program.transcript)").text.split(separator: " ").compactMap { UInt16($0) }
            try #require(ports.count == 2)
            try await body(SecureTunnel(port: ports[0], source: ports[1]))
            await program.stop()
        } catch {
            await program.stop()
            throw error
        }
    }

    /// A scenario of SIPp for TCP as one whose Via and Contact name TLS and where the daemon sees it.
    func scenario(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8).replacingOccurrences(of: "[transport]", with: "TLS")
            .replacingOccurrences(of: "[local_port]", with: "\(source)")
    }
}
