import Audio
import HeapModule
import SDP
import SIP

/// The user agent without its I/O: messages, media events and the time go in, actions come out.
///
/// Every method that can change something appends to `actions`; the driver takes them, carries them out in order,
/// and calls `advance(to:)` at `nextDeadline`. Time and randomness are parameters, so a test runs a day in a second.
public struct UserAgentCore {
    /// What it does with calls.
    public private(set) var configuration: UserAgentConfiguration
    private(set) var standing: StandingFields
    /// What we can do in every session.
    private(set) var capabilities: AudioCapabilities
    /// What it has done.
    public internal(set) var statistics = UserAgentStatistics()
    /// What calls were like.
    var measures = CallMeasures()
    /// The messages that came and left.
    var messages = MessageCounters()
    /// Who may ask for how much, and what is sent to strangers.
    var edge: SourceLimiter
    /// Calls whose RTP goes to an address at which nobody has shown to be.
    var callsByMediaAddress: [IPAddress: Int] = [:]
    /// Calls of which nothing shows yet that the caller is where it says.
    var strangers = 0
    /// What the driver has to do, oldest first.
    var actions: [CoreAction] = []

    var transactions: TransactionTable
    /// What the transactions want done; empty between two calls of a public method.
    var pending: [TransactionAction] = []
    var calls: [CallHandle: Call] = [:]
    var callsByInvite: [ServerTransactionID: Call] = [:]
    var callsByDialog: [DialogID: Call] = [:]
    var callsByConnection = CallsByConnection()
    /// Requests of ours whose transactions have not ended.
    var requests: [ClientTransactionID: PendingRequest] = [:]
    /// Reports to the collector that have no final response yet.
    var publications: [ClientTransactionID: PendingReport] = [:]
    /// Reports that wait to be sent; nil without a collector.
    var reports: ReportQueue?
    /// Reports that have failed since the log was told, and when that was.
    var unreported = 0
    var toldOfReports: Instant?
    var resolutions: [UInt64: UnresolvedRequest] = [:]
    var lastResolution: UInt64 = 0
    var deadlines = Heap<Deadline>()
    var random: any RandomNumberGenerator & Sendable
    /// The tones that calls share.
    var tones = ToneCache()
    var lastHandle: UInt64 = 0
    /// No more calls are taken.
    var stopping = false
    /// Until when calls that are up may go on although no more are taken.
    var drainsUntil: Instant?

    /// A user agent without calls.
    /// - Parameters:
    ///   - configuration: what it does with calls.
    ///   - random: where tags, branches and session ids come from; must be unguessable outside tests.
    public init(configuration: UserAgentConfiguration, random: any RandomNumberGenerator & Sendable) {
        self.configuration = configuration
        standing = StandingFields(configuration)
        capabilities = AudioCapabilities(configuration)
        self.random = random
        transactions = TransactionTable(
            limits: TransactionLimits(configuration.edge), seed: self.random.next())
        edge = SourceLimiter(configuration.edge)
        reports = configuration.collector.map { ReportQueue($0) }
    }

    /// Does from now on what another configuration says; calls that are up stay, and keep their times.
    public mutating func reconfigure(_ configuration: UserAgentConfiguration) {
        self.configuration = configuration
        standing = StandingFields(configuration)
        capabilities = AudioCapabilities(configuration)
        transactions.limits = TransactionLimits(configuration.edge)
        edge.reconfigure(configuration.edge)
    }

    /// The actions since the last time; the driver carries them out in order.
    ///
    /// - Parameter batch: what they are put into instead of what it held; its memory serves again.
    public mutating func takeActions(into batch: inout [CoreAction]) {
        batch.removeAll(keepingCapacity: true)
        swap(&actions, &batch)
    }

