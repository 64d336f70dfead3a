import Foundation
import Testing

/// A script of `Peers`, run by a Python that has what it imports.
enum PythonPeer {
    /// The first of the virtual environment of `scripts/test.sh` and `python3` that can import the modules.
    static func python(with modules: String) async -> String? {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidates = [root.appendingPathComponent(".build-tests/venv/bin/python").path, Program.find("python3")]
        for case let python? in candidates where FileManager.default.isExecutableFile(atPath: python) {
            let program = try? Program(python, ["-c", "import \(modules)"])
            if await program?.exits.take(within: .seconds(20)) == 0 { return python }
        }
        return nil
    }

    /// Runs a script to its end, which must be a good one, and gives back its last line.
    static func run(
        _ script: String, by python: String, _ arguments: [String], within limit: Duration,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let path = try #require(Bundle.module.path(forResource: "Peers/\(script)", ofType: "py"))
        let program = try Program(python, [path] + arguments)
        let status = await program.exits.take(within: limit)
        if status == nil { await program.stop() }
        await program.endOfOutput()
        #expect(status == 0, "\(program.transcript)", sourceLocation: sourceLocation)
        return program.lines.all.last?.text ?? ""
    }
}
