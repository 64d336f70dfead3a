import HeapModule
import Media

@testable import SIP
@testable import UserAgent

/// The core between callers of every kind, on a network that loses, doubles and reorders, and on a clock of its own.
struct Soak {
    private enum Event {
        case start(Int)
        case toCore([UInt8], Int)
        case toPeer([UInt8], Int)
        case repeatRequest([UInt8], Int, Method, every: Duration, until: Instant)
        case wish(SoakPeer.Wish, Int)
        case mediaClosed(CallHandle, wasOpen: Bool)
        case mediaTimesOut(CallHandle)
        case forget(Int)
    }

    /// The most that the core held at a time.
    struct Peaks {
        var calls = 0
        var transactions = 0
        var deadlines = 0
        var peers = 0
        /// Octets that the slots of the transactions reserve for matching.
        var keyOctets = 0
    }

    private let start = Instant(nanoseconds: 0)
    private var now: Instant
    private var agenda = Agenda<Event>()
    private var random: SeededGenerator
    private var peers: [Int: SoakPeer] = [:]
    private var media = FakeMedia(keepsHistory: false)
    private let count: Int
    /// A call per this.
    private let interval: Duration

    private(set) var core: UserAgentCore
    private(set) var peaks = Peaks()
    /// Calls that were published as incoming and not yet as ended.
    private(set) var open: Set<CallHandle> = []
    private(set) var ended: [CallEnd.Reason: Int] = [:]
    private(set) var answered = 0
    /// What must not be.
    private(set) var mistakes: [String] = []
    private(set) var messages = 0

    init(calls: Int, perSecond: Int, seed: UInt64, configuration: UserAgentConfiguration) {
        count = calls
        interval = .nanoseconds(1_000_000_000 / perSecond)
        random = SeededGenerator(seed: seed)
        now = start
        core = UserAgentCore(configuration: configuration, random: SeededGenerator(seed: seed ^ 0xFEED))
    }

    /// The simulated time.
    var elapsed: Duration { now - start }

    /// Media that was left open, or used wrongly.
    var mediaMistakes: [String] { media.mistakes + (media.held == 0 ? [] : ["\(media.held) sessions are left"]) }

