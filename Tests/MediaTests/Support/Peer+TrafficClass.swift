import Glibc
import Networking

extension Peer {
    /// Asks for the traffic class of what comes (IP_RECVTOS, IPV6_RECVTCLASS).
    func watchTrafficClass() throws {
        var on: Int32 = 1
        let (level, option) =
            address.family == .ipv4 ? (IPPROTO_IP, IP_RECVTOS) : (IPPROTO_IPV6, IPV6_RECVTCLASS)
        try SystemCall.run("setsockopt") {
            setsockopt(number, Int32(level), option, &on, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// The traffic class that the next datagram came with; nil where none comes in time.
    func receiveTrafficClass() -> Int32? {
        var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 10_000) > 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 256, alignment: 16) { control in
            var message = msghdr()
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            guard recvmsg(number, &message, Int32(MSG_TRUNC)) >= 0 else { return nil }
            var offset = 0
            while offset + MemoryLayout<cmsghdr>.size <= message.msg_controllen {
                let header = control.load(fromByteOffset: offset, as: cmsghdr.self)
                let value = offset + MemoryLayout<cmsghdr>.size
                switch (header.cmsg_level, header.cmsg_type) {
                // IPv4's is one octet.
                case (Int32(IPPROTO_IP), IP_TOS): return Int32(control[value])
                case (Int32(IPPROTO_IPV6), IPV6_TCLASS): return control.load(fromByteOffset: value, as: Int32.self)
                default: offset += (Int(header.cmsg_len) + 7) & ~7
                }
            }
            return nil
        }
    }
}
