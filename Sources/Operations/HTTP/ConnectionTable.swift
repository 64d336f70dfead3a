import NIOCore
import Networking

/// The connections of the HTTP server. One beyond the limit takes the place of the one that has been idle longest, so that
/// idle and slow clients keep nobody out.
final class ConnectionTable: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Since when no request is in progress; nil while one is.
        var idleSince: NIODeadline?
    }

    private let limit: Int
    private let entries = Locked<[ObjectIdentifier: Entry]>([:])

    /// - Parameter limit: connections at once, at least one.
    init(limit: Int) {
        self.limit = limit
    }

    /// A connection has been made; another one, or itself where all others are busy, may have to go for it.
    func add(_ channel: any Channel, now: NIODeadline) {
        let surplus: (any Channel)? = entries.withLock { entries in
            var surplus: (any Channel)?
            if entries.count >= limit {
                let idle = entries.filter { $0.value.idleSince != nil }
                let oldest = idle.min { ($0.value.idleSince ?? now) < ($1.value.idleSince ?? now) }
                guard let oldest else { return channel }
                surplus = entries.removeValue(forKey: oldest.key)?.channel
            }
            entries[ObjectIdentifier(channel)] = Entry(channel: channel, idleSince: now)
            return surplus
        }
        surplus?.close(promise: nil)
    }

    /// A request has come on a connection, or its response has left.
    func set(_ channel: any Channel, idleSince: NIODeadline?) {
        entries.withLock { $0[ObjectIdentifier(channel)]?.idleSince = idleSince }
    }

    /// A connection is gone.
    func remove(_ channel: any Channel) {
        _ = entries.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Closes all connections.
    func closeAll() {
        let channels = entries.withLock { $0.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }
}
