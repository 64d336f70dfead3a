import Glibc
import Networking

/// Datagrams to the syslog daemon of this machine, in the form of RFC 3164 that all of them read from their socket:
/// priority, time, program and process; then `event message key=value`, or `@cee:` and a JSON object.
///
/// A daemon that does not run or does not read makes nobody wait: lines are counted and lost until it does.
final class SyslogSink: LogSink {
    private struct State: Sendable {
        /// -1 where there is no connection.
        var descriptor: Int32 = -1
        var loss: LineLoss
    }

    /// Of a message. Daemons cut longer ones (rsyslog: 8 KiB).
    static let maximumOctets = 8000
    /// Facility 3, daemons.
    private static let facility = 3 << 3
    private static let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)

    private let path: String
    private let isJSON: Bool
    private let state: Locked<State>

    /// Connects when the first line is there.
    init(_ path: String, isJSON: Bool) {
        (self.path, self.isJSON) = (path, isJSON)
        state = Locked(State(loss: LineLoss("log.syslog_socket: \(path)")))
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    func write(_ records: [LogRecord]) {
        state.withLock { state in
            for record in records {
                if let report = state.loss.report, send(message(report), &state) == 0 { state.loss.reported() }
                let failure = send(message(record), &state)
                if failure != 0 { state.loss.note(1, SystemError(code: failure, call: "").text) }
            }
        }
    }

    /// The datagram of a record.
    func message(_ record: LogRecord) -> [UInt8] {
        let priority = Self.facility | record.level.syslogPriority
        var bytes = Array("<\(priority)>\(Timestamp.syslog(record.time)) milliwattd[\(getpid())]:".utf8)
        if isJSON {
            bytes += " @cee: ".utf8
            JSONLine.append(record, to: &bytes)
            bytes.removeLast()
        } else {
            bytes += TextLine().content(of: record).utf8
        }
        guard bytes.count > Self.maximumOctets else { return bytes }
        // Not within a character: its first octet is the last that is no continuation.
        let end = bytes[...Self.maximumOctets].lastIndex { $0 & 0xC0 != 0x80 } ?? 0
        return Array(bytes[..<end])
    }

    /// Sends, with a new connection where the old one has gone.
    ///
    /// - Returns: what the system says; 0 for success.
    private func send(_ message: [UInt8], _ state: inout State) -> Int32 {
        var failure = ENOTCONN
        for _ in 0..<2 {
            if state.descriptor < 0 {
                do throws(SystemError) {
                    state.descriptor = try LocalSocket.connect(to: path)
                } catch {
                    return error.code
                }
            }
            guard Glibc.send(state.descriptor, message, message.count, Self.flags) < 0 else { return 0 }
            failure = errno
            if failure == EAGAIN || failure == ENOBUFS || failure == EMSGSIZE { return failure }
            close(state.descriptor)
            state.descriptor = -1
        }
        return failure
    }
}

/// Datagram sockets with a path (unix(7)).
private enum LocalSocket {
    /// A descriptor that does not block, connected to a path.
    static func connect(to path: String) throws(SystemError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isShort = withUnsafeMutableBytes(of: &address.sun_path) { room in
            // A zero has to follow.
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard isShort else { throw SystemError(code: ENAMETOOLONG, call: "connect") }
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try FileDescriptor("socket") { socket(AF_UNIX, kind, 0) }
        let number = descriptor.rawValue
        try SystemCall.run("connect") {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        return descriptor.release()
    }
}
