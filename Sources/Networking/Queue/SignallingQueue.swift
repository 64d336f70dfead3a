import CLinux
import Dispatch
import Glibc
import Synchronization

/// The one serial queue of signalling, which is also an executor: an actor whose `unownedExecutor` is this queue's runs
/// its jobs between the handlers of sockets and timers, and a handler may touch the actor's state by `assumeIsolated`.
///
/// Underneath is a Dispatch queue with one read source over an epoll set, in which all sockets and timers stand. A wake-up
/// by Dispatch costs three times what receiving and answering a datagram does (it goes by two other threads), so that a
/// handler that has nothing more to do waits a while for what comes next, in the kernel, before it gives its thread back.
/// A job wakes it.
///
/// Its thread waits for its turn where other threads have all processors: a new call does not delay packets on their way.
public final class SignallingQueue: SerialExecutor {
    private enum Job: Sendable {
        case actor(UnownedJob)
        case work(@Sendable () -> Void)
    }

    private enum Phase: Sendable {
        /// No thread is here: whoever brings a job asks Dispatch for one.
        case idle
        /// A thread is here, or on its way, and will look for jobs.
        case running
        /// A thread is here and waits in the kernel: whoever brings a job wakes it.
        case waiting
    }

    private struct State: Sendable {
        var jobs: [Job] = []
        var phase = Phase.idle
    }

    private let queue: DispatchQueue
    private let state = Locked(State())
    private let wakeUp: EventDescriptor
    // Invariant: set up before the source is activated, and from then on reached only on the queue.
    private nonisolated(unsafe) let sockets: Reactor
    // Invariant: used in `init` and `deinit` only; Dispatch's objects may be used on any thread.
    private nonisolated(unsafe) let source: any DispatchSourceRead
    // Invariant: reached only on the queue.
    private nonisolated(unsafe) var moderation = LookModeration()

    /// The thread that serves the queue now, 0 for none. Compared by every handler, so it is no look-up.
    private let thread = Atomic<pthread_t>(0)
    /// How long a handler waits for what comes next.
    private static let lingerNanoseconds: Int64 = 100_000_000

    /// A queue of its own.
    ///
    /// - Parameter label: what a debugger shows.
    /// - Throws: what the system refuses, such as a descriptor.
    public init(label: String = "milliwatt.signalling") throws(SystemError) {
        queue = DispatchQueue(label: label)
        wakeUp = try EventDescriptor()
        sockets = try Reactor(wokenBy: wakeUp)
        // Dispatch needs a descriptor that lives until its source is cancelled.
        let number = try sockets.duplicateDescriptor().release()
        source = DispatchSource.makeReadSource(fileDescriptor: number, queue: queue)
        source.setCancelHandler { _ = FileDescriptor(owning: number) }
        source.setEventHandler { [weak self] in self?.run() }
        source.activate()
    }

    deinit { source.cancel() }

    /// The sockets and timers of the queue, which belong to it.
    var reactor: Reactor {
        assert(isCurrent, "not on the signalling queue")
        return sockets
    }

    /// Lets the queue, while datagrams come fast, rest between two looks at its sockets, so that one look finds several.
    ///
    /// - Parameter longest: how long something may wait for it; 0 for not at all.
    public func rest(upTo longest: Duration) {
        checkIsolated()
        moderation.longestRest = longest.nanoseconds
    }

    // MARK: Executor

    /// Runs a job of an actor on the queue, after what is already waiting there.
    public func enqueue(_ job: consuming ExecutorJob) {
        submit(.actor(UnownedJob(job)))
    }

    /// Runs a closure on the queue, after what is already waiting there.
    public func async(_ work: @escaping @Sendable () -> Void) {
        submit(.work(work))
    }

    /// The executor for an actor's `unownedExecutor`. The actor must keep the queue alive.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Whether the caller runs on this queue.
    public var isCurrent: Bool {
        thread.load(ordering: .relaxed) == pthread_self()
    }

    /// The same, as the language asks it for `assumeIsolated`.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Traps unless the caller runs on this queue.
    public func checkIsolated() {
        precondition(isCurrent, "not on the signalling queue")
    }

    // MARK: Running

    private func submit(_ job: Job) {
        let phase = state.withLock { state in
            state.jobs.append(job)
            defer { state.phase = .running }
            return state.phase
        }
        switch phase {
        case .idle: queue.async { self.run() }
        case .waiting: wakeUp.signal()
        case .running: break
        }
    }

    /// Serves jobs and sockets in turns until there has been nothing for a while.
    private func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        defer { thread.store(0, ordering: .relaxed) }
        clinux_await_turns()
        while true {
            let rest = moderation.rest(now: SystemClock.monotonicNanoseconds)
            if rest > 0 { SystemClock.sleep(nanoseconds: rest) }
            let jobs = takeJobs()
            for job in jobs {
                switch job {
                case .actor(let job): job.runSynchronously(on: asUnownedSerialExecutor())
                case .work(let work): work()
                }
            }
            let ready = sockets.wait(upTo: jobs.isEmpty ? SignallingQueue.lingerNanoseconds : 0)
            if jobs.isEmpty {
                let isDone = state.withLock { state in
                    state.phase = ready == 0 && state.jobs.isEmpty ? .idle : .running
                    return state.phase == .idle
                }
                if isDone { return }
            }
            let (now, realtime) = (SystemClock.monotonicNanoseconds, SystemClock.realtimeNanoseconds)
            let arrivals = sockets.serve(ready)
            moderation.looked(arrivals, now: now, realtime: realtime)
        }
    }

    /// Takes the jobs; where there are none, a job that comes from here on wakes the thread.
    private func takeJobs() -> [Job] {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.phase = .waiting
                return []
            }
            state.phase = .running
            let jobs = state.jobs
            state.jobs = []
            return jobs
        }
    }
}
