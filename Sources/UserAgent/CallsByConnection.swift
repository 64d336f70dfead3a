import SIP

/// The calls that each connection carries, so that one that breaks is asked for its own and not for all. Calls by datagrams
/// are not among them.
struct CallsByConnection: Sendable {
    private(set) var calls: [UInt64: Set<CallHandle>] = [:]

    /// A call's messages come from a source from now on.
    mutating func add(_ call: CallHandle, _ source: TransportAddress) {
        guard source.transport.isReliable else { return }
        calls[source.flow, default: []].insert(call)
    }

    /// A call's messages came from a source until now.
    mutating func remove(_ call: CallHandle, _ source: TransportAddress) {
        guard source.transport.isReliable, let index = calls.index(forKey: source.flow) else { return }
        calls.values[index].remove(call)
        if calls.values[index].isEmpty { calls.remove(at: index) }
    }

    /// The calls of a connection that is no more; they are not named again.
    mutating func take(_ flow: UInt64) -> Set<CallHandle> { calls.removeValue(forKey: flow) ?? [] }
}