    /// Runs until nothing is left to happen.
    mutating func run() {
        agenda.insert(.start(0), at: now)
        var idle = 0
        while mistakes.count < 10 {
            guard let due = [agenda.nextInstant, core.nextDeadline].compactMap({ $0 }).min() else { return }
            idle = due > now ? 0 : idle + 1
            if idle > 10_000 { mistakes.append("time stands still") }
            now = max(now, due)
            if let deadline = core.nextDeadline, deadline <= now {
                core.advance(to: now)
            } else if let event = agenda.removeFirst() {
                happen(event)
            }
            carryOut()
        }
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .start(let number): startCall(number)
        case .toCore(let bytes, let number):
            guard let peer = peers[number], peer.hasConnection else { return }
            messages += 1
            core.receive(bytes, from: peer.source, at: LocalEndpoint(address: .test("192.0.2.1")), now: now)
        case .toPeer(let bytes, let number):
            guard let message = try? Message(parsing: bytes) else { return mistakes.append("a message is malformed") }
            if let outputs = peers[number]?.receive(message) { perform(outputs, number) }
        case .repeatRequest(let bytes, let number, let method, let interval, let end):
            guard now < end, peers[number]?.isWaiting(for: method) == true else { return }
            transmit(bytes, number)
            let next = min(interval * 2, .seconds(4))
            agenda.insert(.repeatRequest(bytes, number, method, every: next, until: end), at: now + next)
        case .wish(let wish, let number): fulfil(wish, number)
        case .mediaClosed(let call, let wasOpen):
            core.mediaClosed(call, report: wasOpen ? media.report : nil, now: now)
        case .mediaTimesOut(let call): core.receive(.timedOut(media.session), of: call, now: now)
        case .forget(let number): peers[number] = nil
        }
    }

    private mutating func startCall(_ number: Int) {
        let kinds = SoakPeer.Kind.allCases
        var peer = SoakPeer(kinds[Int.random(in: 0..<kinds.count, using: &random)], number: number)
        let outputs = peer.start()
        peers[number] = peer
        perform(outputs, number)
        // Nobody has anything to say any more by then.
        agenda.insert(.forget(number), at: now + .seconds(200))
        if number + 1 < count { agenda.insert(.start(number + 1), at: now + interval) }
        peaks.calls = max(peaks.calls, core.calls.count)
        peaks.transactions = max(peaks.transactions, core.transactions.count)
        peaks.deadlines = max(peaks.deadlines, core.deadlines.count)
        peaks.peers = max(peaks.peers, peers.count)
        if number.isMultiple(of: 1_000) {
            let slots = core.transactions.store.slots
            peaks.keyOctets = max(peaks.keyOctets, slots.reduce(0) { $0 + $1.match.capacity + $1.merge.capacity })
        }
    }

    private mutating func fulfil(_ wish: SoakPeer.Wish, _ number: Int) {
        guard let outputs = peers[number]?.fulfil(wish) else { return }
        perform(outputs, number)
        if let peer = peers[number], case .loseConnection = wish { core.connectionFailed(peer.source, now: now) }
    }

    private mutating func perform(_ outputs: [SoakPeer.Output], _ number: Int) {
        for output in outputs {
            switch output {
            case .send(let bytes): transmit(bytes, number)
            case .sendUntilAnswered(let bytes, let method):
                transmit(bytes, number)
                guard peers[number]?.source.transport == .udp else { continue }
                agenda.insert(
                    .repeatRequest(
                        bytes, number, method, every: .milliseconds(500), until: now + .seconds(32)),
                    at: now + .milliseconds(500))
            case .wish(let wish, let delay):
                // Spread, so that it meets every state.
                let spread = Duration.milliseconds(Int.random(in: 0..<1_500, using: &random))
                agenda.insert(.wish(wish, number), at: now + delay + spread)
            }
        }
    }

    // MARK: - The network

    /// From a caller to the core.
    private mutating func transmit(_ bytes: [UInt8], _ number: Int) {
        for delay in delays(of: number) { agenda.insert(.toCore(bytes, number), at: now + delay) }
    }

    /// When the copies of a message arrive: one of 20 is lost, one of 30 comes twice; connections do neither.
    private mutating func delays(of number: Int) -> [Duration] {
        guard peers[number]?.source.transport == .udp else { return [.milliseconds(10)] }
        guard Int.random(in: 0..<20, using: &random) > 0 else { return [] }
        let copies = Int.random(in: 0..<30, using: &random) == 0 ? 2 : 1
        return (0..<copies).map { _ in .microseconds(Int.random(in: 1_000..<120_000, using: &random)) }
    }

    // MARK: - The core's actions

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
        case .send(let bytes, _, let transaction): send(bytes, transaction)
        case .resolve(let question): core.resolved(question, to: nil, now: now)
        case .reserveMedia(let call, _):
            if Int.random(in: 0..<100, using: &random) > 0 {
                core.mediaReserved(call, port: media.reserve(call), now: now)
            } else {
                core.mediaUnavailable(call, cause: "none here", now: now)
            }
        case .openMedia(let call, let parameters): media.open(call, parameters)
        case .updateMedia(let call, let parameters): media.update(call, parameters)
        case .closeMedia(let call):
            // The engine's workers answer a little later.
            agenda.insert(
                .mediaClosed(call, wasOpen: media.close(call)),
                at: now + .microseconds(Int.random(in: 0..<30_000, using: &random)))
        case .publish(let event): note(event)
        case .tell, .nameServer, .reportMedia: break
        case .stopped: mistakes.append("stopped without being asked to")
        }
    }

    private mutating func send(_ bytes: [UInt8], _ transaction: TransactionID?) {
        messages += 1
        guard let number = Soak.number(in: bytes) else { return mistakes.append("a message of no call") }
        guard let peer = peers[number], peer.hasConnection else {
            if let transaction { core.sendFailed(transaction, now: now) }
            return
        }
        for delay in delays(of: number) { agenda.insert(.toPeer(bytes, number), at: now + delay) }
    }

    /// The caller's number in the Call-ID, `soak-17`.
    private static func number(in bytes: [UInt8]) -> Int? {
        let mark = Array("Call-ID: soak-".utf8)
        guard bytes.count > mark.count else { return nil }
        for start in 0..<bytes.count - mark.count where bytes[start] == mark[0] {
            guard bytes[start..<start + mark.count].elementsEqual(mark) else { continue }
            return Int(String(decoding: bytes[(start + mark.count)...].prefix { $0 != 0x0D }, as: UTF8.self))
        }
        return nil
    }

    private mutating func note(_ event: CallEvent) {
        let call = event.call.handle
        switch event.kind {
        case .incoming:
            if !open.insert(call).inserted { mistakes.append("a call came twice") }
        case .answered:
            answered += 1
            let number = Int(event.call.callID.dropFirst(5)) ?? 0
            if peers[number]?.kind == .goesSilent { agenda.insert(.mediaTimesOut(call), at: now + .seconds(3)) }
        case .ended(let end):
            if open.remove(call) == nil { mistakes.append("a call ended twice") }
            ended[end.reason, default: 0] += 1
        case .ringing, .changed, .latched, .digit, .measured: break
        }
    }
}
