/// The slots of a slab in chains: all those of one key, the last one first.
struct SlotChains<Key: Hashable & Sendable>: Sendable {
    private struct Link: Sendable {
        var previous: UInt32
        var next: UInt32
    }

    private static var end: UInt32 { .max }

    private var heads: [Key: UInt32] = [:]
    private var links: [Link] = []

    /// The first slot of a chain.
    func first(_ key: Key) -> Int? {
        heads[key].map { Int($0) }
    }

    /// The slot behind another.
    func next(after slot: Int) -> Int? {
        let next = links[slot].next
        return next == Self.end ? nil : Int(next)
    }

    /// Puts a slot, which is in no chain, at the head of one.
    mutating func insert(_ slot: Int, under key: Key) {
        while links.count <= slot { links.append(Link(previous: Self.end, next: Self.end)) }
        let next = heads.updateValue(UInt32(slot), forKey: key) ?? Self.end
        links[slot] = Link(previous: Self.end, next: next)
        if next != Self.end { links[Int(next)].previous = UInt32(slot) }
    }

    /// Takes a slot out of its chain.
    mutating func remove(_ slot: Int, under key: Key) {
        let link = links[slot]
        if link.next != Self.end { links[Int(link.next)].previous = link.previous }
        if link.previous != Self.end {
            links[Int(link.previous)].next = link.next
        } else if link.next != Self.end {
            heads[key] = link.next
        } else {
            heads[key] = nil
        }
    }

    /// Forgets everything and its memory.
    mutating func removeAll() {
        heads = [:]
        links = []
    }
}
