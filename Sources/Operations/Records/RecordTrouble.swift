/// Something that keeps going wrong: said at once, then at most once a minute, and when it is over.
struct RecordTrouble {
    /// Why it went wrong last; nil while it goes right.
    private(set) var reason: String?
    /// When it is tried again; nil for at once.
    var retriesAt: ContinuousClock.Instant?

    private let log: EventLog
    private let message: String
    private var silentUntil: ContinuousClock.Instant?
    /// What was lost since the line before.
    private var lost = 0

    private static let silence = Duration.seconds(60)

    init(_ log: EventLog, _ message: String) {
        (self.log, self.message) = (log, message)
    }

    /// Whether it is time to try again.
    var isDue: Bool { retriesAt.map { $0 <= .now } ?? true }

    /// It went wrong, and is tried again after a pause.
    ///
    /// - Parameter count: how many records or steps were lost by it.
    mutating func report(_ reason: String, count: Int = 0) {
        self.reason = reason
        retriesAt = .now + RecordWriter.pause
        lose(count)
    }

    /// So many records or steps were lost because it goes wrong.
    mutating func lose(_ count: Int) {
        lost += count
        guard silentUntil.map({ $0 <= .now }) ?? true else { return }
        silentUntil = .now + Self.silence
        log.record(
            .error, .recordsFailed, message,
            [.reason: reason.map { .text($0) }, .dropped: lost > 0 ? .integer(lost) : nil])
        lost = 0
    }

    /// It goes right.
    mutating func end(_ message: String) {
        let wasWrong = reason != nil
        reason = nil
        retriesAt = nil
        silentUntil = nil
        let lost = self.lost
        self.lost = 0
        log.record(
            wasWrong ? .notice : .info, .recordsReady, message, [.dropped: lost > 0 ? .integer(lost) : nil])
    }
}
