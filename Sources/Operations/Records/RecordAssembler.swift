import Media
import UserAgent

/// A step of a call on its way to its record, with the time at which signalling took it, in ms since 1970.
struct CallStep: Sendable {
    /// What is needed of a ``CallEvent``; what is large is kept apart, so that the queue stays small.
    enum Kind: Sendable {
        case incoming(CallIdentity)
        case ringing(CallHandle)
        indirect case answered(CallHandle, CallMedia)
        indirect case changed(CallHandle, CallMedia)
        indirect case latched(CallHandle, String)
        case digit(CallHandle, Character)
        indirect case ended(CallIdentity, CallEnd)
    }

    let time: Int64
    let kind: Kind

    /// Nil for what is no step of the call's course.
    init?(_ event: CallEvent, time: Int64) {
        self.time = time
        let handle = event.call.handle
        let kind: Kind? =
            switch event.kind {
            case .incoming: .incoming(event.call)
            case .ringing: .ringing(handle)
            case .answered(let media): .answered(handle, media)
            case .changed(let media): .changed(handle, media)
            case .latched(let address): .latched(handle, address)
            case .digit(let digit): .digit(handle, digit.digit)
            case .ended(let end): .ended(event.call, end)
            case .measured: nil
            }
        guard let kind else { return nil }
        self.kind = kind
    }
}

/// Puts the steps of calls together. Belongs to the writer's thread.
struct RecordAssembler {
    /// What is known so far of a call that goes on.
    private struct Open {
        let identity: CallIdentity
        let incoming: Int64
        var ringing: Int64?
        var answered: Int64?
        var media: CallMedia?
        var latched: String?
        var digits = ""
    }

    /// Calls that are kept in mind: more than there can be, unless their ends were lost.
    let limit: Int
    private var open: [CallHandle: Open] = [:]

    init(limit: Int) { self.limit = limit }

    /// How many calls go on.
    var count: Int { open.count }

    /// Takes a step; the last one yields the record.
    mutating func take(_ step: CallStep) -> CallRecord? {
        switch step.kind {
        case .incoming(let identity):
            if open.count >= limit { forgetOldest() }
            open[identity.handle] = Open(identity: identity, incoming: step.time)
        case .ringing(let handle):
            open[handle]?.ringing = step.time
        case .answered(let handle, let media):
            open[handle]?.answered = step.time
            open[handle]?.media = media
        case .changed(let handle, let media):
            // Another offer and answer: media goes where that says, until it is seen to come from elsewhere.
            open[handle]?.media = media
            open[handle]?.latched = nil
        case .latched(let handle, let address):
            open[handle]?.latched = address
        case .digit(let handle, let digit):
            if let call = open[handle], call.digits.utf8.count < CallRecord.digitLimit {
                open[handle]?.digits.append(digit)
            }
        case .ended(let identity, let end):
            return Self.record(open.removeValue(forKey: identity.handle), identity, end, at: step.time)
        }
        return nil
    }

    /// The calls that still go on when the daemon ends without waiting for them; how they end is not known.
    mutating func abandon(at time: Int64) -> [CallRecord] {
        defer { open = [:] }
        return open.values.sorted { $0.incoming < $1.incoming }.map {
            Self.record($0, $0.identity, nil, at: time)
        }
    }

    private static func record(_ call: Open?, _ identity: CallIdentity, _ end: CallEnd?, at time: Int64) -> CallRecord {
        var record = CallRecord(
            identity: identity, incoming: call?.incoming, ringing: call?.ringing, answered: call?.answered,
            ended: time, media: call?.media, latched: call?.latched, end: end)
        record.digits = call?.digits ?? ""
        return record
    }

    /// The ends of calls were lost on their way: the older half will not end any more.
    private mutating func forgetOldest() {
        let times = open.values.map(\.incoming).sorted()
        guard !times.isEmpty else { return }
        let middle = times[times.count / 2]
        open = open.filter { $0.value.incoming > middle }
    }
}
