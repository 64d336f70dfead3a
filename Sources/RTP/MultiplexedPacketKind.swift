/// What a datagram on a media port is, told by its first two octets.
///
/// RFC 5761 section 4 for RTP and RTCP on one port, RFC 7983 section 7 for what is neither. It says nothing of whether
/// the rest of the datagram is well-formed.
public enum MultiplexedPacketKind: Hashable, Sendable {
    /// An RTP packet: version 2, and not what RTCP occupies (payload types 64 to 95 with the marker set).
    case rtp
    /// An RTCP packet: version 2, and a packet type in 192 to 223.
    case rtcp
    /// Neither: STUN, DTLS, a keep-alive or noise.
    case other

    /// The kind of the packet that fills `datagram`.
    public init(of datagram: UnsafeRawBufferPointer) {
        guard datagram.count >= 8, datagram[0] >> 6 == 2 else {
            self = .other
            return
        }
        switch datagram[1] {
        case 192...223: self = .rtcp
        default: self = datagram.count >= RTPHeader.fixedLength ? .rtp : .other
        }
    }
}
