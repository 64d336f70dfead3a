import RTP

/// What a session has received: the account of it, and what a listener would have had.
///
/// A packet is only noted when it comes. Some at a time are accounted for, since at thousands of sessions most of what
/// that takes is to fetch the account, and the code; once they are at hand, a packet more is next to nothing. Whoever reads
/// the account settles it first.
struct StreamAccount: Sendable, BitwiseCopyable {
    /// Packets that are noted before they are accounted for.
    static let capacity = 8

    private var noted = 0
    private var notes = InlineArray<8, ReceivedPacket>(repeating: ReceivedPacket())
    var playout: Playout
    var reception: ReceptionStatistics

    /// Where the octets end that every packet touches, from the beginning, but for the place of its note.
    static let hotEnd = MemoryLayout<Self>.offset(of: \.notes) ?? 0

    /// The account of a stream of which nothing has come, whose payload has this clock rate.
    init(_ configuration: JitterBufferModel.Configuration, clockRate: UInt32) {
        playout = Playout(configuration, clockRate: clockRate)
        // Only what comes from the agreed or latched address gets here: one packet proves the source.
        reception = ReceptionStatistics(clockRate: clockRate)
    }

    /// Whether the next note settles the account.
    @inline(__always)
    var isAlmostFull: Bool { noted == Self.capacity - 1 }

    /// Where the next note will be, in octets from where the first is.
    @inline(__always)
    var nextNote: Int { noted &* MemoryLayout<ReceivedPacket>.stride }

    /// Takes a packet, to be accounted for later.
    @inline(__always)
    mutating func note(_ packet: ReceivedPacket) {
        notes[noted] = packet
        noted &+= 1
        if noted == Self.capacity { settle() }
    }

    /// Takes a packet and accounts for it, after those that were noted.
    mutating func receive(_ packet: ReceivedPacket) -> PacketClassification {
        settle()
        return account(packet)
    }

    /// Accounts for what was noted.
    mutating func settle() {
        for index in 0..<noted { _ = account(notes[index]) }
        noted = 0
    }

    /// The payload's clock has another rate from here on, in ticks a second.
    mutating func changeClockRate(to clockRate: UInt32) {
        settle()
        reception.changeClockRate(to: clockRate)
        playout.changeClockRate(to: clockRate)
    }

    /// Whether what a Statistics Summary block tells is kept from here on.
    mutating func keepSummaries(_ keeps: Bool) {
        settle()
        reception.keepSummaries(keeps)
    }

    @inline(__always)
    private mutating func account(_ packet: ReceivedPacket) -> PacketClassification {
        let classification = reception.receive(packet)
        playout.receive(packet, classification, epoch: reception.timelineEpoch)
        return classification
    }
}
