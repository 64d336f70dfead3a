/// How long calls that are up may go on once no more are taken.
public enum CallDrain: Sendable, Hashable {
    /// Not at all.
    case none
    /// So long, unless they end before.
    case within(Duration)
    /// Until they end.
    case untilCallsEnd
}
