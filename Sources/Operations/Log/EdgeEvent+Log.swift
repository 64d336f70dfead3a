import SIP
import UserAgent

extension EventLog {
    /// Writes the line of what happens at the edge. The address stands in the message too, because fail2ban sees no more
    /// of a journal entry.
    public func record(_ event: EdgeEvent) {
        switch event {
        case .limited(let source):
            record(
                .warning, .sourceLimited, "Too many new requests from \(source.unmapped)",
                [.source: .text(source.unmapped.description)])
        case .limitedSince(let source, let refused, let silent, let isOver):
            let text = isOver ? "No longer too many new requests from" : "Still too many new requests from"
            record(
                isOver ? .notice : .warning, .sourceLimitReport, "\(text) \(source.unmapped)",
                [
                    .source: .text(source.unmapped.description), .requestsRefused: .integer(refused),
                    .requestsDropped: .integer(silent),
                ])
        case .scannerDropped(let source, let userAgent):
            record(
                .warning, .scannerDropped, "Scanner ignored from \(source.unmapped)",
                [.source: .text(source.unmapped.description), .userAgent: .text(userAgent)])
        case .reportsFailed(let count, let reason):
            record(
                .warning, .reportsFailed, "Quality reports have not reached the collector",
                [.reportsFailed: .integer(count), .reason: .text(reason)])
        case .overCapacity(let capacity, let source):
            record(
                .warning, .capacityReached, "Too many \(capacity.rawValue)",
                [.limit: .text(capacity.rawValue), .source: .text(source.unmapped.description)])
        }
    }
}
