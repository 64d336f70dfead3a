/// An RTP sequence number (RFC 3550 section 5.1): 16 bits that start anywhere and wrap to 0 after 65,535.
public struct SequenceNumber: Hashable, Sendable, BitwiseCopyable {
    /// The value on the wire.
    public var rawValue: UInt16

    /// A sequence number with this value on the wire.
    @inlinable
    public init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The sequence number of the packet after this one.
    @inlinable
    public var next: SequenceNumber { SequenceNumber(rawValue &+ 1) }

    /// Packets from `earlier` forward to this one, modulo 2^16: 0 to 65,535 (`udelta` of RFC 3550 A.1).
    @inlinable
    public func distance(from earlier: SequenceNumber) -> UInt16 {
        rawValue &- earlier.rawValue
    }

    /// Packets from `other` to this one by the shorter way round: negative where this one is older, -32,768 to 32,767.
    @inlinable
    public func offset(from other: SequenceNumber) -> Int16 {
        Int16(bitPattern: rawValue &- other.rawValue)
    }

    /// The sequence number `count` packets after this one (before it where negative).
    @inlinable
    public func advanced(by count: Int) -> SequenceNumber {
        SequenceNumber(rawValue &+ UInt16(truncatingIfNeeded: count))
    }

    /// Whether this is the newer of the two (RFC 1982's comparison; of two half a circle apart neither is newer).
    @inlinable
    public func isNewer(than other: SequenceNumber) -> Bool {
        offset(from: other) > 0
    }
}
