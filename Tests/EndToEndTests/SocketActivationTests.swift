import Foundation
import Testing

extension EndToEnd {
    @Suite("Sockets that systemd has bound (sd_listen_fds(3))")
    struct SocketActivationTests {
        /// Starts the daemon with sockets, as systemd does.
        /// - Parameter waits: whether it is started only when the program gets a line.
        private static func start(_ sockets: [String], _ settings: [String], waits: Bool = false) throws -> Program {
            let script = try #require(Bundle.module.path(forResource: "activate", ofType: "py", inDirectory: "Peers"))
            let python = try #require(Program.find("python3"))
            let all = ["sip.bind_address=127.0.0.1", "log.format=json"] + settings
            let program = try Program(
                python, [script] + sockets + ["--", Daemon.path, "run"] + all.flatMap { ["--set", $0] })
            if !waits { program.write("go") }
            return program
        }

        private static func port(_ name: String, _ program: Program) async throws -> UInt16 {
            let line = await program.lines.take { $0.text.hasPrefix(name + " ") }
            return try #require(line.flatMap { UInt16($0.text.dropFirst(name.count + 1)) }, "\(program.transcript)")
        }

        @Test("OPTIONS is answered on the UDP and TCP sockets that were passed, and /health on that of HTTP")
        func serves() async throws {
            let program = try Self.start(
                ["sip-udp=udp:127.0.0.1:0", "milliwattd.socket=tcp:127.0.0.1:same", "http=tcp:127.0.0.1:0"],
                ["sip.port=0", "http.port=0"])
            do {
                let (udp, http) = (try await Self.port("sip-udp", program), try await Self.port("http", program))
                try #require(await program.line(containing: "service_ready") != nil, "\(program.transcript)")
                for transport in [Caller.Transport.udp, .tcp] {
                    let caller = try Caller(transport, toPort: udp)
                    caller.send(caller.request("OPTIONS"))
                    #expect(try await caller.final("OPTIONS").status == 200)
                }
                let answer = try await HTTPPeer.ask(http, "/health").text
                #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains(#""port": \#(http)"#), "\(answer)")
                #expect(await program.stop() == 0, "\(program.transcript)")
            } catch {
                await program.stop()
                throw error
            }
        }

        @Test("a call that came before the daemon is told an address that it can send to")
        func early() async throws {
            let program = try Self.start(
                ["sip-udp=udp:0.0.0.0:0"],
                ["sip.bind_address=0.0.0.0", "sip.port=0", "sip.transports=udp", "http.enabled=false"], waits: true)
            do {
                let caller = try Caller(.udp, toPort: try await Self.port("sip-udp", program))
                caller.send(caller.request("INVITE", body: CallTests.sdp))
                program.write("go")
                let answer = try await caller.final("INVITE")
                caller.acknowledge(answer)
                #expect(answer.status == 200 && answer.text.contains("\r\nc=IN IP4 127.0.0.1\r\n"), "\(answer)")
                #expect(answer.contactURI?.contains("127.0.0.1:") == true, "\(answer)")
                #expect(await program.stop() == 0)
            } catch {
                await program.stop()
                throw error
            }
        }

        @Test("a socket of a transport that is switched off is closed")
        func unused() async throws {
            let program = try Self.start(
                ["sip-udp=udp:127.0.0.1:0", "sip-tls=tcp:127.0.0.1:0", "http=tcp:127.0.0.1:0"],
                ["sip.port=0", "sip.transports=udp", "http.enabled=false"])
            do {
                let ports = [try await Self.port("sip-tls", program), try await Self.port("http", program)]
                try #require(await program.line(containing: "service_ready") != nil, "\(program.transcript)")
                for port in ports { #expect(throws: (any Error).self) { try Caller(.tcp, toPort: port) } }
                #expect(await program.stop() == 0)
            } catch {
                await program.stop()
                throw error
            }
        }

        @Test(
            "a socket that the settings do not name, or of a wrong kind or name, ends the start with 78",
            arguments: [
                ("sip-udp=udp:127.0.0.1:0", "sip-udp is bound to 127.0.0.1:"),
                ("sip-udp=tcp:127.0.0.1:0", "sip-udp is no datagram socket of the Internet"),
                (
                    "sip=udp:127.0.0.1:0",
                    "a socket has the name \"sip\", which is none of sip-udp, sip-tcp, sip-tls, http"
                ),
            ])
        func mismatch(socket: String, reason: String) async throws {
            let program = try Self.start([socket], ["sip.port=5999", "http.enabled=false"])
            #expect(await program.exits.take() == 78, "\(program.transcript)")
            #expect(program.transcript.contains("milliwattd: socket activation: \(reason)"), "\(program.transcript)")
        }

        @Test(
            "systemd-socket-activate's sockets are taken too",
            .enabled(if: Program.find("systemd-socket-activate") != nil))
        func systemd() async throws {
            let tool = try #require(Program.find("systemd-socket-activate"))
            let port = try FreePort.tcp()
            let program = try Program(
                tool,
                [
                    "-l", "127.0.0.1:\(port)", "--fdname=sip-tcp", Daemon.path, "run", "--set", "sip.transports=tcp",
                    "--set", "sip.bind_address=127.0.0.1", "--set", "sip.port=\(port)", "--set", "http.enabled=false",
                ])
            do {
                try #require(await program.line(containing: "Listening on") != nil, "\(program.transcript)")
                // The first connection starts the daemon.
                let caller = try Caller(.tcp, toPort: port)
                caller.send(caller.request("OPTIONS"))
                #expect(try await caller.final("OPTIONS").status == 200, "\(program.transcript)")
                #expect(await program.stop() == 0)
            } catch {
                await program.stop()
                throw error
            }
        }
    }
}

/// A port that was free a moment ago.
private enum FreePort {
    static func tcp() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { throw SpawnError(path: "bind", code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
