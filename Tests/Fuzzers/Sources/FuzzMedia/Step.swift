/// What happens next in a script.
enum Step {
    /// To the RTP port, from a source.
    case rtp(Int)
    case raw(Int)
    case multiplexed(Int)
    /// To the RTCP port, from a source.
    case rtcp(Int, isRaw: Bool)
    /// A regular stream begins; its next packet comes.
    case startBurst
    case burst
    /// Another offer and answer.
    case update
    case report
    /// What goes wrong next.
    case trouble
    /// CLOCK_REALTIME is set.
    case clock
    case nothing

    init(_ octet: UInt8) {
        let source = Int(octet >> 4 & 3)
        switch octet & 15 {
        case 0...4: self = .rtp(source)
        case 5: self = .raw(source)
        case 6: self = .multiplexed(source)
        case 7, 8: self = .rtcp(source, isRaw: false)
        case 9: self = .rtcp(source, isRaw: true)
        case 10: self = .startBurst
        case 11: self = .update
        case 12: self = .report
        case 13: self = .trouble
        case 14: self = .clock
        default: self = .nothing
        }
    }

    /// Whether the worker is asked for something by other threads.
    var isCommand: Bool {
        switch self {
        case .update, .report: true
        case .rtp, .raw, .multiplexed, .rtcp, .startBurst, .burst, .trouble, .clock, .nothing: false
        }
    }
}

/// A stream of a packet in 20 ms, some of which are late or lost: enough of them to be scored, in a few octets of script.
struct Burst {
    private var left = 0
    private var lossEvery = 0
    private var delay: Int64 = 0

    init() {}

    init(_ script: inout Script) {
        left = Int(script.octet() & 127)
        let bits = script.octet()
        lossEvery = Int(bits & 15)
        delay = Int64(bits >> 4) * 4_000_000
    }

    /// In how many nanoseconds the next packet comes; nil after the last one.
    mutating func next() -> Int64? {
        guard left > 0 else { return nil }
        left -= 1
        return 20_000_000 + (left % 2 == 0 ? delay : -delay).clamped(to: -20_000_000...60_000_000)
    }

    /// Whether that packet is lost.
    var loses: Bool { lossEvery > 0 && left % lossEvery == 0 }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
