import CLinux

/// The sockets of a session, as they stand in the last two bits of its tokens.
enum SocketKind: UInt64 {
    /// What is bound before the session is opened.
    case rtp = 0
    case rtcp = 1
    /// What RTP is sent by.
    case outlet = 2

    init(token: UInt64) {
        self = token & 1 != 0 ? .rtcp : token & 2 != 0 ? .outlet : .rtp
    }
}

/// The sessions of a worker, in blocks that never move: a session's address holds as long as it is open, and growing
/// copies nothing. Freed slots are used again, under another generation.
struct SessionSlab: ~Copyable {
    private static let blockBits: UInt32 = 6
    private static let blockSize = 1 << Int(blockBits)

    private struct Slot: ~Copyable {
        var generation: UInt32
        var isOpen: Bool
        let session: UnsafeMutablePointer<Session>
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var capacity = 0
    private var used = 0
    private var free: [UInt32] = []
    private var blocks: [UnsafeMutablePointer<Session>] = []

    /// Sessions open.
    private(set) var count = 0

    init() {
        slots = .allocate(capacity: 0)
    }

    deinit {
        for index in 0..<used where slots[index].isOpen { slots[index].session.deinitialize(count: 1) }
        slots.deinitialize(count: used)
        slots.deallocate()
        for block in blocks { block.deallocate() }
    }

    /// The slot that `insert` will use next.
    mutating func reserve() -> UInt32 {
        if let slot = free.popLast() { return slot }
        if used == capacity { grow() }
        let block = blocks[used >> Int(Self.blockBits)]
        (slots + used).initialize(
            to: Slot(generation: 0, isOpen: false, session: block + (used & (Self.blockSize - 1))))
        used += 1
        return UInt32(used - 1)
    }

    /// Opens a slot that was reserved.
    mutating func insert(_ session: consuming Session) -> UnsafeMutablePointer<Session> {
        let slot = Int(session.slot)
        precondition(!slots[slot].isOpen)
        slots[slot].session.initialize(to: session)
        slots[slot].isOpen = true
        slots[slot].generation &+= 1
        count += 1
        return slots[slot].session
    }

    /// Frees an open slot and all that its session holds.
    mutating func remove(_ slot: UInt32) {
        precondition(slots[Int(slot)].isOpen)
        slots[Int(slot)].session.deinitialize(count: 1)
        slots[Int(slot)].isOpen = false
        free.append(slot)
        count -= 1
    }

    /// Whether there is a session in a slot.
    func isOpen(_ slot: UInt32) -> Bool { slot < used && slots[Int(slot)].isOpen }

    /// The session in a slot that is known to be open.
    @inline(__always)
    subscript(_ slot: UInt32) -> UnsafeMutablePointer<Session> {
        slots[Int(slot)].session
    }

    /// What names a socket of an open slot's session to the kernel: of two sessions in one slot, the later has other
    /// tokens.
    func token(_ slot: UInt32, _ kind: SocketKind) -> UInt64 {
        UInt64(slots[Int(slot)].generation) << 32 | UInt64(slot) << 2 | kind.rawValue
    }

    /// The session that the kernel means; nil where it has ended.
    @inline(__always)
    func session(token: UInt64) -> UnsafeMutablePointer<Session>? {
        let slot = Int((token & 0xFFFF_FFFF) >> 2)
        guard slot < used, slots[slot].isOpen, slots[slot].generation == UInt32(token >> 32) else { return nil }
        return slots[slot].session
    }

    /// Fetches what a packet of the session that the kernel means will touch.
    @inline(__always)
    func prefetch(token: UInt64) {
        let slot = Int((token & 0xFFFF_FFFF) >> 2)
        guard slot < used else { return }
        clinux_media_prefetch(slots[slot].session, Session.hotOctets)
    }

    /// The slots that are open.
    var openSlots: [UInt32] {
        (0..<used).filter { slots[$0].isOpen }.map(UInt32.init)
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Slot>.allocate(capacity: capacity + Self.blockSize)
        larger.moveInitialize(from: slots, count: used)
        slots.deallocate()
        slots = larger
        capacity += Self.blockSize
        blocks.append(.allocate(capacity: Self.blockSize))
    }
}
