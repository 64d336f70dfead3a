import Foundation
import Testing

extension EndToEnd {
    /// Softphones call the echo and are tapped: what they get is, bit by bit, what they sent.
    @Suite("Echo: softphones get their own audio back")
    struct EchoPeerTests {
        @Test(
            "PJSUA2", .enabled("no PJSUA2 (PyPI: pjsua2-python, in .build-tests/venv)") { await PJSUA.python != nil },
            arguments: ["PCMU", "PCMA"])
        func pjsua(encoding: String) async throws {
            let python = try #require(await PJSUA.python)
            let script = try #require(Bundle.module.path(forResource: "Peers/pjsua_echo", ofType: "py"))
            try await Self.expectEcho(of: encoding == "PCMU" ? 0 : 8) { tap, wav in
                let arguments = [script, "sip:echo@127.0.0.1:\(tap.port)", wav, "4", encoding]
                let program = try Program(python, arguments)
                let status = await program.exits.take(within: .seconds(30))
                #expect(status == 0, "\(program.transcript)")
                if status == nil { await program.stop() }
            }
        }

        @Test(
            "linphonec", .enabled(if: Linphone.path != nil, "no linphonec (apt: linphone-cli)"),
            arguments: ["PCMU", "PCMA"])
        func linphone(encoding: String) async throws {
            try await Self.expectEcho(of: encoding == "PCMU" ? 0 : 8) { tap, wav in
                let phone = try Linphone()
                defer { phone.remove() }
                let program = try phone.start()
                for index in 0..<32 where index != (encoding == "PCMU" ? 3 : 4) {
                    program.write("codec disable \(index)")
                }
                // It plays the file instead of a sound card.
                program.write("soundcard use files")
                program.write("play \(wav)")
                program.write("call sip:echo@127.0.0.1:\(tap.port)")
                let up = await program.line(within: .seconds(15), containing: "Media streams established")
                #expect(up != nil, "\(program.transcript)")
                for _ in 0..<150 where up != nil { _ = await tap.received.take(within: .seconds(2)) }
                program.write("terminate")
                #expect(await program.line(containing: "ended") != nil, "\(program.transcript)")
                program.write("quit")
                if await program.exits.take(within: .seconds(10)) == nil { await program.stop() }
            }
        }

        /// Runs a softphone that calls through a tap and plays a WAV file, and compares what it sent with what it got.
        static func expectEcho(
            of payloadType: UInt8, sourceLocation: SourceLocation = #_sourceLocation,
            _ phone: (RTPTap, String) async throws -> Void
        ) async throws {
            let wav = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).wav")
            defer { try? FileManager.default.removeItem(at: wav) }
            let noise = Recording(samples: (0..<80_000).map { _ in Double(Int.random(in: -8000...8000)) })
            try Data(noise.wav()).write(to: wav)
            try await Daemon.run { daemon in
                let tap = try RTPTap(before: daemon.port)
                try await phone(tap, wav.path)
                _ = try await daemon.event("call_ended")
                // To a phone that is slow to start, a packet of silence has opened the way through a NAT before.
                let all = tap.received.all
                let isOpened = Set(all.first?.payload ?? []).count == 1
                let (sent, received) = (tap.sent.all, Array(all.dropFirst(isOpened ? 1 : 0)))
                let counts = (sent: sent.count, received: received.count)
                #expect(counts.received >= 100, sourceLocation: sourceLocation)
                // The last may have been on its way when the phone hung up.
                #expect((0...3).contains(counts.sent - counts.received), sourceLocation: sourceLocation)
                MediaTests.expectSame(
                    received.map(\.payload), sent.prefix(received.count).map(\.payload),
                    sourceLocation: sourceLocation)
                let foreign = received.filter { $0.payloadType != payloadType }.count
                #expect(foreign == 0, sourceLocation: sourceLocation)
                let kinds = Set(received.map(\.payload)).count
                #expect(kinds > 50, "it played nothing", sourceLocation: sourceLocation)
                MediaTests.expectOneStream(received, samples: 160, sourceLocation: sourceLocation)
            }
        }
    }
}

/// A Python that has PJSUA2.
enum PJSUA {
    /// The first of `PJSUA2_PYTHON`, the virtual environment of `scripts/test.sh` and `python3` that can import it.
    static let task = Task { () -> String? in
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let candidates = [
            ProcessInfo.processInfo.environment["PJSUA2_PYTHON"],
            root.appendingPathComponent(".build-tests/venv/bin/python").path, Program.find("python3"),
        ]
        for case let python? in candidates where FileManager.default.isExecutableFile(atPath: python) {
            let program = try? Program(python, ["-c", "import pjsua2"])
            if await program?.exits.take(within: .seconds(20)) == 0 { return python }
        }
        return nil
    }

    static var python: String? { get async { await task.value } }
}

/// A linphonec with settings of its own.
struct Linphone {
    static let path = Program.find("linphonec")

    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("linphone-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory.appendingPathComponent(".local/share/linphone"), withIntermediateDirectories: true)
        let (port, media) = (try DatagramSocket { _ in }.port, try DatagramSocket { _ in }.port)
        let config = """
            [sip]
            sip_port=\(port)
            sip_tcp_port=0
            sip_tls_port=0
            guess_hostname=0
            contact="test" <sip:test@127.0.0.1>
            media_encryption=none
            [rtp]
            audio_rtp_port=\(media & ~1)
            [sound]
            echocancellation=0
            [video]
            capture=0
            display=0
            automatically_initiate=0
            automatically_accept=0

            """
        try Data(config.utf8).write(to: directory.appendingPathComponent("linphonerc"))
    }

    func start() throws -> Program {
        let path = try #require(Self.path)
        let arguments = ["stdbuf", "-oL", path, "-c", directory.appendingPathComponent("linphonerc").path, "-d", "0"]
        return try Program("/usr/bin/env", arguments, environment: ["HOME": directory.path], directory: directory)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
