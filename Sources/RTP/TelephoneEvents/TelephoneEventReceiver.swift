/// Turns the packets of telephone events into events, each exactly once (RFC 4733 section 2.5.2).
///
/// An event is known by the timestamp of its start, so that the repeated end packets belong to it, and a lost end does
/// not join it with the next one. A long event's further segments (section 2.5.1.3) continue it.
public struct TelephoneEventReceiver: Sendable, BitwiseCopyable {
    /// An event that is over.
    public struct Completed: Hashable, Sendable {
        /// The event.
        public var code: UInt8
        /// How long it lasted, in ticks of the timestamp's clock, as far as the packets told.
        public var duration: UInt32
    }

    /// What a packet brought.
    public struct Change: Hashable, Sendable {
        /// The event before, whose end was never heard.
        public var interrupted: Completed?
        /// A new event: this is when a digit counts.
        public var began: UInt8?
        /// The end of the present event.
        public var ended: Completed?

        /// No change.
        public init() {}
    }

    /// An event that is silent for so long is over, though its end was not heard: several of the longest intervals
    /// between its packets (50 ms, section 2.5.1.2).
    public static let silenceNanoseconds: Int64 = 250_000_000

    private var isKnown = false
    private var isOver = false
    private var code: UInt8 = 0
    private var ssrc: UInt32 = 0
    /// Where the present segment starts, how long it has lasted, and how long those before it.
    private var start = RTPTimestamp(0)
    private var duration: UInt16 = 0
    private var durationBefore: UInt32 = 0
    private var latest = SequenceNumber(0)
    private var arrival: Int64 = 0

    /// A receiver that has seen no event.
    public init() {}

    /// When `advance` should be asked for the end of the present event; nil without one.
    public var deadlineNanoseconds: Int64? {
        isKnown && !isOver ? arrival &+ Self.silenceNanoseconds : nil
    }

    /// Takes in the report of one packet.
    public mutating func receive(
        _ event: TelephoneEvent, header: RTPHeader, arrivalNanoseconds: Int64
    ) -> Change {
        var change = Change()
        guard !isKnown || ssrc != header.ssrc || !isLate(header.sequenceNumber) else { return change }
        if !continues(event, header) {
            change.interrupted = finish()
            change.began = event.code
            isKnown = true
            isOver = false
            code = event.code
            ssrc = header.ssrc
            start = header.timestamp
            duration = 0
            durationBefore = 0
        }
        latest = header.sequenceNumber
        guard !isOver else { return change }
        arrival = arrivalNanoseconds
        duration = max(duration, event.duration)
        if event.isEnd { change.ended = finish() }
        return change
    }

    /// The present event, where it has been silent for too long at `nowNanoseconds`, by the clock of the arrivals.
    public mutating func advance(to nowNanoseconds: Int64) -> Completed? {
        guard let deadlineNanoseconds, nowNanoseconds >= deadlineNanoseconds else { return nil }
        return finish()
    }

    /// A duplicate, or a packet that was overtaken: all it could tell has been told.
    private func isLate(_ sequence: SequenceNumber) -> Bool {
        (-100...0).contains(sequence.offset(from: latest))
    }

    /// Whether the packet belongs to the present event; a further segment becomes the present one.
    private mutating func continues(_ event: TelephoneEvent, _ header: RTPHeader) -> Bool {
        guard isKnown, ssrc == header.ssrc, code == event.code else { return false }
        let offset = header.timestamp.offset(from: start)
        if offset == 0 { return true }
        guard offset > 0, !header.marker else { return false }
        // No event can start before the one before is over: this sender moves the timestamp within an event.
        if offset < Int32(duration) { return true }
        guard !isOver else { return false }
        if offset == Int32(duration) || offset % 0xFFFF == 0 {
            // Packets of whole segments may be lost in between.
            durationBefore &+= UInt32(offset)
            start = header.timestamp
            duration = 0
            return true
        }
        return false
    }

    private mutating func finish() -> Completed? {
        guard isKnown, !isOver else { return nil }
        isOver = true
        return Completed(code: code, duration: durationBefore &+ UInt32(duration))
    }
}
