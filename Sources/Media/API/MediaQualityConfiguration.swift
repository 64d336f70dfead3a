import Quality
import RTP

/// How what sessions receive is scored. What a phone would do with it is assumed, since none is here: a jitter buffer
/// and a way to conceal what is lost.
public struct MediaQualityConfiguration: Sendable {
    /// The time over which each score of the series is taken, and from one interval report to the next.
    public var interval = Duration.seconds(5)
    /// The jitter buffer of the listener, in ms.
    public var jitterBuffer = JitterBufferModel.Configuration(isAdaptive: true)
    /// Whether the listener conceals what is lost, where the codec does not do so by itself: which Ie and Bpl hold.
    public var conceals = true
    /// Whether the level of the received audio is measured, and silence told from audio.
    public var measuresLevel = true
    /// The parameters of the E-model that are not measured, with the defaults of G.107.
    public var parameters = EModel.Parameters()

    /// The defaults.
    public init() {}
}
