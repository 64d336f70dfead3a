import CLinux
import Glibc
import Networking
import Synchronization

/// The engine's port pool: the pairs that are free, and how sockets are made of them. Asked once a call, on any thread.
final class SharedPortPool: Sendable {
    private let pool: Locked<PortPool>
    let random = KernelRandom()
    let configuration: MediaEngineConfiguration
    /// While any socket asks for receive times, the kernel stamps every packet; the first to ask makes it patch its own
    /// code. This one asks for ever, so that a call does not.
    private let stamping: FileDescriptor?
    let kept: Locked<KeptPairs>
    /// Datagrams to kept pairs that were thrown away.
    let strays = Atomic<UInt64>(0)

    init(_ configuration: MediaEngineConfiguration) {
        var random = random
        pool = Locked(
            PortPool(configuration.ports, restNanoseconds: configuration.portRest.nanoseconds, random: &random))
        self.configuration = configuration
        stamping = try? Self.stampingSocket()
        kept = Locked(KeptPairs(restNanoseconds: configuration.portRest.nanoseconds, limit: Self.mostKept))
    }

    deinit {
        for pair in kept.withLock({ $0.removeAll() }) { close(pair) }
    }

    /// By the clock of the configuration.
    var now: Int64 { configuration.portClock() }

    var statistics: PortPoolStatistics {
        let now = now
        var statistics = pool.withLock { $0.statistics(now: now) }
        let (count, resting) = kept.withLock { ($0.count, $0.resting(now: now)) }
        statistics.inUse -= count
        statistics.resting += resting
        statistics.strays = strays.load(ordering: .relaxed)
        return statistics
    }

    /// Binds a pair on `address`, whose port is not looked at.
    func reserve(on address: SocketAddress) throws(MediaPortError) -> MediaPorts {
        let now = now
        if let ports = takeKept(at: address, now: now) { return ports }
        while true {
            var port = takeFree(now: now)
            if port == nil {
                if giveUpKept(now: now, for: .port) { continue }
                // All have been in use a moment ago.
                if let ports = takeKept(at: address, now: now, isLast: true) { return ports }
                port = takeFree(now: now, isLast: true)
            }
            guard let port else { throw .exhausted(statistics) }
            let local = address.with(port: port)
            do {
                return MediaPorts(try bind(local), at: local, pool: self)
            } catch {
                let isTaken = error.code == EADDRINUSE || error.code == EACCES
                pool.withLock { pool in
                    if isTaken { pool.skip(port, now: now) } else { pool.release(port, endedAt: now) }
                }
                let isShort = error.code == EMFILE || error.code == ENFILE || error.code == ENOBUFS
                guard isTaken || isShort && giveUpKept(now: now, for: .descriptors) else { throw .system(error) }
            }
        }
    }

    private func takeFree(now: Int64, isLast: Bool = false) -> UInt16? {
        pool.withLock { [random] pool in
            var random = random
            return pool.take(now: now, isLast: isLast, random: &random)
        }
    }

    func release(_ port: UInt16, endedAt: Int64) {
        pool.withLock { $0.release(port, endedAt: endedAt) }
    }

    private func bind(_ local: SocketAddress) throws(SystemError) -> PortPair {
        // What matters to a socket that sends waits until there is something to send.
        let rtp = try open(local)
        let rtcp = try open(local.with(port: local.port &+ 1))
        try mark(rtcp.rawValue, local)
        return PortPair(rtp: rtp, rtcp: rtcp)
    }

    private func open(_ local: SocketAddress) throws(SystemError) -> FileDescriptor {
        let socket = try Self.socket(local.family)
        let number = socket.rawValue
        try SystemCall.run("bind") { local.withSockaddr { Glibc.bind(number, $0, $1) } }
        try configure(number)
        return socket
    }

    /// Asks for what every socket needs.
    func configure(_ socket: Int32) throws(SystemError) {
        try SystemCall.run("setsockopt") { clinux_media_stamp(socket) }
        try setBuffer(socket, SO_RCVBUFFORCE, SO_RCVBUF, configuration.receiveBuffer)
        try setBuffer(socket, SO_SNDBUFFORCE, SO_SNDBUF, configuration.sendBuffer)
    }

    /// Marks what is sent by a socket.
    func mark(_ socket: Int32, _ local: SocketAddress) throws(SystemError) {
        let trafficClass = configuration.differentiatedServices.map { Int32($0 & 63) << 2 } ?? -1
        try SystemCall.run("setsockopt") { clinux_media_mark(socket, sa_family_t(local.domain), trafficClass) }
    }

    /// Beyond the system's limit where we may (CAP_NET_ADMIN), else up to it.
    func setBuffer(_ socket: Int32, _ forced: Int32, _ plain: Int32, _ octets: Int?) throws(SystemError) {
        guard let octets else { return }
        var value = Int32(clamping: octets)
        let size = socklen_t(MemoryLayout<Int32>.size)
        if setsockopt(socket, SOL_SOCKET, forced, &value, size) == 0 { return }
        try SystemCall.run("setsockopt") { setsockopt(socket, SOL_SOCKET, plain, &value, size) }
    }

    private static func stampingSocket() throws(SystemError) -> FileDescriptor {
        let socket = try socket(.ipv4)
        let number = socket.rawValue
        try SystemCall.run("setsockopt") { clinux_media_stamp(number) }
        return socket
    }

    static func socket(_ family: SocketAddress.Family) throws(SystemError) -> FileDescriptor {
        let domain = family == .ipv4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return try FileDescriptor("socket") { Glibc.socket(domain, type, 0) }
    }
}
