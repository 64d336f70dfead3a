import Media
import UserAgent

/// The parts that know of calls. Nothing here may wait: answers come later, on any thread, or never.
struct CallParts: Sendable {
    /// Asks signalling which calls there are.
    let handles: @Sendable (_ answer: @escaping @Sendable ([CallHandle]) -> Void) -> Void
    /// Asks signalling for some calls.
    let calls: @Sendable (_ handles: [CallHandle], _ answer: @escaping @Sendable ([LiveCall]) -> Void) -> Void
    /// Asks the media workers for the reports of sessions; each comes on its own.
    let media:
        @Sendable (
            _ sessions: [MediaSessionID], _ answer: @escaping @Sendable (MediaSessionID, MediaReport?) -> Void
        ) -> Void

    /// Parts behind functions.
    init(
        handles: @escaping @Sendable (_ answer: @escaping @Sendable ([CallHandle]) -> Void) -> Void,
        calls: @escaping @Sendable ([CallHandle], _ answer: @escaping @Sendable ([LiveCall]) -> Void) -> Void,
        media:
            @escaping @Sendable (
                [MediaSessionID], _ answer: @escaping @Sendable (MediaSessionID, MediaReport?) -> Void
            ) -> Void
    ) {
        (self.handles, self.calls, self.media) = (handles, calls, media)
    }

    /// The parts of a user agent.
    init(_ userAgent: UserAgent) {
        self.init(
            handles: { answer in userAgent.askForCalls(answer) },
            calls: { handles, answer in userAgent.askForCalls(handles, answer) },
            media: { sessions, answer in userAgent.askForMedia(sessions, answer) })
    }
}
