import CLinux
import Glibc

/// The few calls on sockets that all transports make.
enum Socket {
    enum Kind {
        case datagram, stream
    }

    /// A socket that does not block and is closed on exec.
    static func open(_ family: SocketAddress.Family, _ kind: Kind) throws(SystemError) -> FileDescriptor {
        try FileDescriptor("socket") { clinux_socket(family == .ipv4 ? AF_INET : AF_INET6, kind == .stream) }
    }

    /// A socket for a listener: the one that it inherits, or a new one that has yet to be bound.
    static func open(for listener: ListenerConfiguration, _ kind: Kind) throws(SystemError) -> FileDescriptor {
        if let inherited = listener.inherited { return try inherited.adopt() }
        let socket = try open(listener.address.family, kind)
        if listener.address.family == .ipv6 {
            try set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, listener.isDualStack ? 0 : 1)
        }
        return socket
    }

    static func bind(_ socket: borrowing FileDescriptor, to address: SocketAddress) throws(SystemError) {
        let number = socket.rawValue
        try SystemCall.run("bind") { address.withSockaddr { Glibc.bind(number, $0, $1) } }
    }

    /// Connects; for a stream, `EINPROGRESS` is no error.
    static func connect(_ socket: borrowing FileDescriptor, to address: SocketAddress) throws(SystemError) {
        let number = socket.rawValue
        let result = address.withSockaddr { Glibc.connect(number, $0, $1) }
        // An interrupted connect goes on by itself; calling again would answer EALREADY.
        guard result < 0, errno != EINPROGRESS, errno != EINTR else { return }
        throw SystemError(code: errno, call: "connect")
    }

    static func set(
        _ socket: borrowing FileDescriptor, _ level: Int32, _ option: Int32, _ value: Int32
    ) throws(SystemError) {
        var value = value
        let number = socket.rawValue
        try SystemCall.run("setsockopt") {
            setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    static func get(
        _ socket: borrowing FileDescriptor, _ level: Int32, _ option: Int32
    ) throws(SystemError) -> Int32 {
        var value: Int32 = 0
        let number = socket.rawValue
        try SystemCall.run("getsockopt") {
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(number, level, option, &value, &length)
        }
        return value
    }

    /// Asks for socket buffers, beyond the system's limit where we may (CAP_NET_ADMIN); nil leaves the system's default.
    static func setBuffers(
        _ socket: borrowing FileDescriptor, receive: Int?, send: Int?
    ) throws(SystemError) {
        for (bytes, forced, plain) in [(receive, SO_RCVBUFFORCE, SO_RCVBUF), (send, SO_SNDBUFFORCE, SO_SNDBUF)] {
            guard let bytes else { continue }
            let value = Int32(clamping: bytes)
            do {
                try set(socket, SOL_SOCKET, forced, value)
            } catch {
                try set(socket, SOL_SOCKET, plain, value)
            }
        }
    }
}
