/// The way of events to the user of the transports.
///
/// Events that a socket causes are delivered as they happen. What a call of the user causes (a write that fails, a
/// connection that cannot be made) is posted and comes after the call, so that no handler runs within a call of its own.
final class EventSink {
    private let queue: SignallingQueue
    private var handler: ((TransportEvent) -> Void)?
    private var posted: [TransportEvent] = []

    init(on queue: SignallingQueue) {
        self.queue = queue
    }

    func open(_ handler: @escaping (TransportEvent) -> Void) {
        self.handler = handler
    }

    /// Ends all delivery.
    func close() {
        handler = nil
        posted = []
    }

    func emit(_ event: TransportEvent) {
        handler?(event)
    }

    func post(_ event: TransportEvent) {
        posted.append(event)
        guard posted.count == 1 else { return }
        let bound = QueueBound(self, to: queue)
        queue.async { bound.assumeOnQueue().deliver() }
    }

    private func deliver() {
        let events = posted
        posted = []
        for event in events { handler?(event) }
    }
}
