import Audio
import SDP
import SIP

/// What the user agent does with calls.
public struct UserAgentConfiguration: Sendable {
    /// How a call over the limit is refused.
    public enum OverLimitResponse: Sendable, Hashable {
        /// 486 Busy Here (RFC 3261 21.4.24).
        case busyHere
        /// 503 Service Unavailable with `Retry-After` in seconds (RFC 3261 21.5.4).
        case serviceUnavailable(retryAfterSeconds: Int)
    }

    /// The value of the `Server` and `User-Agent` headers; empty sends neither.
    public var userAgent: String = ""
    /// The only host *name* that a Request-URI may have; empty accepts every name. IP addresses are always accepted.
    public var domain: String = ""
    /// Whether calls are answered; if not they ring until `ringTimeout`.
    public var autoAnswer = true
    /// From the 180 to the 200.
    public var autoAnswerDelay: Duration = .seconds(1)
    /// How long a call that nobody answers rings before it is refused with 480.
    public var ringTimeout: Duration = .seconds(180)
    /// What every number but the echo plays.
    public var tone: Tone
    /// From the 200 to our BYE on a tone call; nil plays until the caller hangs up.
    public var toneDuration: Duration? = .seconds(30)
    /// Calls that may be up or ringing at once.
    public var maximumCalls = 100
    /// What the call over `maximumCalls` gets.
    public var overLimitResponse: OverLimitResponse = .busyHere
    /// From the 200 to our BYE on any call; nil sets no bound.
    public var maximumCallDuration: Duration? = .seconds(3600)
    /// How long a call may send us no RTP before it is ended; nil waits for ever.
    public var mediaTimeout: Duration? = .seconds(30)
    /// What we agree to of session timers (RFC 4028); nil agrees to none.
    public var sessionTimers: SessionTimerPolicy? = SessionTimerPolicy()
    /// The codecs that we speak, in our order.
    public var codecs: [Codec] = [.pcmu, .pcma]
    /// Whose order of codecs decides.
    public var codecPreference = AudioCapabilities.Preference.peer
    /// How much of a message is looked at before it is refused.
    public var messageLimits = MessageLimits()
    /// While datagrams come fast, the longest rest between two looks at the sockets, so that one look finds several.
    public var longestRest: Duration = .milliseconds(4)
    /// The packet time that we ask for and use where the peer names none, in milliseconds.
    public var packetTime = 20
    /// Whether `telephone-event` is negotiated and digits are read.
    public var dtmf = true
    /// The address in Contact and SDP instead of the local one (behind a static NAT).
    public var advertisedAddress: IPAddress?
    /// Who is told of the quality of calls; nil tells nobody.
    public var collector: CollectorConfiguration?
    /// What strangers may cost us.
    public var edge = EdgeConfiguration()

    /// The defaults with a tone.
    /// - Parameter tone: what every number but the echo plays.
    public init(tone: Tone) {
        self.tone = tone
    }
}
