/// What real-time priority (`SCHED_FIFO`, sched(7)) the workers ask for, so that other threads do not delay packets.
public enum RealTimePriority: Hashable, Sendable {
    /// `usual`, where there are more processors than workers: else a flood of media could starve all else.
    case automatic
    /// None; the threads are like all others.
    case none
    /// This one, 1 to 99.
    case fixed(Int)

    /// Above all that is not real-time, below what is more urgent than calls.
    public static let usual = 10

    /// The priority to ask for; nil for none.
    func number(workers: Int, processors: Int) -> Int? {
        switch self {
        case .automatic: processors > workers ? Self.usual : nil
        case .none: nil
        case .fixed(let number): number
        }
    }
}
