import Glibc

/// Which of this machine's addresses a peer sees.
public enum LocalAddress {
    /// The address that the kernel would send from, found by connecting a datagram socket: nothing goes out.
    ///
    /// - Returns: the address with port 0.
    /// - Throws: `ENETUNREACH` and its like where there is no route.
    public static func towards(_ peer: SocketAddress) throws(SystemError) -> SocketAddress {
        let socket = try Socket.open(peer.family, .datagram)
        // Port 0 may not be connected to; which port it is does not matter to the routing.
        let target = peer.port == 0 ? peer.with(port: 9) : peer
        try Socket.connect(socket, to: target)
        return try SocketAddress(boundBy: socket).with(port: 0)
    }
}
