/// Carries something that belongs to the signalling queue through a closure that runs there.
///
/// Invariant behind `@unchecked Sendable`: the value is reached only through `assumeOnQueue`, which traps off the queue in
/// debug builds; every closure that carries one is handed to that queue alone.
struct QueueBound<Value>: @unchecked Sendable {
    private let value: Value
    private let queue: SignallingQueue

    init(_ value: Value, to queue: SignallingQueue) {
        self.value = value
        self.queue = queue
    }

    func assumeOnQueue() -> Value {
        assert(queue.isCurrent, "not on the signalling queue")
        return value
    }
}
