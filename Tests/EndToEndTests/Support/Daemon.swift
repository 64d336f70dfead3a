import Foundation
import Testing

/// A `milliwattd` of the test's own, on a port that the system chose, and its log as it says it.
struct Daemon: Sendable {
    /// A line of its JSON log.
    struct Entry: Sendable {
        let fields: [String: String]
        let time: ContinuousClock.Instant
        var event: String { fields["event"] ?? "" }
        subscript(key: String) -> String? { fields[key] }
    }

    let program: Program
    let port: UInt16

    /// Where the test run's own build put it; `MILLIWATTD` in the environment names another, such as a release build.
    static var path: String {
        ProcessInfo.processInfo.environment["MILLIWATTD"]
            ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("milliwattd").path
    }

    /// Runs `body` against a daemon with these settings (`key=value`), and stops it.
    /// - Parameters:
    ///   - arguments: of `run`, besides the settings.
    ///   - wrapper: a command that becomes the daemon, such as setpriv(1).
    ///   - port: finds the line that says which port it listens on.
    static func run<Result: Sendable>(
        _ settings: [String] = [], arguments: [String] = [], wrapper: [String] = [],
        environment: [String: String] = [:], stops: Bool = true,
        port: @escaping @Sendable (Program.Line) -> UInt16? = jsonPort, _ body: (Daemon) async throws -> Result
    ) async throws -> Result {
        let own = [
            "sip.bind_address=\"127.0.0.1\"", "sip.port=0", "log.format=\"json\"", "behavior.auto_answer_delay_ms=100",
            "http.enabled=false",
        ]
        let command = wrapper + [path, "run"] + arguments + (own + settings).flatMap { ["--set", $0] }
        let program = try Program("/usr/bin/env", command, environment: environment)
        do {
            let listening = await program.lines.take { port($0) != nil }
            let bound = try #require(listening.flatMap(port), "it does not listen: \(program.transcript)")
            let result = try await body(Daemon(program: program, port: bound))
            if stops { #expect(await program.stop() == 0, "its exit status after SIGTERM: \(program.transcript)") }
            return result
        } catch {
            await program.stop()
            throw error
        }
    }

    /// The port that a line of the JSON log says it listens on for SIP.
    @Sendable static func jsonPort(_ line: Program.Line) -> UInt16? {
        guard let entry = parse(line), entry.event == "service_listening", entry["transport"] != "http" else {
            return nil
        }
        return entry["port"].flatMap(UInt16.init)
    }

    /// Waits for an event of its log, which must come in time.
    func event(
        _ name: String, within limit: Duration = .seconds(10), callID: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Entry {
        let line = await program.lines.take(within: limit) { line in
            guard let entry = Self.parse(line) else { return false }
            return entry.event == name && (callID == nil || entry["call_id"] == callID)
        }
        return try #require(
            line.flatMap(Self.parse), "no event \(name) in time: \(program.transcript)", sourceLocation: sourceLocation)
    }

    /// Every event of a name so far.
    func events(_ name: String) -> [Entry] {
        program.lines.all.compactMap(Self.parse).filter { $0.event == name }
    }

    private static func parse(_ line: Program.Line) -> Entry? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any] else {
            return nil
        }
        return Entry(fields: object.mapValues { "\($0)" }, time: line.time)
    }
}
