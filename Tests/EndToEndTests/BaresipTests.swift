import Foundation
import Testing

extension EndToEnd {
    /// baresip dials and records what it hears.
    @Suite(
        "baresip: the tone as a softphone hears it",
        .enabled(if: Baresip.path != nil, "no baresip with modules (apt: baresip-core)"))
    struct BaresipTests {
        @Test("30 s of 440 Hz at -10 dBm0 without a gap or a click, then our BYE: PCMU and PCMA side by side")
        func tone() async throws {
            try await withThrowingTaskGroup { group in
                for codec in ["PCMU", "PCMA"] { group.addTask { try await Self.hear(codec) } }
                try await group.waitForAll()
            }
        }

        private static func hear(_ codec: String) async throws {
            try await Daemon.run(["behavior.auto_answer_delay_ms=1000"]) { daemon in
                let phone = try Baresip(codec: codec)
                defer { phone.remove() }
                try await phone.run(dialling: "sip:440@127.0.0.1:\(daemon.port)") { program in
                    let established = try #require(
                        await program.line(within: .seconds(15), containing: "Call established"),
                        "\(program.transcript)")
                    let ended = try #require(
                        await program.line(within: .seconds(40), containing: "terminated (duration"),
                        "\(program.transcript)")
                    #expect(abs((ended.time - established.time) / .seconds(1) - 30) < 0.1, "\(codec)")
                }
                let heard = try #require(phone.recording).sound
                // Its jitter buffer keeps the last packets for itself.
                #expect((29.7...30.1).contains(heard.duration), "\(codec)")
                #expect(abs(heard.frequency(near: 440) - 440) < 0.5, "\(codec)")
                #expect(abs(heard.level + 10) < 1, "\(codec)")
                #expect(heard.quietestBlock > -50, "a gap, \(codec)")
                #expect(heard.largestPhaseError(frequency: 440) < 0.1, "lost or repeated audio, \(codec)")
                #expect(heard.largestResidue(frequency: 440) < 0.1, "a click, \(codec)")
            }
        }
    }
}

/// A baresip with settings of its own, which bridges its audio to itself and dumps what it decodes to a WAV file.
struct Baresip {
    static let modules: String? = ["/usr/lib/baresip/modules", "/usr/lib64/baresip/modules"].first {
        FileManager.default.fileExists(atPath: $0 + "/sndfile.so")
    }
    static let path = modules == nil ? nil : Program.find("baresip")

    let directory: URL

    init(codec: String) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("baresip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let modules = try #require(Self.modules)
        // The bridge clocks the audio. An interface is named by its address: `lo` would be skipped as local.
        let config = """
            poll_method epoll
            sip_listen 127.0.0.1:0
            net_interface 127.0.0.1
            statmode_default off
            audio_source aubridge,loop
            audio_player aubridge,loop
            ausrc_srate 8000
            auplay_srate 8000
            ausrc_channels 1
            auplay_channels 1
            snd_path \(directory.path)
            module_path \(modules)
            module g711.so
            module aubridge.so
            module sndfile.so
            module_tmp account.so
            module_app menu.so

            """
        let files = [
            ("config", config), ("contacts", ""),
            ("accounts", "<sip:test@127.0.0.1>;regint=0;audio_codecs=\(codec)/8000/1\n"),
        ]
        for (name, text) in files {
            try Data(text.utf8).write(to: directory.appendingPathComponent(name))
        }
    }

    /// Lets it verify servers by this certificate.
    func trust(_ certificate: String) throws {
        let file = directory.appendingPathComponent("config")
        let config = try String(contentsOf: file, encoding: .utf8)
        try Data((config + "sip_cafile \(certificate)\nsip_verify_server yes\n").utf8).write(to: file)
    }

    /// Lets it send noise instead of what it hears.
    func playNoise() throws {
        let wav = directory.appendingPathComponent("noise.wav")
        let noise = Recording(samples: (0..<80_000).map { _ in Double(Int.random(in: -8000...8000)) })
        try Data(noise.wav()).write(to: wav)
        let file = directory.appendingPathComponent("config")
        let config = try String(contentsOf: file, encoding: .utf8)
            .replacing("audio_source aubridge,loop", with: "audio_source aufile,\(wav.path)")
            .replacing("module aubridge.so", with: "module aubridge.so\nmodule aufile.so")
        try Data(config.utf8).write(to: file)
    }

    /// Dials, runs `body`, and ends baresip, whose recording can be read then.
    func run(dialling uri: String, _ body: (Program) async throws -> Void) async throws {
        let path = try #require(Self.path)
        // baresip's standard output is fully buffered when it is a pipe.
        let program = try Program(
            "/usr/bin/env", ["stdbuf", "-oL", "-eL", path, "-v", "-f", directory.path, "-e", "/dial \(uri)"])
        do {
            try await body(program)
            await program.stop()
        } catch {
            await program.stop()
            throw error
        }
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    /// What it heard.
    var recording: Recording? {
        let files = try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        return files?.first { $0.lastPathComponent.hasSuffix("-dec.wav") }.flatMap { Recording(wav: $0) }
    }
}
