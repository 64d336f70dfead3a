import Media
import Networking
import SIP

/// What signalling has counted, taken at one time.
public struct UserAgentFigures: Sendable {
    /// Of calls, and what the edge has turned away.
    public var calls = UserAgentStatistics()
    /// Of transactions.
    public var transactions = TransactionCounters()
    /// Of messages, by what they were.
    public var messages = MessageCounters()
    /// Of calls, what they were like.
    public var measures = CallMeasures()
    /// Of datagrams, connections and their bytes.
    public var transports = TransportCounters()

    /// All zero.
    public init() {}
}

extension UserAgent {
    /// What signalling has counted so far.
    var figures: UserAgentFigures {
        var figures = UserAgentFigures()
        figures.calls = statistics
        figures.transactions = core.transactions.counters
        figures.messages = core.messages
        figures.measures = core.measures
        figures.transports = transports.counters
        return figures
    }

    /// Asks signalling for its figures, and so whether it works, without waiting for it.
    /// - Parameter answer: called on the signalling queue, once the queue comes to it.
    public nonisolated func askForFigures(_ answer: @escaping @Sendable (UserAgentFigures) -> Void) {
        queue.async { answer(self.assumeIsolated { $0.figures }) }
    }

    /// Asks every media worker whether it works, without waiting for any.
    /// - Parameter answer: called by each worker, on its thread, with its number.
    public nonisolated func pingMedia(_ answer: @escaping @Sendable (Int) -> Void) {
        engine.ping(answer)
    }

    /// The media engine's own figures, at most a twentieth of a second old.
    public nonisolated var mediaStatistics: MediaStatistics { engine.statistics() }
}
