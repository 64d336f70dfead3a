import Media
import UserAgent

/// What `/health` tells: figures as they were measured, and null for what was not.
struct HealthReport {
    let snapshot: ServiceSnapshot

    /// The report, and why it is a bad one.
    var json: JSONText {
        let error = snapshot.illness.map { [(name: "error", value: JSONText.text($0))] } ?? []
        return .object(
            [
                ("state", .text(snapshot.state.rawValue)), ("version", .text(Version.current)),
                ("uptime_seconds", .decimal(snapshot.uptime / .seconds(1), decimals: 3)),
                ("not_answering", .list(snapshot.silent.map { .text($0.description) })),
                ("listeners", .list(snapshot.listeners.map(Self.json))),
                ("media_workers", .list(snapshot.media.workers.enumerated().map(Self.json))),
                ("calls", calls), ("limits", .object([("max_concurrent_calls", .integer(snapshot.maximumCalls))])),
                ("records", records), ("process", process),
            ] + error)
    }

    private static func json(_ listener: ServiceListener) -> JSONText {
        .object([
            ("transport", .text(listener.transport)), ("address", .text(listener.address)),
            ("port", .integer(Int(listener.port))),
        ])
    }

    private static func json(_ worker: (offset: Int, element: WorkerStatistics)) -> JSONText {
        .object([
            ("worker", .integer(worker.offset)), ("sessions", .integer(worker.element.sessions)),
            ("lateness", json(worker.element.lateness)),
        ])
    }

    /// Null where nothing was paced. A quantile is the bound of the bucket that it lies in, so that the lateness was not
    /// above it; beyond the last bound there is none.
    private static func json(_ lateness: LatenessHistogram) -> JSONText {
        guard lateness.total > 0 else { return .null }
        return .object([
            ("packets", JSONText(lateness.total)), ("p50_us", JSONText(lateness.bound(of: 0.5))),
            ("p99_us", JSONText(lateness.bound(of: 0.99))), ("max_us", JSONText(lateness.bound(of: 1))),
            ("over_1s", JSONText(lateness.counts.last)),
        ])
    }

    private var calls: JSONText {
        guard let calls = snapshot.signalling?.calls else { return .null }
        return .object([
            ("active", .integer(calls.active)), ("ringing", .integer(calls.ringing)), ("total", JSONText(calls.total)),
            ("answered", JSONText(calls.answered)), ("cancelled", JSONText(calls.cancelled)),
            ("refused", JSONText(calls.refused)), ("failed", JSONText(calls.failed)),
        ])
    }

    /// Null where none are kept. That they cannot be written makes nobody ill: calls go on.
    private var records: JSONText {
        guard let records = snapshot.records else { return .null }
        return .object([
            ("in_database", JSONText(records.inDatabase)), ("in_json_lines", JSONText(records.inLines)),
            ("failed", JSONText(records.failed)), ("steps_dropped", JSONText(records.dropped)),
            ("waiting", .integer(records.waiting)), ("error", records.trouble.map { .text($0) } ?? .null),
        ])
    }

    private var process: JSONText {
        let process = snapshot.process
        return .object([
            ("resident_bytes", JSONText(process.residentBytes)),
            ("cpu_seconds", JSONText(process.cpuSeconds, decimals: 3)),
            ("open_descriptors", JSONText(process.openDescriptors)),
            ("descriptor_limit", JSONText(process.descriptorLimit)),
        ])
    }
}

extension JSONText {
    /// A count that was taken, or null.
    fileprivate init(_ count: UInt64?) { self = count.map { JSONText($0) } ?? .null }
}

extension LatenessHistogram {
    /// The upper bound of the bucket in which the quantile lies, in microseconds; nil for the last one, and for nothing.
    func bound(of quantile: Double) -> Int? {
        let rank = max(1, UInt64((Double(total) * quantile).rounded(.up)))
        var sum: UInt64 = 0
        for (bound, count) in zip(LatenessHistogram.boundsMicroseconds, counts) {
            sum &+= count
            if sum >= rank { return bound }
        }
        return nil
    }
}
