import Audio
import Media
import Networking
import SIP
import Testing

@testable import UserAgent

/// A random generator whose numbers are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The core with its actions carried out in memory: what the daemon's actor does, without a socket and on a clock
/// that moves only when a test says so.
struct Bench {
    /// A message that the core sent, and when and where to.
    struct Sent {
        let message: Message
        let peer: TransportAddress
        let at: Instant
    }

    static let start = Instant(nanoseconds: 0)

    var core: UserAgentCore
    private(set) var now = Bench.start
    private(set) var sent: [Sent] = []
    private(set) var events: [CallEvent] = []
    private(set) var told: [EdgeEvent] = []
    var media = FakeMedia()
    private(set) var resolutions: [Resolution] = []
    var serverNames: [String] = []
    private(set) var stops = 0
    /// Whether a BYE of the core is answered by 200, as a peer that is alive does.
    var answersBye = true
    /// Whether the peer's messages are damaged.
    var peerIsBroken = false
    /// Whether there are RTP ports to bind.
    var hasPorts = true
    /// Whether a message can be sent.
    var reaches = true
    var local = LocalEndpoint(address: .test("192.0.2.1"), port: 5060)

    init(seed: UInt64 = 1, _ configure: (inout UserAgentConfiguration) -> Void = { _ in }) {
        guard let tone = try? Tone(frequency: 440, level: -10) else { preconditionFailure("440 Hz is a tone") }
        var configuration = UserAgentConfiguration(tone: tone)
        // What the edge turns away has tests of its own.
        configuration.edge.allowedNetworks = ["0.0.0.0/0", "::/0"].compactMap(IPNetwork.init(parsing:))
        configure(&configuration)
        core = UserAgentCore(configuration: configuration, random: SeededGenerator(seed: seed))
    }

    /// Time since the bench was made.
    var elapsed: Duration { now - Bench.start }

    /// A message of a peer arrives.
    mutating func receive(_ bytes: [UInt8], from source: TransportAddress = .caller) {
        core.receive(bytes, from: source, at: local, now: now)
        carryOut()
    }

    /// Time passes; whatever falls due meanwhile happens at its own instant.
    mutating func wait(_ duration: Duration) {
        let end = now + duration
        while let due = core.nextDeadline, due <= end {
            now = max(now, due)
            core.advance(to: now)
            carryOut()
        }
        now = end
    }

    /// Time passes while the process is held up: all that fell due is done at once, and late.
    mutating func oversleep(_ duration: Duration) {
        now += duration
        core.advance(to: now)
        carryOut()
    }

    /// The daemon is asked to stop.
    mutating func stop(_ drain: CallDrain = .none) {
        core.stop(drain, now: now)
        carryOut()
    }

    /// The peer's connection breaks.
    mutating func breakConnection(_ peer: TransportAddress) {
        core.connectionFailed(peer, now: now)
        carryOut()
    }

    /// A host name is looked up.
    mutating func resolve(_ resolution: Resolution, to address: IPAddress?) {
        core.resolved(resolution, to: address, now: now)
        carryOut()
    }

    /// The engine misses the peer's media.
    mutating func mediaTimesOut(_ call: CallHandle) {
        core.receive(.timedOut(media.session), of: call, now: now)
        carryOut()
    }

    /// Forgets what was sent and published so far.
    mutating func forget() {
        sent = []
        events = []
    }

    private mutating func carryOut() {
        var actions: [CoreAction] = []
        while true {
            core.takeActions(into: &actions)
            guard !actions.isEmpty else { return }
            for action in actions { perform(action) }
        }
    }

    private mutating func perform(_ action: CoreAction) {
        switch action {
        case .send(let bytes, let peer, let transaction): send(bytes, to: peer, transaction)
        case .nameServer(_, let name): serverNames.append(name)
        case .resolve(let resolution): resolutions.append(resolution)
        case .reserveMedia(let call, _):
            if hasPorts {
                core.mediaReserved(call, port: media.reserve(call), now: now)
            } else {
                core.mediaUnavailable(call, cause: "none here", now: now)
            }
        case .openMedia(let call, let parameters): media.open(call, parameters)
        case .updateMedia(let call, let parameters): media.update(call, parameters)
        case .reportMedia(let call):
            core.receive(.report(media.session, media.report), of: call, now: now)
        case .closeMedia(let call):
            let wasOpen = media.close(call)
            core.mediaClosed(call, report: wasOpen ? media.report : nil, now: now)
        case .publish(let event): events.append(event)
        case .tell(let event): told.append(event)
        case .stopped: stops += 1
        }
    }

