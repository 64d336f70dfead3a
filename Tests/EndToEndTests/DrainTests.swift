import Foundation
import Testing

extension EndToEnd {
    @Suite("milliwattd drain, and the file that names the daemon")
    struct DrainTests {
        /// The command, and how it ends.
        private static func drain(_ arguments: String...) throws -> Program {
            try Program(Daemon.path, ["drain"] + arguments)
        }

        private static func temporaryPath() -> String {
            FileManager.default.temporaryDirectory.appendingPathComponent("milliwatt-\(UUID().uuidString).pid").path
        }

        @Test("without a time in the settings calls go on until they end, new ones get 503, then all exit with 0")
        func waits() async throws {
            let file = Self.temporaryPath()
            try await Daemon.run(arguments: ["--pid-file", file], stops: false) { daemon in
                _ = try await daemon.event("service_ready")
                let (caller, late) = (try Caller(.udp, to: daemon), try Caller(.udp, to: daemon))
                let receiver = try RTPReceiver()
                let answer = try await caller.call(sdp: Caller.sdp(port: receiver.port))
                let command = try Self.drain("--pid-file", file)
                let stopping = try await daemon.event("service_stopping")
                #expect(stopping["signal"] == "SIGUSR1")
                late.send(late.request("INVITE", body: CallTests.sdp))
                let refused = try await late.final("INVITE")
                #expect(refused.status == 503 && refused["retry-after"] != nil)
                late.acknowledge(refused)
                late.send(late.request("OPTIONS", sequence: 2))
                #expect(try await late.final("OPTIONS").status == 503)
                // To be asked again changes nothing.
                let again = try Self.drain("--pid", "\(daemon.program.processID)", "--no-wait")
                #expect(await again.exits.take() == 0, "\(again.transcript)")
                let heard = receiver.packets.all.count
                while receiver.packets.all.count < heard + 5 {
                    _ = try #require(await receiver.packets.take(), "the tone has ended")
                }
                #expect(command.exits.all.isEmpty && daemon.program.exits.all.isEmpty)
                try await caller.hangUp(answer)
                #expect(await daemon.program.exits.take() == 0, "\(daemon.program.transcript)")
                #expect(await command.exits.take() == 0, "\(command.transcript)")
                #expect(!FileManager.default.fileExists(atPath: file))
            }
        }

        @Test("SIGTERM, or the time given, ends a drain: what is left gets a BYE", arguments: [true, false])
        func ends(byTime: Bool) async throws {
            try await Daemon.run(stops: false) { daemon in
                let caller = try Caller(.udp, to: daemon)
                _ = try await caller.call(sdp: CallTests.sdp)
                let command = try Program(
                    Daemon.path,
                    ["drain", "--pid", "\(daemon.program.processID)"] + (byTime ? ["--timeout", "0.5"] : []))
                _ = try await daemon.event("service_stopping")
                if !byTime { kill(daemon.program.processID, SIGTERM) }
                let bye = try await caller.incoming("BYE")
                caller.respond("200 OK", to: bye)
                #expect(await daemon.program.exits.take() == 0, "\(daemon.program.transcript)")
                #expect(await command.exits.take() == 0, "\(command.transcript)")
            }
        }

        @Test("what is no daemon is left alone, and told in one line")
        func refusals() async throws {
            let other = try Program("/bin/sleep", ["600"])
            let wrong = try Self.drain("--pid", "\(other.processID)")
            #expect(await wrong.exits.take() == 69)
            #expect(wrong.transcript == "milliwattd: process \(other.processID) is not a running milliwattd")
            #expect(other.exits.all.isEmpty)
            _ = await other.stop()
            let gone = try Self.drain("--pid", "\(other.processID)")
            #expect(await gone.exits.take() == 69)
            #expect(gone.transcript == "milliwattd: there is no process \(other.processID)")
            let unnamed = try Self.drain("--pid-file", "/nonexistent.pid")
            #expect(await unnamed.exits.take() == 69)
            #expect(unnamed.transcript == "milliwattd: --pid-file /nonexistent.pid: names no process")
            let contrary = try Self.drain("--no-wait", "--timeout", "5")
            #expect(await contrary.exits.take() == 64)
        }

        @Test("the file names the daemon once it is ready, keeps a second one from starting, and a stale one does not")
        func pidFile() async throws {
            let file = Self.temporaryPath()
            defer { try? FileManager.default.removeItem(atPath: file) }
            // A process that is no daemon, as after a crash whose number another program got.
            try Data("\(getpid())\n".utf8).write(to: URL(fileURLWithPath: file))
            try await Daemon.run(arguments: ["--pid-file", file]) { daemon in
                _ = try await daemon.event("service_ready")
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(daemon.program.processID)\n")
                let second = try Program(Daemon.path, ["run", "--pid-file", file, "--set", "sip.port=0"])
                #expect(await second.exits.take() == 69)
                let number = daemon.program.processID
                #expect(
                    second.transcript == "milliwattd: --pid-file \(file): process \(number) is a milliwattd that runs")
            }
            #expect(!FileManager.default.fileExists(atPath: file))
        }

        @Test("a file that cannot be written ends the start with 73")
        func unwritable() async throws {
            let program = try Program(
                Daemon.path,
                [
                    "run", "--pid-file", "/nonexistent/milliwatt.pid", "--set", "sip.port=0", "--set",
                    "http.enabled=false",
                ])
            #expect(await program.exits.take() == 73)
            #expect(
                program.transcript.contains("milliwattd: --pid-file /nonexistent/milliwatt.pid: open: No such file"))
        }
    }
}
