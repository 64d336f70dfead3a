import Glibc

extension SocketAddress {
    /// The address that the kernel wrote; nil for a family that is not the Internet's.
    public init?(_ storage: borrowing sockaddr_storage) {
        let address = withUnsafeBytes(of: storage) { SocketAddress(sockaddr: $0) }
        guard let address else { return nil }
        self = address
    }

    /// The address in the bytes of a `sockaddr`; nil for a family that is not the Internet's or too few bytes.
    public init?(sockaddr bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= MemoryLayout<sockaddr_in>.size else { return nil }
        switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            let address = bytes.loadUnaligned(as: sockaddr_in.self)
            self.init(ipv4: UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            guard bytes.count >= MemoryLayout<sockaddr_in6>.size else { return nil }
            let address = bytes.loadUnaligned(as: sockaddr_in6.self)
            self.init(address.sin6_addr, scope: address.sin6_scope_id, port: UInt16(bigEndian: address.sin6_port))
        default:
            return nil
        }
    }

    init(_ address: in6_addr, scope: UInt32, port: UInt16) {
        let (high, low) = withUnsafeBytes(of: address) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(ipv6High: high, low: low, scope: scope, port: port)
    }

    /// The address as the kernel's IPv6 type, an IPv4 address in its IPv6 form.
    var in6: in6_addr {
        var address = in6_addr()
        let lower = family == .ipv4 ? 0xFFFF << 32 | low : low
        withUnsafeMutableBytes(of: &address) {
            $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: lower.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }

    /// Lends the address in the kernel's form.
    ///
    /// - Parameters:
    ///   - family: the family of the socket that it is for; an IPv4 address for an IPv6 socket is lent in its IPv6 form.
    ///     An IPv6 address stays one: the kernel refuses it on an IPv4 socket.
    ///   - body: must not keep the pointer.
    @inlinable
    public func withSockaddr<Result>(
        for family: Family? = nil, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        if self.family == .ipv4, family != .ipv6 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = sockaddrIn6
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    @usableFromInline
    var sockaddrIn6: sockaddr_in6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6
        address.sin6_scope_id = scope
        return address
    }

    /// The address in the kernel's form, for calls that keep it.
    public var storage: sockaddr_storage {
        var storage = sockaddr_storage()
        withSockaddr { pointer, length in
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
            }
        }
        return storage
    }

    /// `AF_INET` or `AF_INET6`.
    public var domain: Int32 {
        switch family {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        }
    }

    /// The address that a socket is bound to.
    public init(boundBy socket: borrowing FileDescriptor) throws(SystemError) {
        try self.init("getsockname", socket, getsockname)
    }

    /// The address that a socket is connected to.
    public init(connectedBy socket: borrowing FileDescriptor) throws(SystemError) {
        try self.init("getpeername", socket, getpeername)
    }

    private init(
        _ name: String, _ socket: borrowing FileDescriptor,
        _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SystemError) {
        var storage = sockaddr_storage()
        let number = socket.rawValue
        try SystemCall.run(name) {
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            return withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(number, $0, &length) }
            }
        }
        guard let address = SocketAddress(storage) else { throw SystemError(code: EAFNOSUPPORT, call: name) }
        self = address
    }
}
