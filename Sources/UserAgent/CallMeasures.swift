import Media
import SIP

/// What calls were like, in seconds where it is a time.
public struct CallMeasures: Sendable {
    /// From the arrival of the INVITE to the 200, of each call that is answered.
    public private(set) var setup = MeasureHistogram([
        0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60,
    ])
    /// How much later than the settings say the 200 was sent.
    public private(set) var answerDelay = MeasureHistogram([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30,
    ])
    /// From the 200 to the end, of each answered call that is over.
    public private(set) var duration = MeasureHistogram([1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600])
    /// MOS-LQ of the whole call.
    public private(set) var listeningMOS = MeasureHistogram(scale)
    /// MOS-CQ of the whole call.
    public private(set) var conversationalMOS = MeasureHistogram(scale)
    /// The share of the packets expected that have not come, 0 to 1.
    public private(set) var lossRatio = MeasureHistogram([
        0, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5,
    ])
    /// Interarrival jitter at the end of the call (RFC 3550 6.4.1).
    public private(set) var jitter = MeasureHistogram([
        0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5,
    ])
    /// The mean of the round trips that RTCP measured in the call.
    public private(set) var roundTrip = MeasureHistogram([
        0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2,
    ])
    private var ends = [UInt64](repeating: 0, count: CallEnd.Reason.allCases.count)

    private static let scale = [1.5, 2, 2.5, 2.8, 3.1, 3.4, 3.6, 3.8, 4, 4.1, 4.2, 4.3, 4.4]

    /// Nothing observed.
    public init() {}

    /// Calls that are over or were refused, by why.
    public var endReasons: [(reason: CallEnd.Reason, count: UInt64)] {
        CallEnd.Reason.allCases.map { ($0, ends[$0.place]) }
    }

    /// A call is answered.
    /// - Parameters:
    ///   - arrival: of the INVITE.
    ///   - due: when the 200 was to be sent.
    mutating func observeAnswer(to arrival: Instant, due: Instant, now: Instant) {
        setup.observe(Double(now.nanoseconds - arrival.nanoseconds) / 1e9)
        answerDelay.observe(Double(now.nanoseconds - due.nanoseconds) / 1e9)
    }

    /// A call is over, or was refused.
    mutating func observe(_ end: CallEnd) {
        ends[end.reason.place] &+= 1
        duration.observe(end.duration)
        guard let media = end.media else { return }
        listeningMOS.observe(media.score.listeningMOS)
        conversationalMOS.observe(media.score.conversationalMOS)
        lossRatio.observe(media.received.lossRatio)
        jitter.observe(media.received.jitterMilliseconds.map { $0 / 1000 })
        roundTrip.observe(media.roundTrip.map { $0.meanMilliseconds / 1000 })
    }
}

extension CallEnd.Reason {
    /// Its place among all.
    fileprivate var place: Int {
        switch self {
        case .callerHungUp: 0
        case .cancelled: 1
        case .toneFinished: 2
        case .maximumDuration: 3
        case .mediaTimeout: 4
        case .noAcknowledgement: 5
        case .noProvisionalAcknowledgement: 6
        case .sessionExpired: 7
        case .replaced: 8
        case .badAnswer: 9
        case .noAnswer: 10
        case .overLimit: 11
        case .notAcceptable: 12
        case .badRequest: 13
        case .noPorts: 14
        case .dialogLost: 15
        case .transportFailure: 16
        case .shutdown: 17
        }
    }
}
