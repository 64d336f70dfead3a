import Media
import Networking
import UserAgent

/// Looks calls up while they are up. Signalling is asked in small batches, so that however many calls there are, new ones
/// need not wait; and neither signalling nor a media worker that does not answer keeps a client waiting for longer than
/// the patience.
final class CallDirectory: Sendable {
    /// A call, and what its media worker says of it.
    struct Entry: Sendable {
        let call: LiveCall
        let media: Media
    }

    /// What is known of a call's media.
    enum Media: Sendable {
        /// No media is open.
        case none
        case measured(MediaReport)
        /// Why there are no figures.
        case unknown(String)
    }

    /// Some calls in the order in which they came.
    struct Page: Sendable {
        var entries: [Entry] = []
        /// How many calls there are.
        var total = 0
        /// The last call of the page where there are more after it.
        var next: CallHandle?
    }

    /// Why nothing can be told.
    enum Failure: Error {
        /// Signalling has not answered in time.
        case silent
        /// So many are being answered already.
        case busy
    }

    private struct Load {
        var lookups = 0
        /// Questions that each worker has not answered.
        var unanswered: [Int: Int] = [:]
    }

    /// Lookups at once; those beyond are refused.
    private static let lookupsAtOnce = 4
    /// Calls that signalling tells of in one go.
    private static let batch = 32
    /// A worker that does not answer is not asked for ever.
    private static let questionsPerWorker = 4096

    private let parts: CallParts
    private let patience: Duration
    private let load = Locked(Load())

    init(_ parts: CallParts, patience: Duration) {
        (self.parts, self.patience) = (parts, patience)
    }

    /// Up to so many calls after one.
    func page(after: CallHandle?, limit: Int) async throws(Failure) -> Page {
        try begin()
        defer { end() }
        let deadline = ContinuousClock.now + patience
        let gathering = Gathering<[CallHandle]>(1)
        parts.handles { gathering.add($0) }
        guard let handles = await gathering.wait(until: deadline).first else { throw .silent }
        let rest = handles.filter { $0.number > after?.number ?? 0 }.sorted { $0.number < $1.number }
        let chosen = Array(rest.prefix(limit))
        var page = Page(total: handles.count, next: rest.count > limit ? chosen.last : nil)
        page.entries = await measured(try await calls(chosen, until: deadline), until: deadline)
        return page
    }

    /// One call; nil where it is over, or never was.
    func call(_ handle: CallHandle) async throws(Failure) -> Entry? {
        try begin()
        defer { end() }
        let deadline = ContinuousClock.now + patience
        return await measured(try await calls([handle], until: deadline), until: deadline).first
    }

    private func begin() throws(Failure) {
        let isBusy = load.withLock { load in
            guard load.lookups < Self.lookupsAtOnce else { return true }
            load.lookups += 1
            return false
        }
        if isBusy { throw .busy }
    }

    private func end() {
        load.withLock { $0.lookups -= 1 }
    }

    private func calls(
        _ handles: [CallHandle], until deadline: ContinuousClock.Instant
    ) async throws(Failure) -> [LiveCall] {
        var calls: [LiveCall] = []
        for start in stride(from: 0, to: handles.count, by: Self.batch) {
            let gathering = Gathering<[LiveCall]>(1)
            parts.calls(Array(handles[start..<min(start + Self.batch, handles.count)])) { gathering.add($0) }
            guard let batch = await gathering.wait(until: deadline).first else { throw .silent }
            calls += batch
        }
        return calls
    }

    /// The calls with what their workers say.
    private func measured(_ calls: [LiveCall], until deadline: ContinuousClock.Instant) async -> [Entry] {
        let sessions = admitted(calls.compactMap(\.session))
        let gathering = Gathering<(MediaSessionID, MediaReport?)>(sessions.count)
        parts.media(sessions) { [self] session, report in
            load.withLock { $0.unanswered[session.worker, default: 0] -= 1 }
            gathering.add((session, report))
        }
        var reports: [MediaSessionID: MediaReport?] = [:]
        for (session, report) in await gathering.wait(until: deadline) { reports[session] = .some(report) }
        return calls.map { call in
            guard let session = call.session else { return Entry(call: call, media: .none) }
            switch reports[session] {
            case .some(.some(let report)): return Entry(call: call, media: .measured(report))
            case .some(.none): return Entry(call: call, media: .unknown("the media has just ended"))
            case .none:
                return Entry(call: call, media: .unknown("\(ServicePart.media(session.worker)) does not answer"))
            }
        }
    }

    /// The sessions of which the worker may still be asked; the question counts from here on.
    private func admitted(_ sessions: [MediaSessionID]) -> [MediaSessionID] {
        load.withLock { load in
            sessions.filter { session in
                guard load.unanswered[session.worker, default: 0] < Self.questionsPerWorker else { return false }
                load.unanswered[session.worker, default: 0] += 1
                return true
            }
        }
    }
}