    /// When `advance(to:)` has to be called at the latest; nil while nothing waits.
    public var nextDeadline: Instant? {
        var next = transactions.nextDeadline
        if let call = deadlines.min?.at, next.map({ call < $0 }) ?? true { next = call }
        if let drainsUntil, next.map({ drainsUntil < $0 }) ?? true { next = drainsUntil }
        // (The queue is copied to be asked.)
        if reports != nil, let report = reports?.deadline, next.map({ report < $0 }) ?? true { next = report }
        if let edge = edge.nextDeadline, next.map({ edge < $0 }) ?? true { next = edge }
        return next
    }

    /// The same for the driver. It is not a getter, since one through an actor's property copies the whole core.
    mutating func earliestDeadline() -> Instant? { nextDeadline }

    /// A datagram, or one message of a stream, has come.
    /// - Parameters:
    ///   - bytes: the whole message.
    ///   - source: its source.
    ///   - local: the address of ours that it came to.
    public mutating func receive(
        _ bytes: [UInt8], from source: TransportAddress, at local: LocalEndpoint, now: Instant
    ) {
        do {
            let message = try Message(parsing: bytes, limits: configuration.messageLimits)
            messages.countReceived(message)
            guard admits(message, from: source, now: now) else { return }
            transactions.receive(message, from: source, now: now, into: &pending)
            carryOut(at: local, now: now)
        } catch {
            receiveUnreadable(error, from: source, now: now)
        }
    }

    /// The message at the head of a stream cannot be read, so that the stream ends: a request gets its answer before.
    public mutating func receiveUnreadable(_ error: MessageError, from source: TransportAddress, now: Instant) {
        messages.countReceived(error)
        if admitsUnreadable(from: source, now: now) { refuse(error, from: source) }
    }

    /// A connection broke, or could not be made.
    public mutating func connectionFailed(_ address: TransportAddress, now: Instant) {
        // Requests of ours look for another way from now on.
        for call in callsByConnection.take(address.flow) { calls[call]?.lostFlow = address.flow }
        transactions.connectionFailed(address, into: &pending)
        carryOut(now: now)
    }

    /// A message of a transaction could not be sent.
    public mutating func sendFailed(_ transaction: TransactionID, now: Instant) {
        transactions.transportFailed(transaction, into: &pending)
        carryOut(now: now)
    }

    /// Does what is due.
    public mutating func advance(to now: Instant) {
        advanceEdge(to: now)
        transactions.advance(to: now, into: &pending)
        skipRepeats(now: now)
        carryOut(now: now)
        while let next = deadlines.min, next.at <= now {
            _ = deadlines.removeMin()
            guard let call = calls[next.call], call.scheduled == next.at else { continue }
            call.scheduled = nil
            callDeadline(call, now: now)
            schedule(call)
        }
        sendReports(now: now)
        advanceDrain(to: now)
        carryOut(now: now)
    }

    /// A random hexadecimal token of 64 bits: a tag, or the unique part of a branch (RFC 3261 19.3).
    mutating func token() -> String {
        String(sixteenDigitsOf: random.next())
    }
}

/// An entry of the deadline queue. It counts only while the call still names its time.
struct Deadline: Comparable, Sendable {
    let at: Instant
    let call: CallHandle

    static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
}

extension UserAgentCore {
    /// Sees to it that the call's earliest deadline stands in the queue.
    mutating func schedule(_ call: Call) {
        guard let next = call.nextDeadline else { return }
        if let scheduled = call.scheduled, scheduled <= next { return }
        call.scheduled = next
        deadlines.insert(Deadline(at: next, call: call.handle))
        discardStaleDeadlines()
    }

    /// A call that ends leaves its entry behind; when most entries are such, the queue is made anew, so that its
    /// size is bounded by the calls that are up.
    private mutating func discardStaleDeadlines() {
        guard deadlines.count > 64 + 4 * calls.count else { return }
        deadlines = Heap(
            calls.compactMap { handle, call in call.scheduled.map { Deadline(at: $0, call: handle) } })
    }
}
