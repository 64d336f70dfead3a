import SIP

/// When the memory of a rush is given back to the system: once most of what was held at its height is gone.
///
/// The allocator keeps what was freed, between what is still in use, so that a daemon that was flooded once would look
/// as if it leaked.
struct MemoryReturn {
    /// Between two times; it takes some milliseconds.
    static let interval = Duration.seconds(10)
    /// Fewer transactions are not worth it.
    static let least = 1_000

    private var most = 0
    private var rests: Instant?

    /// Whether memory is to be given back now.
    /// - Parameter held: the transactions that there are.
    mutating func isDue(held: Int, now: Instant) -> Bool {
        most = max(most, held)
        guard most >= Self.least, held <= most / 8, rests.map({ $0 <= now }) ?? true else { return false }
        most = held
        rests = now + Self.interval
        return true
    }
}
