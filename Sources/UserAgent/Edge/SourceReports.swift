import SIP

/// The lines about sources: one at the beginning, one a minute, one at the end; for a bounded number of sources at a
/// time, so that the log is bounded too.
struct SourceReports: Sendable {
    private struct Report {
        let source: IPAddress
        var due: Instant
        var lastLine: Instant
        var refused = 0
        var silent = 0
        /// Whether anything was turned away since `due` was last put off.
        var isActive = false
    }

    /// How often a source is looked at: so long after its last excess the excess is over.
    static let pause = Duration.seconds(10)
    /// Between two lines about a source that goes on.
    static let interval = Duration.seconds(60)

    private var reports: [SourceKey: Report] = [:]
    /// Sources in the order in which they are due: each is put off by the same time.
    private var order: [SourceKey] = []

    /// When `advance` is due. It is asked for with every message.
    private(set) var nextDeadline: Instant?

    /// A request over the limit. Whether it is the first, and is to be told.
    mutating func note(
        _ source: IPAddress, _ key: SourceKey, wasRefused: Bool, now: Instant
    ) -> Bool {
        let isFirst = reports[key] == nil
        if isFirst {
            guard order.count < EdgeBounds.reports else { return false }
            reports[key] = Report(source: source, due: now + Self.pause, lastLine: now)
            order.append(key)
            nextDeadline = nextDeadline ?? now + Self.pause
        }
        reports[key]?.isActive = true
        if wasRefused { reports[key]?.refused += 1 } else { reports[key]?.silent += 1 }
        return isFirst
    }

    /// The summaries that are due.
    mutating func advance(to now: Instant) -> [EdgeEvent] {
        var events: [EdgeEvent] = []
        while let key = order.first, var report = reports[key], report.due <= now {
            order.removeFirst()
            let isOver = !report.isActive
            if isOver || now - report.lastLine >= Self.interval {
                events.append(
                    .limitedSince(
                        source: report.source, refused: report.refused, silent: report.silent, isOver: isOver))
                (report.refused, report.silent, report.lastLine) = (0, 0, now)
            }
            guard !isOver else {
                reports[key] = nil
                continue
            }
            report.isActive = false
            report.due = now + Self.pause
            reports[key] = report
            order.append(key)
        }
        nextDeadline = order.first.flatMap { reports[$0]?.due }
        return events
    }
}

/// Lets one line a key and minute pass, for a bounded number of keys.
struct LineLimit<Key: Hashable & Sendable>: Sendable {
    private var lines: [Key: Instant] = [:]

    /// Whether there may be a line about the key now.
    mutating func allows(_ key: Key, now: Instant) -> Bool {
        if let last = lines[key], now - last < SourceReports.interval { return false }
        if lines[key] == nil, lines.count >= EdgeBounds.reports {
            lines = lines.filter { now - $0.value < SourceReports.interval }
            guard lines.count < EdgeBounds.reports else { return false }
        }
        lines[key] = now
        return true
    }
}
