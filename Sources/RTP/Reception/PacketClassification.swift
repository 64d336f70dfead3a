/// What `ReceptionStatistics` made of a packet.
public enum PacketClassification: Hashable, Sendable {
    /// The newest packet of the stream, after `missing` that have not arrived (yet).
    case accepted(missing: UInt16)
    /// Not seen before, `depth` sequence numbers behind the newest.
    case reordered(depth: UInt16)
    /// Has arrived before.
    case duplicate
    /// The first source is not valid yet: it has not sent enough packets in sequence (RFC 3550 A.1).
    case probation
    /// Far out of sequence: discard, unless the next packet follows on it (RFC 3550 A.1).
    case badSequence
    /// The second packet in sequence after a leap of the sequence number: the source has restarted; play from here.
    case resynchronised
    /// From an SSRC other than the present source's, which goes on: discard.
    case otherSource
    /// The second packet in sequence from another SSRC: it is the present source from here on.
    case sourceChange

    /// Whether the packet carries media of the present source that has not been heard before.
    public var isPlayable: Bool {
        switch self {
        case .accepted, .reordered, .resynchronised, .sourceChange: true
        case .duplicate, .probation, .badSequence, .otherSource: false
        }
    }
}
