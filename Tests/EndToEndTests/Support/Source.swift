import Foundation

/// The source tree that the tests were built from.
enum Source {
    /// Its top folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Runs a program of it or of the system to its end.
    static func run(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> (status: Int32?, lines: [String]) {
        let path = path.hasPrefix("/") ? path : root.appending(path: path).path
        let program = try Program(path, arguments, environment: environment)
        let status = await program.exits.take(within: .seconds(120))
        if status == nil { await program.stop() }
        await program.endOfOutput()
        return (status, program.lines.all.map(\.text))
    }
}
