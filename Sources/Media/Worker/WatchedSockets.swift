/// What a worker knows of descriptors: whether it has them in its epoll set, and whose they are.
///
/// A socket that stays open from one session to another stays in the set as well. So what is known of a descriptor that
/// has been closed, and is perhaps another socket's now, is left as it is: whoever opens a session with a new socket does
/// not ask.
struct WatchedSockets: ~Copyable {
    private static let watched: UInt32 = 1 << 31

    /// By descriptor: a slot and one, or 0 where it is nobody's; the highest bit tells whether it is watched.
    private var entries: UnsafeMutablePointer<UInt32>
    private var capacity: Int

    init() {
        capacity = 256
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: 0, count: capacity)
    }

    deinit {
        entries.deallocate()
    }

    /// The slot of the session whose socket a token names; nil where there is none, or the token is not a socket's.
    @inline(__always)
    func slot(_ token: SocketToken) -> UInt32? {
        guard token.index < UInt64(capacity) else { return nil }
        let slot = entries[Int(token.index)] & ~Self.watched
        return slot == 0 ? nil : slot &- 1
    }

    /// Whether a descriptor is in the set, provided that it is still the one that was put there.
    func isWatched(_ descriptor: Int32) -> Bool {
        Int(descriptor) < capacity && entries[Int(descriptor)] & Self.watched != 0
    }

    /// A descriptor is in the set, and a session's.
    mutating func give(_ descriptor: Int32, to slot: UInt32) {
        if Int(descriptor) >= capacity { grow(beyond: Int(descriptor)) }
        entries[Int(descriptor)] = Self.watched | (slot + 1)
    }

    /// A descriptor is nobody's; it stays in the set.
    mutating func release(_ descriptor: Int32) {
        guard Int(descriptor) < capacity else { return }
        entries[Int(descriptor)] &= Self.watched
    }

    /// A descriptor has left the set.
    mutating func forget(_ descriptor: Int32) {
        guard Int(descriptor) < capacity else { return }
        entries[Int(descriptor)] = 0
    }

    private mutating func grow(beyond descriptor: Int) {
        var larger = capacity
        while larger <= descriptor { larger *= 2 }
        let moved = UnsafeMutablePointer<UInt32>.allocate(capacity: larger)
        moved.moveInitialize(from: entries, count: capacity)
        (moved + capacity).initialize(repeating: 0, count: larger - capacity)
        entries.deallocate()
        (entries, capacity) = (moved, larger)
    }
}