    private mutating func send(_ bytes: [UInt8], to peer: TransportAddress, _ transaction: TransactionID?) {
        guard reaches else {
            if let transaction { core.sendFailed(transaction, now: now) }
            return
        }
        do {
            let message = try Message(parsing: bytes)
            sent.append(Sent(message: message, peer: peer, at: now))
            if case .request(let request) = message, request.method == .bye, answersBye {
                let answer = request.response(status: 200, toTag: nil, from: .caller)
                core.receive(answer, from: peer, at: local, now: now)
            }
        } catch {
            // An answer repeats what it answers, damage and all.
            if !peerIsBroken { Issue.record("the core sent what cannot be parsed: \(error)") }
        }
    }
}

// MARK: - What a test asks

extension Bench {
    /// The responses sent, in order.
    var responses: [Response] {
        sent.compactMap { if case .response(let response) = $0.message { response } else { nil } }
    }

    /// The requests sent, in order.
    var requests: [Request] {
        sent.compactMap { if case .request(let request) = $0.message { request } else { nil } }
    }

    /// The status codes sent, in order.
    var statuses: [Int] { responses.map(\.status) }

    /// The methods of the requests sent, in order.
    var methods: [Method] { requests.map(\.method) }

    /// How calls ended.
    var ends: [CallEnd] {
        events.compactMap { if case .ended(let end) = $0.kind { end } else { nil } }
    }

    /// When requests of a method were sent, in time since the bench was made.
    func times(of method: Method) -> [Duration] {
        sent.compactMap { one in
            if case .request(let request) = one.message, request.method == method { one.at - Bench.start } else { nil }
        }
    }

    /// When a status was sent, in time since the bench was made.
    func times(of status: Int) -> [Duration] {
        sent.compactMap { one in
            if case .response(let response) = one.message, response.status == status {
                one.at - Bench.start
            } else {
                nil
            }
        }
    }

    /// Lets all timers run out, and holds that nothing is left then and that every call was counted.
    mutating func settle(sourceLocation: SourceLocation = #_sourceLocation) {
        for _ in 0..<10_000 {
            for question in core.resolutions.values.map(\.resolution) { resolve(question, to: nil) }
            guard let next = core.nextDeadline else { break }
            wait(max(.zero, next - now))
        }
        #expect(core.leftovers.isEmpty, sourceLocation: sourceLocation)
        #expect(media.held == 0, "media is left", sourceLocation: sourceLocation)
        let statistics = core.statistics
        #expect(statistics.active == 0 && statistics.ringing == 0, sourceLocation: sourceLocation)
        #expect(
            statistics.total == statistics.answered + statistics.cancelled + statistics.refused,
            "\(statistics)", sourceLocation: sourceLocation)
    }
}

extension UserAgentCore {
    /// What the core still holds, in words; empty when it holds nothing.
    var leftovers: [String] {
        let counts: [(String, Int)] = [
            ("calls", calls.count), ("calls by INVITE", callsByInvite.count), ("calls by dialog", callsByDialog.count),
            ("calls by connection", callsByConnection.calls.count),
            ("requests", requests.count), ("publications", publications.count), ("resolutions", resolutions.count),
            ("transactions", transactions.count), ("media addresses", callsByMediaAddress.count),
            ("strangers", strangers), ("unsent reports", reports?.isIdle ?? true ? 0 : 1),
            ("pending INVITEs", transactions.pendingInvites), ("deadlines", nextDeadline == nil ? 0 : 1),
        ]
        return counts.filter { $0.1 != 0 }.map { "\($0.1) \($0.0)" }
    }
}
