import Networking
import SIP

/// Which connections have begun a message and not ended it, and since when. No I/O: the time is a parameter.
///
/// The time counts from a message's first byte, whatever comes after it: a byte now and then keeps nobody waiting.
struct PartialMessages {
    /// How long a message may take.
    let limit: Duration
    private var begun: [UInt64: Instant] = [:]

    /// None yet.
    init(limit: Duration) {
        self.limit = limit
    }

    /// All that came has been looked at.
    /// - Parameters:
    ///   - held: whether a part of a message is left.
    ///   - hasEndedOne: whether a message has ended, so that what is left is of another one.
    /// - Returns: whether `nextDeadline` may be earlier.
    mutating func note(_ flow: UInt64, held: Bool, hasEndedOne: Bool, now: Instant) -> Bool {
        guard held else {
            begun[flow] = nil
            return false
        }
        guard hasEndedOne || begun[flow] == nil else { return false }
        begun[flow] = now
        return begun.count == 1
    }

    /// A connection is no more.
    mutating func forget(_ flow: UInt64) { begun[flow] = nil }

    /// The connections whose message has taken too long; they are not named again.
    mutating func takeOverdue(now: Instant) -> [UInt64] {
        let overdue = begun.filter { $0.value + limit <= now }.map(\.key)
        for flow in overdue { begun[flow] = nil }
        return overdue
    }

    /// When to look for the next overdue ones: at most sixteen times in the limit, since looking goes through all.
    func nextDeadline(now: Instant) -> Instant? {
        begun.values.min().map { max($0 + limit, now + limit / 16) }
    }
}
