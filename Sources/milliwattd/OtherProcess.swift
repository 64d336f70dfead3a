import CLinux
import Glibc
import Networking

/// Another process, held by a descriptor, so that none that gets its number later is ever meant instead.
struct OtherProcess: ~Copyable {
    let number: pid_t
    private let descriptor: FileDescriptor

    /// - Throws: `ESRCH` where there is no such process.
    init(_ number: pid_t) throws(SystemError) {
        self.number = number
        descriptor = try FileDescriptor("pidfd_open") { clinux_pidfd_open(number) }
    }

    /// Whether it is a `milliwattd run` that has not ended, by /proc.
    var isDaemon: Bool {
        guard read("comm") == Array("milliwattd\n".utf8) else { return false }
        return read("cmdline").split(separator: 0).dropFirst().contains { $0.elementsEqual("run".utf8) }
    }

    /// Sends a signal.
    func send(_ signal: Int32) throws(SystemError) {
        let number = descriptor.rawValue
        try SystemCall.run("pidfd_send_signal") { clinux_pidfd_send_signal(number, signal) }
    }

    /// Waits for its end, at most so long; nil waits without a limit.
    ///
    /// - Returns: whether it has ended.
    func waitForEnd(within limit: Duration?) -> Bool {
        let deadline = limit.map { ContinuousClock.now + $0 }
        while true {
            var event = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            let rest = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
            let result = poll(&event, 1, rest.map { Int32(clamping: Int(($0 / .milliseconds(1)).rounded(.up))) } ?? -1)
            if result > 0 { return true }
            if let deadline, deadline <= .now { return false }
        }
    }

    /// The first 4096 octets of a file about it; empty where it has ended or may not be looked at.
    private func read(_ name: String) -> [UInt8] {
        guard let file = try? FileDescriptor("open", { open("/proc/\(number)/\(name)", O_RDONLY | O_CLOEXEC) }) else {
            return []
        }
        return [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, Glibc.read(file.rawValue, buffer.baseAddress, buffer.count))
        }
    }
}
