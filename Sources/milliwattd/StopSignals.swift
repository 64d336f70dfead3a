import Dispatch
import Glibc
import Networking

/// That the daemon has to end.
struct StopRequest: Sendable, Equatable {
    /// The signal's name.
    let signal: String
    /// Whether calls that are up may go on until they end (`milliwattd drain`).
    let isDrain: Bool
}

/// SIGTERM, SIGINT and SIGUSR1 as something to wait for, and SIGHUP as a sequence.
///
/// They are taken by Dispatch from the moment that this is made; one that comes before anybody waits is kept.
final class StopSignals: Sendable {
    private struct State: Sendable {
        var pending: [StopRequest?] = []
        var waiter: CheckedContinuation<StopRequest?, Never>?
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
        for number in [SIGTERM, SIGINT, SIGHUP, DrainSignal.number] { sigaddset(&set, number) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "milliwatt.signals")
        let requests = [
            (SIGTERM, StopRequest(signal: "SIGTERM", isDrain: false)),
            (SIGINT, StopRequest(signal: "SIGINT", isDrain: false)),
            (DrainSignal.number, StopRequest(signal: DrainSignal.name, isDrain: true)),
        ]
        for (number, request) in requests {
            Self.watch(number, on: queue) { [weak self] in self?.deliver(request) }
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

    /// What the next signal asks for; nil after `cancel`.
    func next() async -> StopRequest? {
        await withCheckedContinuation { continuation in
            let ready: StopRequest?? = state.withLock { state in
                guard state.pending.isEmpty else { return state.pending.removeFirst() }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Lets whoever waits go.
    func cancel() { deliver(nil) }

    private func deliver(_ request: StopRequest?) {
        let waiter: CheckedContinuation<StopRequest?, Never>? = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.pending.append(request) }
            return state.waiter
        }
        waiter?.resume(returning: request)
    }
}
