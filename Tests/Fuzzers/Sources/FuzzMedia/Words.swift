import Glibc
import Networking

/// An address as sockets have it.
struct Words: Equatable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init(_ address: SocketAddress) {
        address.withSockaddr { pointer, length in
            withUnsafeMutableBytes(of: &words) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: min(Int(length), $0.count)))
            }
        }
    }

    init(_ pointer: UnsafePointer<UInt64>) {
        words = (pointer[0], pointer[1], pointer[2], pointer[3])
    }

    /// Of IPv4, the second half of the first four octets.
    var hasPort: Bool { words.0 & UInt64(littleEndian: 0xFFFF_0000) != 0 }

    static func == (left: Words, right: Words) -> Bool { left.words == right.words }
}
