import Media
import Networking
import SIP

/// A call that is not over, as it stands at one moment.
public struct LiveCall: Sendable {
    /// Where it stands.
    public enum State: String, Sendable {
        /// RTP ports are being bound.
        case preparing
        /// 180 is sent.
        case ringing
        /// 200 is sent, and no ACK has come.
        case answered
        /// Acknowledged.
        case established
    }

    /// Who calls what.
    public let identity: CallIdentity
    /// Where it stands.
    public let state: State
    /// How long ago the INVITE came.
    public let age: Duration
    /// How long ago the 200 was sent; nil where it was not.
    public let answeredAge: Duration?
    /// The session; nil before the answer.
    public let media: CallMedia?
    /// What measures it; nil where no media is open.
    public let session: MediaSessionID?
}

extension UserAgentCore {
    /// The calls that are not over, in no order.
    func liveCalls() -> [CallHandle] { calls.lazy.filter { $0.value.phase.liveState != nil }.map(\.key) }

    /// Those of some calls that are not over.
    func liveCalls(
        _ handles: [CallHandle], sessions: [CallHandle: MediaSessionID], now: Instant
    ) -> [LiveCall] {
        handles.compactMap { handle in
            guard let call = calls[handle], let state = call.phase.liveState else { return nil }
            return LiveCall(
                identity: call.identity, state: state, age: now - call.arrival,
                answeredAge: call.answeredAt.map { now - $0 },
                media: call.answeredAt.map { _ in call.mediaDescription }, session: sessions[handle])
        }
    }
}

extension CallPhase {
    fileprivate var liveState: LiveCall.State? {
        switch self {
        case .preparing: .preparing
        case .ringing: .ringing
        case .answered: .answered
        case .established: .established
        case .over: nil
        }
    }
}

extension UserAgent {
    /// Asks signalling which calls there are, without waiting for it. It takes some 10 ns a call.
    /// - Parameter answer: called on the signalling queue, with the calls in no order.
    public nonisolated func askForCalls(_ answer: @escaping @Sendable ([CallHandle]) -> Void) {
        queue.async { answer(self.assumeIsolated { $0.core.liveCalls() }) }
    }

    /// Asks signalling for some calls, without waiting for it. To ask for many at once keeps calls waiting.
    /// - Parameter answer: called on the signalling queue, with those that are not over.
    public nonisolated func askForCalls(
        _ handles: [CallHandle], _ answer: @escaping @Sendable ([LiveCall]) -> Void
    ) {
        queue.async { answer(self.assumeIsolated { $0.core.liveCalls(handles, sessions: $0.sessions, now: .now) }) }
    }

    /// Asks the media workers what they have measured of sessions so far, without waiting for any.
    /// - Parameter answer: called by each worker, on its thread, once for each session; nil where that has ended.
    public nonisolated func askForMedia(
        _ sessions: [MediaSessionID], _ answer: @escaping @Sendable (MediaSessionID, MediaReport?) -> Void
    ) {
        for session in sessions { engine.inspect(session) { answer(session, $0) } }
    }
}
