import Glibc

/// Lines that could not be written: told on stderr when that begins, and in the log, with their number, when it is over.
struct LineLoss: Sendable {
    /// What could not be written to, for instance `log.file: /var/log/milliwatt/milliwatt.log`.
    let place: String
    private var count = 0
    private var reason = ""

    init(_ place: String) { self.place = place }

    /// So many more lines are lost.
    mutating func note(_ lines: Int, _ reason: @autoclosure () -> String) {
        if count == 0, lines > 0 {
            self.reason = reason()
            tell()
        }
        count += lines
    }

    /// The line that tells of them; nil where none was lost.
    var report: LogRecord? { count > 0 ? .lost(count, "\(place): \(reason)") : nil }

    /// The line that tells of them is written.
    mutating func reported() { count = 0 }

    /// Only where nobody has to wait for a reader.
    private func tell() {
        var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&ready, 1, 0) > 0 else { return }
        let line = "milliwattd: \(place): \(reason): log lines are lost until it can be written again\n"
        let bytes = Array(ControlCharacters.escaped(String(line.dropLast())).utf8) + [0x0A]
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
