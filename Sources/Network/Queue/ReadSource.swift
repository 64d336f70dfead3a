import Dispatch

/// A descriptor that the queue watches: a handler runs there while there is something to read.
///
/// It owns the descriptor, because Dispatch forbids closing one before its source is cancelled.
final class ReadSource {
    /// Valid until `cancel`.
    let rawValue: Int32
    private let source: any DispatchSourceRead

    /// Watches at once.
    ///
    /// - Parameter handler: runs on the queue; should not keep the owner of this source alive.
    init(_ descriptor: consuming FileDescriptor, on queue: SignallingQueue, handler: @escaping () -> Void) {
        let number = descriptor.release()
        rawValue = number
        source = DispatchSource.makeReadSource(fileDescriptor: number, queue: queue.queue)
        let bound = QueueBound(handler, to: queue)
        source.setEventHandler { bound.assumeOnQueue()() }
        source.setCancelHandler { _ = FileDescriptor(owning: number) }
        source.activate()
    }

    deinit { source.cancel() }

    /// Stops watching; the descriptor is closed as soon as the queue gets to it.
    func cancel() { source.cancel() }
}
