import Foundation
import Synchronization

/// A program that a test started, whose output it waits for, and which it ends: no other process is touched.
final class Program: Sendable {
    /// A line of output and when it came.
    struct Line: Sendable {
        let text: String
        let time: ContinuousClock.Instant
    }

    /// The lines of standard output and standard error, as they come.
    let lines = Mailbox<Line>()

    /// The exit status, or minus the signal, once.
    let exits = Mailbox<Int32>()

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let partial = Mutex(Data())

    init(_ path: String, _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil) throws {
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = directory }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        output.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            receive(data)
        }
        process.terminationHandler = { [exits] process in
            exits.put(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
        }
        try Self.withSignalsUnblocked { try process.run() }
    }

    /// A child inherits the signal mask of the thread that starts it, and the threads that tests run on block nearly
    /// all: the child would not see SIGTERM.
    private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// The path of an installed program.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// Its process id.
    var processID: Int32 { process.processIdentifier }

    /// The output so far, for the message of a failed expectation.
    var transcript: String { lines.all.map(\.text).joined(separator: "\n") }

    func line(within limit: Duration = .seconds(10), containing text: String) async -> Line? {
        await lines.take(within: limit) { $0.text.contains(text) }
    }

    /// Waits until its last line is there.
    func endOfOutput() async { _ = await lines.take { _ in false } }

    func write(_ line: String) {
        try? input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Ends it with SIGTERM, and with SIGKILL if that does not do.
    @discardableResult
    func stop(within limit: Duration = .seconds(10)) async -> Int32? {
        if process.isRunning { process.terminate() }
        if let status = await exits.take(within: limit) { return status }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        return nil
    }

    private func receive(_ data: Data) {
        let now = ContinuousClock.now
        let texts = partial.withLock { partial -> [String] in
            partial.append(data)
            var pieces = partial.split(omittingEmptySubsequences: false) { $0 == 10 || $0 == 13 }
            let rest = data.isEmpty ? nil : pieces.popLast()
            partial = rest.map { Data($0) } ?? Data()
            return pieces.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
        }
        for text in texts { lines.put(Line(text: text, time: now)) }
        if data.isEmpty { lines.close() }
    }
}
