import Foundation
import Glibc
import Networking

/// A socket of this process, as the kernel knows it.
struct BoundSocket {
    /// To whom it is connected; nil where it is not.
    let peer: SocketAddress?

    /// Those that are bound to a port.
    static func all(at port: UInt16) -> [BoundSocket] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return numbers.compactMap { Int32($0) }
            .filter { address(of: $0, getsockname)?.port == port }
            .map { BoundSocket(peer: address(of: $0, getpeername)) }
    }

    /// Those of them that are connected, and to whom.
    static func peers(at port: UInt16) -> [SocketAddress] {
        all(at: port).compactMap(\.peer)
    }

    private static func address(
        of number: Int32,
        _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(number, $0, &length) }
        }
        return result == 0 ? SocketAddress(storage) : nil
    }
}
