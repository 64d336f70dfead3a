import Dispatch
import Glibc
import Synchronization

/// What a socket call refused.
struct SocketError: Error {
    let call: String
    let code = errno
}

/// An IPv4 socket on the loopback interface that a dispatch source reads; closed with the object.
class LoopbackSocket: @unchecked Sendable {
    // The descriptor and the source are set in `init` and only read afterwards.
    fileprivate let descriptor: Int32
    private var source: (any DispatchSourceRead)?
    let port: UInt16

    fileprivate init(type: __socket_type, bound port: UInt16, connectedTo remote: UInt16?) throws {
        let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(call: "socket") }
        var size = Int32(1 << 20)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        do {
            if type == SOCK_DGRAM || port != 0 { try Self.call("bind", bind, descriptor, port) }
            if let remote { try Self.call("connect", connect, descriptor, remote) }
        } catch {
            close(descriptor)
            throw error
        }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.descriptor = descriptor
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        if let source { source.cancel() } else { close(descriptor) }
    }

    fileprivate func read(_ handler: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: "socket"))
        source.setEventHandler(handler: handler)
        source.setCancelHandler { [descriptor] in close(descriptor) }
        source.resume()
        self.source = source
    }

    /// Reads no more and closes the descriptor: its end of file would be read again and again.
    fileprivate func finish() { source?.cancel() }

    fileprivate var isFinished: Bool { source?.isCancelled ?? true }

    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func call(
        _ name: String, _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32,
        _ port: UInt16
    ) throws {
        var address = address(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SocketError(call: name) }
    }
}

/// A datagram, where it came from and when.
struct Datagram: Sendable {
    let bytes: [UInt8]
    let port: UInt16
    let time: ContinuousClock.Instant
}

/// A UDP socket on 127.0.0.1.
final class DatagramSocket: LoopbackSocket, @unchecked Sendable {
    init(port: UInt16 = 0, _ handler: @escaping @Sendable (Datagram) -> Void) throws {
        try super.init(type: SOCK_DGRAM, bound: port, connectedTo: nil)
        let descriptor = descriptor
        read {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &length)
                }
            }
            guard count >= 0 else { return }
            let source = UInt16(bigEndian: address.sin_port)
            handler(Datagram(bytes: Array(buffer[..<count]), port: source, time: .now))
        }
    }

    /// A pair of an even port for RTP and the next one for RTCP.
    static func pair(
        rtp: @escaping @Sendable (Datagram) -> Void, rtcp: @escaping @Sendable (Datagram) -> Void = { _ in }
    ) throws -> (rtp: DatagramSocket, rtcp: DatagramSocket) {
        while true {
            let first = try DatagramSocket(rtp)
            guard first.port.isMultiple(of: 2), first.port < .max else { continue }
            if let second = try? DatagramSocket(port: first.port + 1, rtcp) { return (first, second) }
        }
    }

    func send(_ bytes: [UInt8], to port: UInt16) {
        var address = Self.address(port)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A TCP connection to 127.0.0.1.
final class StreamSocket: LoopbackSocket, @unchecked Sendable {
    /// - Parameter handler: what arrived; empty when the far end closed.
    init(to port: UInt16, _ handler: @escaping @Sendable ([UInt8]) -> Void) throws {
        try super.init(type: SOCK_STREAM, bound: 0, connectedTo: port)
        let descriptor = descriptor
        read { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count <= 0 { self?.finish() }
            handler(Array(buffer[..<max(0, count)]))
        }
    }

    func send(_ bytes: [UInt8]) {
        guard !isFinished else { return }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }
}
