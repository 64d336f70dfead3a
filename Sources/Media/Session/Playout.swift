import Quality
import RTP

/// The listener whom a session assumes: what a phone in our place would have played of what came, and what it missed.
///
/// It plays nothing. A value of constant size; a packet costs constant time and neither allocates nor locks.
struct Playout: Sendable, BitwiseCopyable {
    private var fates = PacketFates()
    private(set) var buffer: JitterBufferModel

    /// The octets that every packet touches.
    static let hotOctets =
        PacketFates.hotStart..<(MemoryLayout<Self>.offset(of: \.buffer) ?? 0) + JitterBufferModel.hotEnd

    init(_ configuration: JitterBufferModel.Configuration, clockRate: UInt32) {
        buffer = JitterBufferModel(configuration: configuration, clockRate: clockRate)
    }

    /// What became of every packet up to the newest.
    var metrics: BurstMetrics { fates.metrics }

    /// Decides of a packet that the statistics have classified.
    ///
    /// - Parameters:
    ///   - packet: where its timestamp does not tell when to play it, as a telephone event's, it is played when it comes,
    ///     so that neither its delay nor the gap in the audio counts against the stream.
    ///   - epoch: `ReceptionStatistics.timelineEpoch` after it took the packet.
    @inline(__always)
    mutating func receive(_ packet: ReceivedPacket, _ classification: PacketClassification, epoch: UInt32) {
        guard classification.isPlayable else { return }
        let isPlayed =
            !packet.isTimed
            || buffer.receive(
                timestamp: packet.timestamp, arrivalNanoseconds: packet.arrivalNanoseconds, epoch: epoch) == .inTime
        switch classification {
        case .accepted(let missing): fates.advance(missing: Int(missing), isPlayed: isPlayed)
        case .reordered(let depth): fates.arrive(depth: Int(depth), isPlayed: isPlayed)
        case .resynchronised, .sourceChange: fates.restart(isPlayed: isPlayed)
        case .duplicate, .probation, .badSequence, .otherSource: break
        }
    }

    /// The payload's clock has this rate from here on, in ticks a second.
    mutating func changeClockRate(to clockRate: UInt32) {
        buffer.changeClockRate(to: clockRate)
    }

    /// What the buffer was given in this interval, and begins the next.
    mutating func takeBufferInterval() -> JitterBufferCounts {
        buffer.takeInterval()
    }
}

/// What a session remembers between two of its scores.
struct ScoreHistory: Sendable, BitwiseCopyable {
    var listening = ScoreSeries()
    var conversational = ScoreSeries()
    /// What had become of the packets when the present interval began.
    var fatesBefore = FateCounts()
}
