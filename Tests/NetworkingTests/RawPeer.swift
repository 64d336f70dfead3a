import CLinux
import Glibc

@testable import Networking

/// A peer without manners: a plain socket, whose calls wait 20 s at most.
final class RawPeer {
    let socket: FileDescriptor

    private init(_ kind: Socket.Kind, _ family: SocketAddress.Family) throws {
        socket = try Socket.open(family, kind)
        _ = fcntl(socket.rawValue, F_SETFL, 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket.rawValue, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// A connection.
    convenience init(connectingTo address: SocketAddress, receiveBufferBytes: Int32? = nil) throws {
        try self.init(.stream, address.family)
        if let receiveBufferBytes { try Socket.set(socket, SOL_SOCKET, SO_RCVBUF, receiveBufferBytes) }
        try Socket.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        try Socket.connect(socket, to: address)
    }

    /// A socket that listens and accepts nobody.
    convenience init(listeningWithBacklog backlog: Int32) throws {
        try self.init(.stream, .ipv4)
        try Socket.bind(socket, to: .loopback(.ipv4))
        let number = socket.rawValue
        try SystemCall.run("listen") { listen(number, backlog) }
    }

    /// A datagram socket.
    convenience init(boundTo address: SocketAddress) throws {
        try self.init(.datagram, address.family)
        try Socket.bind(socket, to: address)
    }

    var address: SocketAddress {
        get throws { try SocketAddress(boundBy: socket) }
    }

    func send(_ bytes: [UInt8], to peer: SocketAddress? = nil) throws {
        let number = socket.rawValue
        let sent = try SystemCall.run("send") {
            guard let peer else { return clinux_send(number, bytes, bytes.count) }
            return peer.withSockaddr { sendto(number, bytes, bytes.count, 0, $0, $1) }
        }
        precondition(sent == bytes.count)
    }

    /// What comes next; empty at the end.
    func receive(atMost count: Int = 65536) throws -> [UInt8] {
        let number = socket.rawValue
        var buffer = [UInt8](repeating: 0, count: count)
        let received = try SystemCall.run("recv") { recv(number, &buffer, count, 0) }
        return Array(buffer[..<received])
    }

    func receiveToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try receive()
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }
}
