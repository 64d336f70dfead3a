import CLinux

/// The sessions of a worker, in blocks that never move: a session's address holds as long as it is open, and growing
/// copies nothing. Freed slots are used again.
struct SessionSlab: ~Copyable {
    private static let blockBits = 6
    private static let blockSize = 1 << blockBits

    /// Of each slot: whether there is a session in it.
    private var occupied: UnsafeMutablePointer<Bool>
    private var blocks: UnsafeMutablePointer<UnsafeMutablePointer<Session>>
    private var capacity = 0
    private var used = 0
    private var free: [UInt32] = []
    private var hotOctets = HotOctets()

    /// Sessions open.
    private(set) var count = 0

    init() {
        occupied = .allocate(capacity: 0)
        blocks = .allocate(capacity: 0)
    }

    deinit {
        for slot in openSlots { self[slot].deinitialize(count: 1) }
        for block in 0..<capacity / Self.blockSize { blocks[block].deallocate() }
        occupied.deallocate()
        blocks.deallocate()
    }

    /// The slot that `insert` will use next.
    mutating func reserve() -> UInt32 {
        if let slot = free.popLast() { return slot }
        if used == capacity { grow() }
        (occupied + used).initialize(to: false)
        used += 1
        return UInt32(used - 1)
    }

    /// Opens a slot that was reserved.
    mutating func insert(_ session: consuming Session) -> UnsafeMutablePointer<Session> {
        let slot = session.slot
        precondition(!isOpen(slot))
        self[slot].initialize(to: session)
        occupied[Int(slot)] = true
        count += 1
        return self[slot]
    }

    /// Frees an open slot and all that its session holds.
    mutating func remove(_ slot: UInt32) {
        precondition(isOpen(slot))
        self[slot].deinitialize(count: 1)
        occupied[Int(slot)] = false
        free.append(slot)
        count -= 1
    }

    /// Whether there is a session in a slot.
    func isOpen(_ slot: UInt32) -> Bool { slot < used && occupied[Int(slot)] }

    /// The session in a slot that is known to be open.
    @inline(__always)
    subscript(_ slot: UInt32) -> UnsafeMutablePointer<Session> { address(Int(slot)) }

    @inline(__always)
    private func address(_ slot: Int) -> UnsafeMutablePointer<Session> {
        blocks[slot >> Self.blockBits] + (slot & (Self.blockSize - 1))
    }

    /// Fetches what a packet of an open slot's session will touch.
    @inline(__always)
    func prefetch(_ slot: UInt32) { hotOctets.prefetch(self[slot]) }

    /// Fetches what a packet of an open session will touch of its account.
    @inline(__always)
    func prefetchAccount(_ session: UnsafeMutablePointer<Session>) { hotOctets.prefetchAccount(session) }

    /// The slots that are open.
    var openSlots: [UInt32] {
        (0..<UInt32(used)).filter { isOpen($0) }
    }

    private mutating func grow() {
        occupied = Self.moved(occupied, count: used, capacity: capacity + Self.blockSize)
        let count = capacity / Self.blockSize
        blocks = Self.moved(blocks, count: count, capacity: count + 1)
        (blocks + count).initialize(to: .allocate(capacity: Self.blockSize))
        if count == 0 { hotOctets = HotOctets(of: blocks[0]) }
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
