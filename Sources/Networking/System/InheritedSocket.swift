import Glibc

/// A bound socket that another process has opened and passed on (socket activation). Whoever takes it over closes it.
public struct InheritedSocket: Hashable, Sendable {
    /// The descriptor.
    public let descriptor: Int32
    /// Whether it is for streams; otherwise for datagrams.
    public let isStream: Bool
    /// Where it is bound.
    public let address: SocketAddress
    /// Whether it is an IPv6 socket that takes IPv4 too.
    public let isDualStack: Bool

    /// What a descriptor is; nil where it is no socket of the Internet, or one for streams that does not listen.
    public init?(_ descriptor: Int32) {
        guard let kind = InheritedSocket.option(descriptor, SOL_SOCKET, SO_TYPE) else { return nil }
        isStream = kind == Int32(SOCK_STREAM.rawValue)
        let listens = InheritedSocket.option(descriptor, SOL_SOCKET, SO_ACCEPTCONN) == 1
        guard isStream ? listens : kind == Int32(SOCK_DGRAM.rawValue) else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0, let address = SocketAddress(storage) else { return nil }
        self.address = address
        self.descriptor = descriptor
        isDualStack =
            address.family == .ipv6
            && InheritedSocket.option(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) == 0
    }

    /// Closes it, where nobody takes it over.
    public func discard() { close(descriptor) }

    /// The descriptor with an owner, such that it does not block and is closed on exec.
    func adopt() throws(SystemError) -> FileDescriptor {
        let owned = FileDescriptor(owning: descriptor)
        let flags = try SystemCall.run("fcntl") { fcntl(descriptor, F_GETFL) }
        try SystemCall.run("fcntl") { fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
        try SystemCall.run("fcntl") { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return owned
    }

    private static func option(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Int32? {
        var (value, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(descriptor, level, option, &value, &length) == 0 ? value : nil
    }
}
