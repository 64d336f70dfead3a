import ArgumentParser
import Glibc
import Networking

/// The file that says which process the daemon is.
struct PIDFile: Sendable {
    let path: String

    /// A file that is free: none, or one whose process has ended.
    ///
    /// - Throws: ``DaemonFailure`` where it names a daemon that runs.
    init(free path: String) throws {
        self.path = path
        guard let number = PIDFile.number(in: path), number != getpid(), let process = try? OtherProcess(number),
            process.isDaemon
        else { return }
        throw DaemonFailure(
            status: ExitStatus.unavailable, message: "--pid-file \(path): process \(number) is a milliwattd that runs")
    }

    /// The process that a file names; nil where it names none.
    static func number(in path: String) -> pid_t? {
        guard let file = try? FileDescriptor("open", { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }) else {
            return nil
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            count = max(0, read(file.rawValue, buffer.baseAddress, buffer.count))
        }
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard let number = pid_t(String(decoding: digits, as: UTF8.self)), number > 0 else { return nil }
        return number
    }

    /// Names this process, all at once: nobody reads half a number.
    func write() throws {
        let (temporary, bytes) = ("\(path).\(getpid())", Array("\(getpid())\n".utf8))
        do throws(SystemError) {
            let file = try FileDescriptor("open") {
                open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
            }
            do throws(SystemError) {
                let number = file.rawValue
                try SystemCall.run("fchmod") { fchmod(number, 0o644) }
                try SystemCall.run("write") { Int32(clamping: Glibc.write(number, bytes, bytes.count)) }
                try SystemCall.run("rename") { rename(temporary, path) }
            } catch {
                unlink(temporary)
                throw error
            }
        } catch {
            throw DaemonFailure(status: ExitStatus.cannotCreate, message: "--pid-file \(path): \(error)")
        }
    }

    /// Takes it away, unless it names another process by now.
    func remove() {
        if PIDFile.number(in: path) == getpid() { unlink(path) }
    }
}
