import Glibc
import Networking

/// A log file cannot be opened, for instance `log.file: /x/y.log: No such file or directory`.
public struct LogFileError: Error, Equatable, CustomStringConvertible {
    let path: String
    let reason: String

    /// One line.
    public var description: String { ControlCharacters.escaped("log.file: \(path): \(reason)") }
}

/// Text or JSON lines at the end of a file.
///
/// The file may be moved away and opened anew (logrotate). Where it cannot be written, or its folder has gone, lines are
/// counted and lost until it can; nothing else changes.
final class FileSink: LogSink {
    private struct State: Sendable {
        /// -1 where it is not open.
        var descriptor: Int32
        var loss: LineLoss
        /// The last line was cut short.
        var isWithinLine = false
        /// Not before then is opening tried again.
        var pause = ContinuousClock.now
    }

    private let path: String
    private let style: LineSink.Style
    private let state: Locked<State>

    /// Opens the file, or creates it for its owner and group (0640).
    init(_ path: String, _ style: LineSink.Style) throws(LogFileError) {
        (self.path, self.style) = (path, style)
        state = Locked(State(descriptor: try FileSink.open(path), loss: LineLoss("log.file: \(path)")))
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    func write(_ records: [LogRecord]) {
        state.withLock { state in
            openIfGone(&state)
            guard state.descriptor >= 0 else { return state.loss.note(records.count, "is not there") }
            let report = state.loss.report
            var bytes: [UInt8] = state.isWithinLine ? [0x0A] : []
            bytes += style.lines((report.map { [$0] } ?? []) + records)
            let (written, failure) = FileSink.append(bytes, to: state.descriptor)
            if written > 0 { state.isWithinLine = bytes[written - 1] != 0x0A }
            guard failure != 0 else { return state.loss.reported() }
            // The report may be among what was written: it is written once more, with the sum.
            let lost = bytes[written...].count { $0 == 0x0A }
            state.loss.note(min(lost, records.count), FileSink.text(failure))
        }
    }

    func reopen() {
        state.withLock { state in
            do throws(LogFileError) {
                let descriptor = try FileSink.open(path)
                if state.descriptor >= 0 { close(state.descriptor) }
                (state.descriptor, state.isWithinLine) = (descriptor, false)
            } catch {
                // Better the file that was moved away than none.
                if state.descriptor < 0 { state.loss.note(0, error.reason) }
            }
        }
    }

    /// A file that was deleted takes lines that nobody will read.
    private func openIfGone(_ state: inout State) {
        if state.descriptor >= 0 {
            var status = stat()
            guard fstat(state.descriptor, &status) != 0 || status.st_nlink == 0 else { return }
            close(state.descriptor)
            (state.descriptor, state.isWithinLine) = (-1, false)
        }
        guard state.pause <= .now else { return }
        if let descriptor = try? FileSink.open(path) {
            state.descriptor = descriptor
        } else {
            state.pause = .now + .seconds(1)
        }
    }

    /// Writes as much as the system takes.
    private static func append(_ bytes: [UInt8], to descriptor: Int32) -> (written: Int, failure: Int32) {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(
                    descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                if count > 0 {
                    written += count
                } else if count == 0 || errno != EINTR {
                    return (written, count == 0 ? ENOSPC : errno)
                }
            }
            return (written, 0)
        }
    }

    private static func open(_ path: String) throws(LogFileError) -> Int32 {
        // Not to wait where somebody has put a pipe.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        var descriptor = Glibc.open(path, flags | O_EXCL, 0o640)
        if descriptor >= 0 {
            // Whatever the umask says: whoever reads logs is in its group.
            fchmod(descriptor, 0o640)
        } else if errno == EEXIST {
            descriptor = Glibc.open(path, flags, 0o640)
        }
        guard descriptor >= 0 else { throw LogFileError(path: path, reason: text(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw LogFileError(path: path, reason: "is not a file")
        }
        return descriptor
    }

    private static func text(_ code: Int32) -> String { SystemError(code: code, call: "").text }
}
