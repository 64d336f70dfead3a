import SIP

/// Reports that are to go to the collector, and what keeps them from being a burden: a collector that does not answer costs
/// a bounded number of them, and one that does gets no more than so many a second.
struct ReportQueue: Sendable {
    /// Reports that wait; the one over it is dropped.
    static let waitingLimit = 1000
    /// Reports without a final response.
    static let unansweredLimit = 64
    /// From one report to the next: 100 a second.
    static let spacing = Duration.milliseconds(10)
    /// How long an address that a name was found to have is believed.
    static let addressLifetime = Duration.seconds(300)
    /// The longest pause that a collector can ask for by Retry-After.
    static let longestPause = Duration.seconds(3600)

    /// A report that waits.
    struct Entry: Sendable {
        let body: [UInt8]
        /// The address of ours that the call came to.
        let local: LocalEndpoint
    }

    let configuration: CollectorConfiguration
    /// Where the collector is; nil while that is not known.
    private(set) var address: TransportAddress?
    private var addressExpires: Instant?
    /// The question for its address.
    var resolution: UInt64?
    private var waiting: [Entry?] = []
    private var first = 0
    private var unanswered = 0
    private var nextAt: Instant?
    private var pausedUntil: Instant?

    init(_ configuration: CollectorConfiguration) {
        self.configuration = configuration
        address = configuration.uri.address.map {
            TransportAddress(configuration.transport, $0, port: configuration.port)
        }
    }

    /// Whether nothing waits and every report has its answer.
    var isIdle: Bool { isEmpty && unanswered == 0 }

    private var isEmpty: Bool { first == waiting.count }

    /// Whether the next report waits for the collector's address.
    var needsAddress: Bool { !isEmpty && address == nil && resolution == nil }

    /// When the next report can go.
    var deadline: Instant? {
        guard !isEmpty, unanswered < Self.unansweredLimit, address != nil else { return nil }
        return max(nextAt ?? Instant(nanoseconds: 0), pausedUntil ?? Instant(nanoseconds: 0))
    }

    /// Adds a report; false if there are too many.
    mutating func add(_ entry: Entry) -> Bool {
        guard waiting.count - first < Self.waitingLimit else { return false }
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            first = 0
        } else if waiting.count > 2 * Self.waitingLimit {
            waiting.removeFirst(first)
            first = 0
        }
        waiting.append(entry)
        return true
    }

    /// The next report, if one may go now; it counts as unanswered from here on.
    mutating func next(now: Instant) -> (entry: Entry, address: TransportAddress)? {
        if let expires = addressExpires, expires <= now {
            address = nil
            addressExpires = nil
        }
        guard let due = deadline, due <= now, let address, let entry = waiting[first] else { return nil }
        waiting[first] = nil
        first += 1
        unanswered += 1
        nextAt = now + Self.spacing
        return (entry, address)
    }

    /// A report has its final response, or will never have one.
    mutating func answered() {
        unanswered -= 1
    }

    /// The collector asks for a pause.
    mutating func pause(_ duration: Duration, now: Instant) {
        pausedUntil = now + min(duration, Self.longestPause)
    }

    /// Drops what waits; how many that was.
    mutating func clear() -> Int {
        defer {
            waiting = []
            first = 0
        }
        return waiting.count - first
    }

    /// Whether the collector has asked for a pause that is not over.
    func isPaused(now: Instant) -> Bool { pausedUntil.map { $0 > now } ?? false }

    /// The collector's name was found to have an address.
    mutating func found(_ address: IPAddress, now: Instant) {
        self.address = TransportAddress(configuration.transport, address, port: configuration.port)
        addressExpires = now + Self.addressLifetime
    }

    /// The address does not serve; a name is looked up anew.
    mutating func distrustAddress() {
        guard addressExpires != nil else { return }
        address = nil
        addressExpires = nil
    }
}
