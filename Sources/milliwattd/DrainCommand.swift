import ArgumentParser
import Glibc
import Networking
import Operations

/// The signal by which a daemon is asked to drain: who may send it is the kernel's business.
enum DrainSignal {
    static let number = SIGUSR1
    static let name = "SIGUSR1"
}

/// `milliwattd drain`.
struct Drain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a running daemon to take no more calls, and wait until those that are up have ended.",
        discussion: """
            New INVITE and OPTIONS get 503 with Retry-After. Calls go on until they end, or for \
            behavior.drain_timeout_seconds where that is not 0; then the daemon exits. SIGTERM ends it at once.

            Without --pid and --pid-file the daemon is the main process of milliwattd.service.

            Exit status: 0 when it has ended (with --no-wait: when it was asked), 69 when there is no such daemon, \
            75 when it does not end, 77 when you may not signal it.
            """)

    @Option(name: .long, help: ArgumentHelp("The process to drain.", valueName: "number"))
    var pid: Int32?

    @Option(name: .long, help: ArgumentHelp("The file that names it ('milliwattd run --pid-file').", valueName: "path"))
    var pidFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("After so long, tell it to hang up the calls that are left.", valueName: "seconds"))
    var timeout: Double?

    @Flag(name: .long, help: "Return as soon as it was asked.")
    var noWait = false

    /// How long a daemon that was told to hang up may take to end.
    private static let grace = Duration.seconds(30)

    func validate() throws {
        if pid != nil, pidFile != nil { throw ValidationError("--pid and --pid-file exclude each other") }
        if noWait, timeout != nil { throw ValidationError("--timeout needs to wait: leave out --no-wait") }
        if let pid, pid <= 0 { throw ValidationError("--pid \(pid): not the number of a process") }
        if let timeout, !(0...86_400).contains(timeout) {
            throw ValidationError("--timeout \(timeout): not 0 to 86400 seconds")
        }
    }

    func run() throws {
        let number = try daemonNumber()
        let process: OtherProcess
        do throws(SystemError) {
            process = try OtherProcess(number)
        } catch {
            throw failure(ExitStatus.unavailable, "there is no process \(number)")
        }
        guard process.isDaemon else {
            throw failure(ExitStatus.unavailable, "process \(number) is not a running milliwattd")
        }
        try signal(process, DrainSignal.number)
        if noWait { return print("process \(number) drains") }
        print("process \(number) drains: waiting for the end of its calls")
        if process.waitForEnd(within: timeout.map { .seconds($0) }) { return }
        print("the time is over: calls are hung up")
        try signal(process, SIGTERM)
        guard process.waitForEnd(within: Self.grace) else {
            throw failure(ExitStatus.temporary, "process \(number) does not end")
        }
    }

    private func daemonNumber() throws -> pid_t {
        if let pid { return pid }
        if let pidFile {
            guard let number = PIDFile.number(in: pidFile) else {
                throw failure(ExitStatus.unavailable, "--pid-file \(pidFile): names no process")
            }
            return number
        }
        guard let number = Self.mainProcess() else {
            throw failure(
                ExitStatus.unavailable, "milliwattd.service does not run: name the daemon by --pid or --pid-file")
        }
        return number
    }

    /// What systemd says; nil where the service does not run, or there is no systemd.
    private static func mainProcess() -> pid_t? {
        guard let answer = popen("systemctl show -P MainPID milliwattd.service 2>/dev/null", "re") else { return nil }
        defer { pclose(answer) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, Int32(line.count), answer) != nil else { return nil }
        let digits = line.prefix { isdigit(Int32($0)) != 0 }.map { UInt8(bitPattern: $0) }
        return pid_t(String(decoding: digits, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// A process that has ended by itself needs no signal.
    private func signal(_ process: borrowing OtherProcess, _ number: Int32) throws {
        do throws(SystemError) {
            try process.send(number)
        } catch {
            if error.code == ESRCH { return }
            let status = error.code == EPERM ? ExitStatus.notPermitted : ExitStatus.unavailable
            throw failure(status, "process \(process.number): \(error)")
        }
    }

    private func failure(_ status: ExitCode, _ message: String) -> ExitCode {
        StandardError.print(message)
        return status
    }
}
