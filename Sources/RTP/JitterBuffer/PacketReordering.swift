/// Puts the packets of a stream back into order for what has to hear them so, such as a detector of digits: a packet that
/// comes before its turn waits until those before it have come, or until the jitter buffer would play it.
///
/// What comes in order goes through at once, for the price of a comparison. The room for what waits is taken when the first
/// packet has to, and serves from then on.
///
/// `@unchecked Sendable`: the slots belong to this value alone, which is not copied. They are taken and initialised together
/// by the first `hold`, and stay until `deinit`.
public struct PacketReordering: ~Copyable, @unchecked Sendable {
    /// What is handed on.
    public enum Piece {
        /// A payload, and its payload type. The octets hold for the time of the call.
        case payload(UnsafeRawBufferPointer, type: UInt8)
        /// So many packets in a row did not come in time.
        case gap(packets: Int)
    }

    /// Packets that may wait: the earliest goes on without those before it where one more comes.
    public static let capacity = 16
    /// The largest payload that can wait, in octets; a larger one goes on at once.
    public static let slotOctets = 512

    private struct Slot: BitwiseCopyable {
        var sequence = SequenceNumber(0)
        var playsAt: Int64 = 0
        var octets = 0
        var type: UInt8 = 0
        var isHeld = false
        var payload = InlineArray<512, UInt8>(repeating: 0)
    }

    /// `capacity` of them, or none.
    private var slots = UnsafeMutableBufferPointer<Slot>(start: nil, count: 0)
    private var held = 0
    /// The packet whose turn it is; nil before the first.
    private var next: SequenceNumber?

    /// Nothing has come yet.
    public init() {}

    deinit { slots.deallocate() }

    /// Takes a packet that is no duplicate.
    ///
    /// - Parameters:
    ///   - restarts: whether the sequence begins anew with it: what waits goes on before it.
    ///   - playsAt: when the jitter buffer plays it, in nanoseconds by the clock of `now`.
    ///   - now: when it came.
    ///   - hand: is given what can go on, in order.
    public mutating func receive(
        _ payload: UnsafeRawBufferPointer, type: UInt8, sequence: SequenceNumber, restarts: Bool, playsAt: Int64,
        now: Int64, _ hand: (Piece) -> Void
    ) {
        if held > 0 { release(dueAt: restarts ? .max : now, hand) }
        if restarts { next = nil }
        while true {
            let place = next.map { Int(sequence.offset(from: $0)) } ?? 0
            // Its turn is over.
            guard place >= 0 else { return }
            if place == 0 || payload.count > Self.slotOctets { break }
            if held < Self.capacity { return hold(payload, type, sequence, playsAt) }
            guard let earliest, sequence.isNewer(than: slots[earliest].sequence) else { break }
            goOn(to: earliest, hand)
            releaseInTurn(hand)
        }
        release(dueAt: .max, before: sequence, hand)
        skip(to: sequence, hand)
        hand(.payload(payload, type: type))
        next = sequence.next
        releaseInTurn(hand)
    }

    /// Nothing more will come: what waits goes on.
    public mutating func finish(_ hand: (Piece) -> Void) {
        release(dueAt: .max, hand)
    }

    private mutating func hold(
        _ payload: UnsafeRawBufferPointer, _ type: UInt8, _ sequence: SequenceNumber, _ playsAt: Int64
    ) {
        if slots.isEmpty {
            slots = .allocate(capacity: Self.capacity)
            slots.initialize(repeating: Slot())
        }
        guard let free = slots.firstIndex(where: { !$0.isHeld }) else { return }
        withUnsafeMutableBytes(of: &slots[free].payload) { $0.copyMemory(from: payload) }
        slots[free].sequence = sequence
        slots[free].playsAt = playsAt
        slots[free].octets = payload.count
        slots[free].type = type
        slots[free].isHeld = true
        held += 1
    }

    /// The slot of the packet whose turn comes first; nil where none waits.
    private var earliest: Int? {
        var first: Int?
        for slot in slots.indices where slots[slot].isHeld {
            if let best = first, !slots[best].sequence.isNewer(than: slots[slot].sequence) { continue }
            first = slot
        }
        return first
    }

    /// Hands on what is due, and what follows it without a gap; only packets before another one where that is given.
    private mutating func release(
        dueAt time: Int64, before limit: SequenceNumber? = nil, _ hand: (Piece) -> Void
    ) {
        while held > 0, let slot = earliest, slots[slot].playsAt <= time {
            if let limit, slots[slot].sequence.isNewer(than: limit) { return }
            goOn(to: slot, hand)
            releaseInTurn(hand)
        }
    }

    private mutating func releaseInTurn(_ hand: (Piece) -> Void) {
        while held > 0, let slot = earliest, slots[slot].sequence == next { goOn(to: slot, hand) }
    }

    /// It is this packet's turn, whether those before it have come or not.
    private mutating func goOn(to slot: Int, _ hand: (Piece) -> Void) {
        let sequence = slots[slot].sequence
        skip(to: sequence, hand)
        withUnsafeBytes(of: &slots[slot].payload) { octets in
            let payload = UnsafeRawBufferPointer(rebasing: octets[..<slots[slot].octets])
            hand(.payload(payload, type: slots[slot].type))
        }
        slots[slot].isHeld = false
        held -= 1
        next = sequence.next
    }

    private func skip(to sequence: SequenceNumber, _ hand: (Piece) -> Void) {
        let missing = next.map { Int(sequence.offset(from: $0)) } ?? 0
        if missing > 0 { hand(.gap(packets: missing)) }
    }
}
