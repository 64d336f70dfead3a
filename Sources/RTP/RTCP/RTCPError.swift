/// Why a datagram is not a valid RTCP packet: what is wrong, where, and by which clause.
public struct RTCPError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// There is no packet at all.
        case empty
        /// A field, a list or a packet ends after what contains it.
        case truncated
        /// The version is not 2.
        case wrongVersion
        /// The first packet is neither a sender nor a receiver report, and reduced size was not agreed.
        case notCompound
        /// A packet that is not the last one is padded.
        case misplacedPadding
        /// The padding is empty, not of whole words, or longer than its packet.
        case invalidPadding
        /// The items of a source description do not end with a null octet.
        case unterminatedItems
        /// A report block of RFC 3611 has not the length of its type.
        case wrongBlockLength
        /// More packets in one datagram, or blocks in one packet, than anybody sends.
        case tooManyPackets
    }

    /// What is wrong.
    public var reason: Reason
    /// Where: octets from the start of the datagram.
    public var offset: Int

    /// An error of this reason at this place.
    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The clause that is violated.
    public var clause: String {
        switch reason {
        case .empty, .truncated, .wrongVersion: "RFC 3550 A.2"
        case .notCompound: "RFC 3550 6.1"
        case .misplacedPadding, .invalidPadding: "RFC 3550 6.4.1"
        case .unterminatedItems: "RFC 3550 6.5"
        case .wrongBlockLength: "RFC 3611 4"
        case .tooManyPackets: "RFC 3550 6.1"
        }
    }
}
