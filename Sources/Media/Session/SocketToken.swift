/// The sockets of a session.
enum SocketKind: UInt64 {
    /// What is bound before the session is opened.
    case rtp = 0
    case rtcp = 1
    /// What RTP is sent by.
    case outlet = 2
}

/// What names a socket of a session to the kernel, which gives it back when something has come.
///
/// It tells all that must be known to take a packet, so that the session itself, which nobody has touched for 20 ms, can be
/// fetched meanwhile.
struct SocketToken {
    private static let kindBits: UInt64 = 2
    private static let slotBits: UInt64 = 20
    private static let generationBits: UInt64 = 14

    let rawValue: UInt64

    @inline(__always)
    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// - Parameters:
    ///   - slot: below 2^20.
    ///   - generation: its last 14 bits are kept. A token lives no longer than what epoll has said of one turn.
    ///   - descriptor: below 2^28, which is more than Linux gives a process.
    init(_ kind: SocketKind, slot: UInt32, generation: UInt32, descriptor: Int32) {
        let above = Self.slotBits + Self.kindBits
        rawValue =
            kind.rawValue | UInt64(slot) << Self.kindBits
            | (UInt64(generation) & Self.mask(Self.generationBits)) << above
            | UInt64(UInt32(bitPattern: descriptor)) << (above + Self.generationBits)
    }

    @inline(__always)
    var kind: SocketKind { rawValue & 1 != 0 ? .rtcp : rawValue & 2 != 0 ? .outlet : .rtp }

    @inline(__always)
    var slot: Int { Int(rawValue >> Self.kindBits & Self.mask(Self.slotBits)) }

    @inline(__always)
    var generation: UInt32 {
        UInt32(truncatingIfNeeded: rawValue >> (Self.slotBits + Self.kindBits) & Self.mask(Self.generationBits))
    }

    @inline(__always)
    var descriptor: Int32 {
        Int32(truncatingIfNeeded: rawValue >> (Self.slotBits + Self.kindBits + Self.generationBits))
    }

    @inline(__always)
    static func mask(_ bits: UInt64) -> UInt64 { (1 << bits) - 1 }

    /// Whether a slot's present generation is the one that the token was made for.
    @inline(__always)
    func isOf(generation: UInt32) -> Bool {
        (generation ^ self.generation) & UInt32(Self.mask(Self.generationBits)) == 0
    }
}
