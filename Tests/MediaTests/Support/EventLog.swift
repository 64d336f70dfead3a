import Glibc
import Media
import Networking

/// What an engine has told so far, and a way to wait for what it will tell.
final class EventLog: Sendable {
    private let events = Locked<[MediaEvent]>([])
    private let change: EventDescriptor

    init() throws {
        change = try EventDescriptor()
    }

    func append(_ batch: [MediaEvent]) {
        events.withLock { $0.append(contentsOf: batch) }
        change.signal()
    }

    var all: [MediaEvent] { events.withLock { $0 } }

    /// The first result that `body` finds in an event; nil where none comes in time.
    func first<Result>(within seconds: Double = 10, _ body: (MediaEvent) -> Result?) -> Result? {
        let deadline = SystemClock.monotonicNanoseconds + Int64(seconds * 1e9)
        while true {
            for event in all { if let result = body(event) { return result } }
            let left = deadline - SystemClock.monotonicNanoseconds
            guard left > 0 else { return nil }
            var wait = pollfd(fd: change.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            if poll(&wait, 1, Int32(left / 1_000_000) + 1) > 0 { change.clear() }
        }
    }

    func closed(_ id: MediaSessionID) -> MediaReport? {
        first { if case .closed(id, let report) = $0 { report } else { nil } }
    }

    /// The latest of the reports that were asked for, after `count` of them have come.
    func report(_ id: MediaSessionID, count: Int = 1) -> MediaReport? {
        first { _ in
            let reports = self.all.compactMap { event in
                if case .report(id, let report) = event { report } else { nil }
            }
            return reports.count >= count ? reports.last : nil
        }
    }
}
