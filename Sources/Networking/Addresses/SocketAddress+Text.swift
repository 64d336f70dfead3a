import Glibc

extension SocketAddress: CustomStringConvertible, LosslessStringConvertible {
    /// An address as in `192.0.2.1:5060`, `[2001:db8::1]:5060`, `[fe80::1%eth0]:5060`, or without a port and then also
    /// without brackets (the port is 0). Host names are none of it.
    public init?(_ description: String) {
        self.init(parsing: description, defaultPort: 0)
    }

    /// An address as in `192.0.2.1:5060` or `[2001:db8::1]:5060`, or without a port.
    ///
    /// - Parameter defaultPort: the port of an address that is written without one.
    public init?(parsing text: String, defaultPort: UInt16) {
        var host = Substring(text)
        var port = defaultPort
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            if !rest.isEmpty {
                guard rest.first == ":", let number = SocketAddress.port(rest.dropFirst()) else { return nil }
                port = number
            }
            host = host[host.index(after: host.startIndex)..<end]
            guard host.contains(":") else { return nil }
        } else if let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon {
            guard let number = SocketAddress.port(host[host.index(after: colon)...]) else { return nil }
            port = number
            host = host[..<colon]
        }
        self.init(host: host, port: port)
    }

    /// An address without a port, as in `192.0.2.1`, `2001:db8::1` or `fe80::1%eth0`.
    public init?(host: some StringProtocol, port: UInt16) {
        guard !host.utf8.contains(0) else { return nil }
        let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = parts.first else { return nil }
        var ipv4 = in_addr()
        if parts.count == 1, inet_pton(AF_INET, String(number), &ipv4) == 1 {
            self.init(ipv4: UInt32(bigEndian: ipv4.s_addr), port: port)
            return
        }
        var ipv6 = in6_addr()
        guard inet_pton(AF_INET6, String(number), &ipv6) == 1 else { return nil }
        var scope: UInt32 = 0
        if parts.count == 2 {
            scope = UInt32(parts[1]) ?? if_nametoindex(String(parts[1]))
            guard scope != 0 else { return nil }
        }
        self.init(ipv6, scope: scope, port: port)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return UInt16(text)
    }

    /// The address without the port, IPv6 as in RFC 5952 and without brackets, such as `2001:db8::1`.
    public var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            let length = socklen_t(buffer.count)
            let text: UnsafePointer<CChar>?
            switch family {
            case .ipv4:
                var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
                text = inet_ntop(AF_INET, &address, buffer.baseAddress, length)
            case .ipv6:
                var address = in6
                text = inet_ntop(AF_INET6, &address, buffer.baseAddress, length)
            }
            guard let text else { return "?" }
            return String(cString: text) + (scope == 0 ? "" : "%\(scope)")
        }
    }

    /// The address and the port, such as `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    public var description: String {
        switch family {
        case .ipv4: "\(host):\(port)"
        case .ipv6: "[\(host)]:\(port)"
        }
    }
}
