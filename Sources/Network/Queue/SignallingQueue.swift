import Dispatch

/// The one serial queue of signalling, which is also an executor: an actor whose `unownedExecutor` is this queue's runs
/// its jobs between the queue's event handlers, and a handler may touch the actor's state by `assumeIsolated`.
public final class SignallingQueue: SerialExecutor {
    /// The queue itself, for sources that deliver on it.
    public let queue: DispatchQueue

    private static let current = DispatchSpecificKey<ObjectIdentifier>()

    /// A queue of its own.
    ///
    /// - Parameter label: what a debugger shows.
    public init(label: String = "milliwatt.signalling") {
        queue = DispatchQueue(label: label, qos: .userInitiated)
        queue.setSpecific(key: SignallingQueue.current, value: ObjectIdentifier(self))
    }

    /// Runs a job of an actor on the queue, after what is already waiting there.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// The executor for an actor's `unownedExecutor`. The actor must keep the queue alive.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Whether the caller runs on this queue.
    public var isCurrent: Bool {
        DispatchQueue.getSpecific(key: SignallingQueue.current) == ObjectIdentifier(self)
    }

    /// The same, as the language asks it for `assumeIsolated`.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Traps unless the caller runs on this queue.
    public func checkIsolated() {
        precondition(isCurrent, "not on the signalling queue")
    }

    /// Runs a closure on the queue, after what is already waiting there.
    public func async(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }
}
