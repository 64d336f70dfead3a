/// Which way media flows, seen by the party that describes it (RFC 8866 6.7).
public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// Both ways; what holds where nothing is said.
    case sendrecv
    /// It sends and does not want to receive.
    case sendonly
    /// It receives and does not send.
    case recvonly
    /// Neither; RTCP still flows.
    case inactive

    /// The direction that sends and receives as said.
    public init(sends: Bool, receives: Bool) {
        self =
            switch (sends, receives) {
            case (true, true): .sendrecv
            case (true, false): .sendonly
            case (false, true): .recvonly
            case (false, false): .inactive
            }
    }

    /// Whether the describing party sends.
    public var sends: Bool { self == .sendrecv || self == .sendonly }

    /// Whether the describing party receives.
    public var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The same flow as the other party would describe it.
    public var reversed: Direction { Direction(sends: receives, receives: sends) }

    /// What both directions allow (RFC 3264 6.1).
    public func intersection(_ other: Direction) -> Direction {
        Direction(sends: sends && other.sends, receives: receives && other.receives)
    }
}
