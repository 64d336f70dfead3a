import RTP

/// The one stream that a session sends: an SSRC, sequence numbers that rise by one a packet (RFC 3550 section 5.1), and
/// timestamps that tell the time from one packet to the next, whatever feeds it and however long it pauses.
struct OutgoingStream: Sendable, BitwiseCopyable {
    let ssrc: UInt32
    /// The clock rate in Hz of what is sent at present.
    var clockRate: UInt32
    private(set) var hasStarted = false
    private var sequence: SequenceNumber
    /// The timestamp of the newest sampling instant sent, and when that was by CLOCK_MONOTONIC.
    private(set) var newest: RTPTimestamp
    private(set) var newestNanoseconds: Int64 = 0
    /// Ticks of the frame that the newest timestamp belongs to: the next frame cannot begin before it ends.
    private var newestTicks: UInt32 = 0

    // The echo's view of the peer's stream.
    private var isMapped = false
    private var peerSSRC: UInt32 = 0
    private var peerNewest = RTPTimestamp(0)
    private var peerNanoseconds: Int64 = 0
    /// Our timestamp less the peer's.
    private var offset: UInt32 = 0

    /// How far the peer's timestamps may run from the clock before they are taken to have leapt, in seconds.
    private static let leapSeconds: Int64 = 1

    /// A stream that has sent nothing. All three numbers should be random (RFC 3550 section 5.1).
    init(ssrc: UInt32, sequence: UInt16, timestamp: UInt32, clockRate: UInt32) {
        self.ssrc = ssrc
        self.sequence = SequenceNumber(sequence)
        newest = RTPTimestamp(timestamp)
        self.clockRate = clockRate
    }

    /// The header of a frame of `ticks` that is due at `dueNanoseconds`.
    ///
    /// - Parameter beginsTalk: whether the frame is the first after a pause.
    mutating func frame(
        payloadType: UInt8, ticks: UInt32, dueNanoseconds: Int64, beginsTalk: Bool
    ) -> RTPHeader {
        let timestamp = hasStarted ? newest.advanced(by: elapsed(to: dueNanoseconds)) : newest
        let header = RTPHeader(
            payloadType: payloadType, marker: beginsTalk || !hasStarted, sequenceNumber: sequence,
            timestamp: timestamp, ssrc: ssrc)
        sequence = sequence.next
        note(timestamp, at: dueNanoseconds, ticks: ticks)
        isMapped = false
        return header
    }

    /// The header under which the payload of `header` goes back.
    ///
    /// Timestamps keep the distances that the peer's have, so that its gaps and its order survive. Where they leap, or
    /// another SSRC begins, ours go on by the clock.
    ///
    /// - Parameters:
    ///   - payloadType: what we send that payload as.
    ///   - ticks: how much audio the payload is; 0 for a telephone event, whose timestamp is that of its beginning.
    mutating func echo(
        _ header: RTPHeader, payloadType: UInt8, ticks: UInt32, nowNanoseconds now: Int64
    ) -> RTPHeader {
        let isEvent = ticks == 0
        var begins = !hasStarted
        if !isMapped || header.ssrc != peerSSRC || (!isEvent && leaps(header.timestamp, now)) {
            let next = hasStarted ? newest.advanced(by: elapsed(to: now)) : newest
            offset = next.rawValue &- header.timestamp.rawValue
            begins = begins || isMapped
            isMapped = true
            peerSSRC = header.ssrc
            peerNewest = header.timestamp
            peerNanoseconds = now
        }
        let timestamp = RTPTimestamp(header.timestamp.rawValue &+ offset)
        let echoed = RTPHeader(
            payloadType: payloadType, marker: header.marker || begins, sequenceNumber: sequence,
            timestamp: timestamp, ssrc: ssrc)
        sequence = sequence.next
        if !isEvent, !peerNewest.isNewer(than: header.timestamp) {
            peerNewest = header.timestamp
            peerNanoseconds = now
        }
        if !hasStarted || !newest.isNewer(than: timestamp) { note(timestamp, at: now, ticks: ticks) }
        return echoed
    }

    /// The timestamp that stands for the moment `now`, for sender reports; nil before the first packet.
    func timestamp(at now: Int64) -> RTPTimestamp? {
        hasStarted ? newest.advanced(by: Int(ticks(max(0, now &- newestNanoseconds)))) : nil
    }

    private mutating func note(_ timestamp: RTPTimestamp, at nanoseconds: Int64, ticks: UInt32) {
        hasStarted = true
        newest = timestamp
        newestNanoseconds = nanoseconds
        newestTicks = ticks
    }

    /// Ticks from the newest frame to one that is due at `nanoseconds`: never less than that frame lasts.
    private func elapsed(to nanoseconds: Int64) -> Int {
        Int(max(ticks(nanoseconds &- newestNanoseconds), Int64(newestTicks)))
    }

    private func leaps(_ timestamp: RTPTimestamp, _ now: Int64) -> Bool {
        let step = Int64(timestamp.offset(from: peerNewest))
        return abs(step - ticks(now &- peerNanoseconds)) > Int64(clockRate) * Self.leapSeconds
    }

    private func ticks(_ nanoseconds: Int64) -> Int64 {
        // Rounded, not truncated: due times are whole milliseconds after an odd beginning.
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds &* Int64(clockRate) &+ (rest &* Int64(clockRate) &+ 500_000_000) / 1_000_000_000
    }
}
