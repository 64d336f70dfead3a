import Dispatch
import Glibc
import Networking

/// SIGTERM and SIGINT as something to wait for, and SIGHUP as a sequence.
///
/// They are taken by Dispatch from the moment that this is made; one that comes before anybody waits is kept.
final class StopSignals: Sendable {
    private struct State: Sendable {
        var pending: [String] = []
        var waiter: CheckedContinuation<String, Never>?
    }

    /// An element for each SIGHUP; those that come while one is served count once.
    let reloads: AsyncStream<Void>

    private let state = Locked(State())

    init() {
        let (reloads, hangUps) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.reloads = reloads
        // A parent may have left them blocked, and a peer that is gone must not end us.
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "milliwatt.signals")
        for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
            Self.watch(number, on: queue) { [weak self] in self?.deliver(name) }
        }
        Self.watch(SIGHUP, on: queue) { hangUps.yield() }
    }

    private static func watch(_ number: Int32, on queue: DispatchQueue, _ handler: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler(handler: handler)
        source.activate()
        // Kept for the life of the process: there is one of these, and it never ends.
        _ = Unmanaged.passRetained(source as AnyObject)
    }

    /// The name of the next signal; empty after `cancel`.
    func next() async -> String {
        await withCheckedContinuation { continuation in
            let ready: String? = state.withLock { state in
                guard state.pending.isEmpty else { return state.pending.removeFirst() }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Lets whoever waits go.
    func cancel() { deliver("") }

    private func deliver(_ name: String) {
        let waiter: CheckedContinuation<String, Never>? = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.pending.append(name) }
            return state.waiter
        }
        waiter?.resume(returning: name)
    }
}
