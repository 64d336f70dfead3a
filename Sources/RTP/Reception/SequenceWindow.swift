/// Which of the last 512 sequence numbers have arrived: a ring of bits, indexed by the number itself.
struct SequenceWindow: Sendable {
    static let length = 512
    private var bits = InlineArray<8, UInt64>(repeating: 0)

    /// How many of them have arrived.
    var count: Int { bits.indices.reduce(0) { $0 + bits[$1].nonzeroBitCount } }

    /// Whether `sequence`, one of the last 512 up to the highest, has arrived.
    func contains(_ sequence: SequenceNumber) -> Bool {
        bits[Int(sequence.rawValue >> 6) & 7] & SequenceWindow.bit(sequence) != 0
    }

    mutating func insert(_ sequence: SequenceNumber) {
        bits[Int(sequence.rawValue >> 6) & 7] |= SequenceWindow.bit(sequence)
    }

    /// Makes `sequence` the highest, `distance` (1 or more) after the one before: those between have not arrived.
    mutating func advance(to sequence: SequenceNumber, distance: UInt16) {
        if distance > 1 { forget(distance - 1, before: sequence) }
        insert(sequence)
    }

    /// Restarts with `sequence` the highest; bit n of `recent` says whether the one n before it has arrived.
    mutating func restart(at sequence: SequenceNumber, recent: UInt64) {
        bits = InlineArray(repeating: 0)
        for age in 0..<64 where recent >> UInt64(age) & 1 != 0 {
            insert(sequence.advanced(by: -age))
        }
    }

    private mutating func forget(_ count: UInt16, before sequence: SequenceNumber) {
        guard count < SequenceWindow.length else {
            bits = InlineArray(repeating: 0)
            return
        }
        // Whole words where possible: a long gap must not cost one step a packet.
        var next = sequence.advanced(by: -Int(count))
        var left = Int(count)
        while left > 0 {
            let shift = Int(next.rawValue & 63)
            let taken = min(64 - shift, left)
            let ones = taken == 64 ? UInt64.max : (1 << UInt64(taken)) - 1
            bits[Int(next.rawValue >> 6) & 7] &= ~(ones << UInt64(shift))
            next = next.advanced(by: taken)
            left -= taken
        }
    }

    private static func bit(_ sequence: SequenceNumber) -> UInt64 {
        1 << UInt64(sequence.rawValue & 63)
    }
}
