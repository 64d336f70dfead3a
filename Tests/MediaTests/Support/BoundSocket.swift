import Foundation
import Glibc
import Networking

/// A socket of this process, as the kernel knows it.
struct BoundSocket {
    /// To whom it is connected; nil where it is not.
    let peer: SocketAddress?

    /// Those that are bound to an address, or, where that is a wildcard, to its port. (Another test may have the same port
    /// of the other family.)
    static func all(at address: SocketAddress) -> [BoundSocket] {
        numbers.filter { number in
            guard let local = self.address(of: number, getsockname) else { return false }
            return local == address || address.isWildcard && local.port == address.port
        }.map { BoundSocket(peer: self.address(of: $0, getpeername)) }
    }

    /// Those of them that are connected, and to whom.
    static func peers(at address: SocketAddress) -> [SocketAddress] {
        all(at: address).compactMap(\.peer)
    }

    /// What names a descriptor's file or socket as long as it is open anywhere.
    static func identity(_ descriptor: Int32) -> UInt64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    /// Whether any epoll set of this process has a descriptor in it. (It is in none as another's: what is closed has left.)
    static func isWatched(_ descriptor: Int32) -> Bool {
        numbers.contains { number in
            let watched = try? String(contentsOfFile: "/proc/self/fdinfo/\(number)", encoding: .utf8)
            return watched?.split(separator: "\n").contains { line in
                let words = line.split(separator: " ", omittingEmptySubsequences: true)
                return words.count > 1 && words[0] == "tfd:" && Int32(words[1]) == descriptor
            } ?? false
        }
    }

    /// What names all that is open.
    static var identities: Set<UInt64> { Set(numbers.map(identity)) }

    private static var numbers: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
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
