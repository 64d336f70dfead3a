import CLinux
import Glibc

/// A TCP socket that accepts.
final class StreamListener: ReactorMember {
    let id: UInt64
    let address: SocketAddress
    let isSecure: Bool

    private let socket: FileDescriptor
    private unowned let transport: StreamTransport
    /// Given up for a moment when descriptors have run out, so that the peers who wait can be told.
    private var reserve: FileDescriptor?
    private var isPaused = false
    private var isClosed = false
    /// The system call; a test puts its own in.
    var accept: (Int32, inout sockaddr_storage) -> Int32 = { clinux_accept($0, &$1) }

    /// How many connections one event accepts.
    private static let acceptsPerEvent = 64
    private static let backlog: Int32 = 1024

    init(
        id: UInt64, _ configuration: ListenerConfiguration, transport: StreamTransport
    ) throws(SystemError) {
        let socket = try Socket.open(for: configuration, .stream)
        if configuration.inherited == nil {
            try Socket.set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
            try Socket.bind(socket, to: configuration.address)
        }
        let number = socket.rawValue
        try SystemCall.run("listen") { listen(number, StreamListener.backlog) }
        address = try SocketAddress(boundBy: socket)
        self.id = id
        self.socket = socket
        isSecure = configuration.transport == .tls
        self.transport = transport
        reserve = StreamListener.makeReserve()
    }

    func start(in reactor: Reactor) throws(SystemError) {
        try reactor.add(self, socket, .readable, token: id)
    }

    /// Nothing is accepted any more; the socket is closed with the object.
    func close(in reactor: Reactor) {
        isClosed = true
        reactor.remove(token: id)
    }

    /// Accepts again after a pause.
    func resume(in reactor: Reactor) {
        guard isPaused, !isClosed else { return }
        isPaused = false
        if reserve == nil { reserve = StreamListener.makeReserve() }
        try? reactor.modify(socket, .readable, token: id)
    }

    func ready(_ events: Epoll.Events, _ arrivals: inout Arrivals) {
        var storage = sockaddr_storage()
        for _ in 0..<StreamListener.acceptsPerEvent where !isClosed {
            let number = accept(socket.rawValue, &storage)
            if number >= 0 {
                take(FileDescriptor(owning: number), storage)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                shed()
                return
            // The connection was lost before we took it, or a firewall took it: the next one may be well (accept(2)).
            default: continue
            }
        }
    }

    private func take(_ connection: consuming FileDescriptor, _ storage: sockaddr_storage) {
        guard let peer = SocketAddress(storage) else { return }
        transport.accepted(connection, from: peer, by: self)
    }

    /// Descriptors have run out: those who wait are turned away, and accepting pauses.
    private func shed() {
        var storage = sockaddr_storage()
        for _ in 0..<StreamListener.acceptsPerEvent where reserve != nil {
            reserve = nil
            let number = accept(socket.rawValue, &storage)
            if number >= 0 { _ = FileDescriptor(owning: number) }
            reserve = StreamListener.makeReserve()
            guard number >= 0 else { break }
        }
        isPaused = true
        transport.pause(self, socket)
    }

    private static func makeReserve() -> FileDescriptor? {
        try? FileDescriptor("open") { open("/dev/null", O_RDONLY | O_CLOEXEC) }
    }
}
