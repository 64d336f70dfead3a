import CLinux
import Glibc

extension HostResolver {
    /// Asks the system by `getaddrinfo`, which waits as long as the system's resolver does. The order is RFC 6724's.
    public static func askSystem(
        _ host: String, _ family: SocketAddress.Family?
    ) -> Result<[SocketAddress], ResolutionError> {
        // What follows a NUL would not reach the system, which would then answer for another name.
        guard !host.isEmpty, host.utf8.count <= 255, !host.utf8.contains(0) else { return .failure(.notFound(host)) }
        var list: UnsafeMutablePointer<addrinfo>?
        let result = clinux_look_up(host, family.map { $0 == .ipv4 ? AF_INET : AF_INET6 } ?? AF_UNSPEC, &list)
        guard result == 0 else { return .failure(failure(result, host)) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            let info = current.pointee
            entry = info.ai_next
            let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
            guard let address = SocketAddress(sockaddr: bytes), !addresses.contains(address) else { continue }
            addresses.append(address)
        }
        return .success(addresses)
    }

    private static func failure(_ code: Int32, _ host: String) -> ResolutionError {
        switch code {
        case EAI_NONAME, clinux_eai_nodata, clinux_eai_address_family: return .notFound(host)
        case EAI_SYSTEM: return .failed(SystemError(code: errno, call: "getaddrinfo").description)
        default: return .failed(gai_strerror(code).map { String(cString: $0) } ?? "getaddrinfo: \(code)")
        }
    }
}
