import CLinux

/// The sessions of a worker, in blocks that never move: a session's address holds as long as it is open, and growing
/// copies nothing. Freed slots are used again, under another generation.
struct SessionSlab: ~Copyable {
    private static let blockBits = 6
    private static let blockSize = 1 << blockBits

    /// Of each slot: its generation, which is odd while it is open.
    private var generations: UnsafeMutablePointer<UInt32>
    private var blocks: UnsafeMutablePointer<UnsafeMutablePointer<Session>>
    private var capacity = 0
    private var used = 0
    private var free: [UInt32] = []
    /// What a packet touches of its session.
    private let hotOctets = Session.hotOctets

    /// Sessions open.
    private(set) var count = 0

    init() {
        generations = .allocate(capacity: 0)
        blocks = .allocate(capacity: 0)
    }

    deinit {
        for slot in openSlots { self[slot].deinitialize(count: 1) }
        for block in 0..<capacity / Self.blockSize { blocks[block].deallocate() }
        generations.deallocate()
        blocks.deallocate()
    }

    /// The slot that `insert` will use next.
    mutating func reserve() -> UInt32 {
        if let slot = free.popLast() { return slot }
        if used == capacity { grow() }
        (generations + used).initialize(to: 0)
        used += 1
        return UInt32(used - 1)
    }

    /// Opens a slot that was reserved.
    mutating func insert(_ session: consuming Session) -> UnsafeMutablePointer<Session> {
        let slot = session.slot
        precondition(!isOpen(slot))
        self[slot].initialize(to: session)
        generations[Int(slot)] &+= 1
        count += 1
        return self[slot]
    }

    /// Frees an open slot and all that its session holds.
    mutating func remove(_ slot: UInt32) {
        precondition(isOpen(slot))
        self[slot].deinitialize(count: 1)
        generations[Int(slot)] &+= 1
        free.append(slot)
        count -= 1
    }

    /// Whether there is a session in a slot.
    func isOpen(_ slot: UInt32) -> Bool { slot < used && generations[Int(slot)] & 1 != 0 }

    /// The session in a slot that is known to be open.
    @inline(__always)
    subscript(_ slot: UInt32) -> UnsafeMutablePointer<Session> { address(Int(slot)) }

    @inline(__always)
    private func address(_ slot: Int) -> UnsafeMutablePointer<Session> {
        blocks[slot >> Self.blockBits] + (slot & (Self.blockSize - 1))
    }

    /// What names a socket of an open slot's session: of two sessions in one slot, the later has other tokens.
    func token(_ slot: UInt32, _ kind: SocketKind, _ descriptor: Int32) -> SocketToken {
        SocketToken(kind, slot: slot, generation: generations[Int(slot)], descriptor: descriptor)
    }

    /// The session that the kernel means; nil where it has ended. The session itself is not touched.
    @inline(__always)
    func session(_ token: SocketToken) -> UnsafeMutablePointer<Session>? {
        let slot = token.slot
        guard slot < used, generations[slot] & 1 != 0, token.isOf(generation: generations[slot]) else { return nil }
        return address(slot)
    }

    /// Fetches what a packet of the session that the kernel means will touch.
    @inline(__always)
    func prefetch(_ token: SocketToken) {
        let slot = token.slot
        guard slot < used else { return }
        clinux_media_prefetch(address(slot), hotOctets)
    }

    /// The slots that are open.
    var openSlots: [UInt32] {
        (0..<UInt32(used)).filter { isOpen($0) }
    }

    private mutating func grow() {
        generations = Self.moved(generations, count: used, capacity: capacity + Self.blockSize)
        let count = capacity / Self.blockSize
        blocks = Self.moved(blocks, count: count, capacity: count + 1)
        (blocks + count).initialize(to: .allocate(capacity: Self.blockSize))
        capacity += Self.blockSize
    }

    private static func moved<Element>(
        _ elements: UnsafeMutablePointer<Element>, count: Int, capacity: Int
    ) -> UnsafeMutablePointer<Element> {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        larger.moveInitialize(from: elements, count: count)
        elements.deallocate()
        return larger
    }
}
