/// What a session has sent.
struct SentCounters: Sendable, BitwiseCopyable {
    var packets: Int64 = 0
    /// Octets of payload.
    var octets: Int64 = 0
    /// When the first and the latest packet went out, by CLOCK_MONOTONIC; meaningless before the first.
    var first: Int64 = 0
    var last: Int64 = 0
}

/// What a session counts now and then.
struct SessionCounters: Sendable, BitwiseCopyable {
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
}
