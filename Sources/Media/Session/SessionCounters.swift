/// What a session counts that its statistics do not.
struct SessionCounters: Sendable, BitwiseCopyable {
    var packetsSent: Int64 = 0
    var octetsSent: Int64 = 0
    /// By CLOCK_MONOTONIC; meaningless before the first packet.
    var firstSent: Int64 = 0
    var lastSent: Int64 = 0

    // Not for every packet.
    var skippedFrames: UInt32 = 0
    var skippedEchoes: UInt32 = 0
    var refusedEchoes: UInt32 = 0
    var blocked: UInt32 = 0
    var sendFailures: UInt32 = 0
    var unreachable: UInt32 = 0
    var rtcpSent: UInt32 = 0
    var rtcpReceived: UInt32 = 0
    var telephoneEvents: UInt32 = 0

    var stray: UInt32 = 0
    var wrongPayloadType: UInt32 = 0
    var notRTP: UInt32 = 0
    var malformed: UInt32 = 0
    var tooLong: UInt32 = 0
    var malformedRTCP: UInt32 = 0
    var strayRTCP: UInt32 = 0

    /// Where the octets end that every packet touches, from the beginning.
    static let hotEnd = MemoryLayout<Self>.offset(of: \.skippedFrames) ?? MemoryLayout<Self>.size
}
