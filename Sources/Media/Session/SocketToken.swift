/// The sockets of a session.
enum SocketKind: UInt64 {
    /// What is bound before the session is opened.
    case rtp = 0
    case rtcp = 1
    /// What RTP is sent by.
    case outlet = 2
}

/// What names a socket to the kernel, which gives it back when something has come.
///
/// It is the socket's as long as that is open, whichever sessions it serves: `WatchedSockets` knows whose it is.
struct SocketToken: Equatable {
    private static let kindBits: UInt64 = 2

    let rawValue: UInt64

    @inline(__always)
    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// - Parameter descriptor: not negative.
    init(_ kind: SocketKind, _ descriptor: Int32) {
        rawValue = kind.rawValue | UInt64(UInt32(bitPattern: descriptor)) << Self.kindBits
    }

    @inline(__always)
    var kind: SocketKind { rawValue & 1 != 0 ? .rtcp : rawValue & 2 != 0 ? .outlet : .rtp }

    @inline(__always)
    var descriptor: Int32 { Int32(truncatingIfNeeded: rawValue >> Self.kindBits) }

    /// Where the descriptor stands in a table of all; beyond any table where the token is not a socket's.
    @inline(__always)
    var index: UInt64 { rawValue >> Self.kindBits }
}
