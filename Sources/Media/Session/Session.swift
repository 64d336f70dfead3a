import Audio
import Networking
import RTP

/// All that is known of one open session. It lives in its worker's slab, at one address from `open` to `close`, and only
/// its worker touches it.
///
/// Its two seams: what it sends comes from `frames` by the clock or from `echoes` on arrival; what it does with what it
/// receives is `account` always, and `digits` and `detector` where they are asked for.
struct Session: ~Copyable {
    let id: MediaSessionID

    // Read or written with every packet, from within `latch` to within `account`.
    var latch: Latch
    var payloadTypes: PayloadTypes
    let slot: UInt32
    let rtpDescriptor: Int32
    let rtcpDescriptor: Int32
    /// What RTP is sent by: the first RTP socket, until `outletSocket` takes its place.
    var outlet: Int32
    /// Whether what is received goes back.
    var echoes = false
    /// Whether digits are looked for in the audio.
    var listens = false
    /// Whether the level of the audio is measured.
    let measuresLevel: Bool
    var echoLimit = EchoLimit()
    var hasReceived = false
    /// Whether the media timeout has been reported; nothing is sent until media comes again.
    var isTimedOut = false
    var lastSequence = SequenceNumber(0)
    var lastSSRC: UInt32 = 0
    /// When the latest valid packet was taken, by CLOCK_MONOTONIC.
    var lastTaken: Int64
    var stream: OutgoingStream
    var meter = LevelMeter()
    var sent = SentCounters()
    var account: StreamAccount

    // What is sent by the clock.
    var frames: PacedFrames?
    var sendPayloadType: UInt8
    var frameOctets = 0
    var frameTicks: UInt32 = 0
    /// Whether the next frame is the first after a pause.
    var beginsTalk = true
    /// The packet time of the wheel that it stands in; 0 for none.
    var wheel = 0
    var place = PacingWheel.Place(bucket: 0, position: 0)
    var dueTick: Int64 = 0

    // Used now and then.
    var counters = SessionCounters()
    var parameters: MediaSessionParameters
    /// A second socket on the RTP port, connected to where media goes, which makes a packet cheaper for the kernel. It is
    /// opened when the first packet is sent.
    var outletSocket: FileDescriptor?
    /// Whether opening it has not been tried yet.
    var triesOutlet = true
    let ports: MediaPorts
    /// How long the peer may be silent, in nanoseconds; nil where it may be for ever, or for now.
    var mediaTimeout: Int64?
    var rtcp: SessionRTCP
    var digits = TelephoneEventReceiver()
    var detector: DTMFDetector?
    /// What the detector hears goes through here.
    var ordered = PacketReordering()
    /// Octets of the packet that was heard last: what a missing one would have had.
    var heardOctets = 0
    /// When the path is opened for the peer's media if none has come since `pathDelay` before; nil where it need not be.
    var opensPathAt: Int64?
    var history = ScoreHistory()
    var intervals = IntervalSeries()
    let openedAt: Int64
    /// When the present interval ends, by CLOCK_MONOTONIC, when it began, and what had been sent.
    var nextInterval: Int64
    var intervalBegan: Int64
    var intervalPacketsSent: Int64 = 0
    var failure: SystemError?

    init(_ request: OpenRequest, slot: UInt32, now: Int64, scoring: Scoring) {
        let parameters = request.parameters
        let family = request.ports.rtp.family
        id = request.id
        self.slot = slot
        rtpDescriptor = request.ports.rtpDescriptor
        rtcpDescriptor = request.ports.rtcpDescriptor
        outlet = rtpDescriptor
        payloadTypes = PayloadTypes(parameters)
        latch = Latch(signalled: parameters.remote.map { RawAddress($0, socket: family) } ?? RawAddress())
        lastTaken = now
        let clockRate = UInt32(parameters.format.codec.clockRate)
        stream = OutgoingStream(
            ssrc: request.identity.ssrc, sequence: request.identity.sequence, timestamp: request.identity.timestamp,
            clockRate: clockRate)
        account = StreamAccount(scoring.jitterBuffer, clockRate: clockRate)
        measuresLevel = scoring.measuresLevel
        sendPayloadType = parameters.format.sendPayloadType
        self.parameters = parameters
        ports = request.ports
        rtcp = SessionRTCP(
            ssrc: request.identity.ssrc, parameters: parameters, configuration: request.configuration, now: now,
            random: request.identity.random)
        openedAt = now
        intervalBegan = now
        nextInterval = now &+ scoring.intervalNanoseconds
    }
}

/// The random numbers that a session is known by to its peer.
struct StreamIdentity: Sendable {
    var ssrc: UInt32
    var sequence: UInt16
    var timestamp: UInt32
    var random: UInt64

    static func make(using random: inout some RandomNumberGenerator) -> StreamIdentity {
        StreamIdentity(
            ssrc: .random(in: 1 ... .max, using: &random),
            // The first sequence numbers are low, as RFC 3711 section 3.3.1 advises, so that none wraps while the
            // peer's state is young.
            sequence: .random(in: 0...0x7FFF, using: &random),
            timestamp: .random(in: 0 ... .max, using: &random),
            random: .random(in: 0 ... .max, using: &random))
    }
}
