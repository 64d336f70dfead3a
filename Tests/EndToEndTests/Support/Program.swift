import Foundation
import Synchronization

/// A program that a test started, whose output it waits for, and which it ends: no other process is touched.
///
/// Foundation's `Process` is not used: it hands the signal mask of the calling thread to the child, which then does not
/// see SIGTERM, and its pipes close descriptors that Dispatch still watches.
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

    /// Its process id.
    let processID: pid_t

    /// Held from the making of a pipe until it is closed on exec, so that no other child inherits it.
    private static let spawning = NSLock()

    private let input: Int32
    private let isRunning = Mutex(true)

    init(_ path: String, _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil) throws {
        Self.spawning.lock()
        defer { Self.spawning.unlock() }
        let (childInput, input) = try Self.pipe()
        let (output, childOutput) = try Self.pipe()
        defer {
            close(childInput)
            close(childOutput)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, number) in [(childInput, 0), (childOutput, 1), (childOutput, 2)] as [(Int32, Int32)] {
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        }
        // `env` becomes the program in the directory; Glibc's module lacks the spawn action for that.
        let command = directory.map { ["/usr/bin/env", "-C", $0.path, path] + arguments } ?? [path] + arguments
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var process: pid_t = 0
        let result = Self.withSignalsReset { attributes in
            Self.withCStrings(command) { arguments in
                Self.withCStrings(all.map { "\($0)=\($1)" }) { environment in
                    posix_spawn(&process, command[0], &actions, attributes, arguments, environment)
                }
            }
        }
        guard result == 0 else {
            close(input)
            close(output)
            throw SpawnError(path: path, code: result)
        }
        self.processID = process
        self.input = input
        Thread.detachNewThread { [lines] in Self.read(output, into: lines) }
        Thread.detachNewThread { [self] in wait() }
    }

    deinit { close(input) }

    /// The path of an installed program.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// The end of the output so far, for the message of a failed expectation.
    var transcript: String { lines.all.suffix(40).map(\.text).joined(separator: "\n") }

    func line(within limit: Duration = .seconds(10), containing text: String) async -> Line? {
        await lines.take(within: limit) { $0.text.contains(text) }
    }

    /// Waits until its last line is there.
    func endOfOutput() async { _ = await lines.take { _ in false } }

    /// Writes a line to its standard input.
    func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(input, bytes, bytes.count)
    }

    /// Ends it with SIGTERM, and with SIGKILL if that does not do.
    @discardableResult
    func stop(within limit: Duration = .seconds(10)) async -> Int32? {
        signal(SIGTERM)
        if let status = await exits.take(within: limit) { return status }
        signal(SIGKILL)
        return nil
    }

    private func signal(_ number: Int32) {
        isRunning.withLock { if $0 { kill(processID, number) } }
    }

    private func wait() {
        // Its id stays its own until it is reaped, which no signal may then follow.
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        isRunning.withLock {
            waitpid(processID, &status, 0)
            $0 = false
        }
        let signal = status & 0x7F
        exits.put(signal == 0 ? status >> 8 & 0xFF : -signal)
        exits.close()
    }

    private static func read(_ descriptor: Int32, into lines: Mailbox<Line>) {
        var partial: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            let now = ContinuousClock.now
            partial += buffer[..<max(0, count)]
            var pieces = partial.split(omittingEmptySubsequences: false) { $0 == 10 || $0 == 13 }
            partial = count > 0 ? Array(pieces.popLast() ?? []) : []
            for piece in pieces where !piece.isEmpty {
                lines.put(Line(text: String(decoding: piece, as: UTF8.self), time: now))
            }
            if count <= 0 { break }
        }
        close(descriptor)
        lines.close()
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SpawnError(path: "pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Attributes that give the child no blocked and no ignored signal.
    private static func withSignalsReset(_ body: (UnsafePointer<posix_spawnattr_t>) -> Int32) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return body(&attributes)
    }

    private static func withCStrings(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
    ) -> Int32 {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// A program that could not be started.
struct SpawnError: Error {
    let path: String
    let code: Int32
}
