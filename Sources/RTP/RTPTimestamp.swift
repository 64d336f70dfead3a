/// An RTP timestamp (RFC 3550 section 5.1): 32 bits of the media clock that start anywhere and wrap to 0.
public struct RTPTimestamp: Hashable, Sendable, BitwiseCopyable {
    /// The value on the wire, in ticks of the payload's clock.
    public var rawValue: UInt32

    /// A timestamp with this value on the wire.
    @inlinable
    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Ticks from `other` to this timestamp by the shorter way round: negative where this one is older.
    @inlinable
    public func offset(from other: RTPTimestamp) -> Int32 {
        Int32(bitPattern: rawValue &- other.rawValue)
    }

    /// The timestamp `ticks` after this one (before it where negative).
    @inlinable
    public func advanced(by ticks: Int) -> RTPTimestamp {
        RTPTimestamp(rawValue &+ UInt32(truncatingIfNeeded: ticks))
    }

    /// Whether this is the newer of the two (of two half a circle apart neither is newer).
    @inlinable
    public func isNewer(than other: RTPTimestamp) -> Bool {
        offset(from: other) > 0
    }
}
