import CLinux
import Glibc
import Networking
import Synchronization

/// What other threads ask of a worker.
enum WorkerCommand: Sendable {
    indirect case open(OpenRequest)
    indirect case update(MediaSessionID, MediaSessionParameters)
    case close(MediaSessionID)
    case report(MediaSessionID)
    /// To be answered by a call, on the worker's thread.
    case inspect(MediaSessionID, @Sendable (MediaReport?) -> Void)
    /// To be answered by a call, on the worker's thread.
    case ping(@Sendable () -> Void)
    /// Ends all sessions, and then the worker.
    case stop
}

/// A session to be opened.
struct OpenRequest: Sendable {
    var id: MediaSessionID
    var ports: MediaPorts
    var parameters: MediaSessionParameters
    var identity: StreamIdentity
    var configuration: RTCPConfiguration
    /// Whether the ports' sockets were in the worker's epoll set for a session before.
    var isKnown: Bool
}

/// What a worker shares with other threads: the commands that wait for it, and the figures that it has published.
/// Neither is touched for a packet.
final class WorkerMailbox: Sendable {
    private struct Waiting {
        var commands: [WorkerCommand] = []
        /// Whether the worker has been woken for them.
        var isSignalled = false
    }

    /// How soon a worker that lingers looks here without being woken.
    static let patienceNanoseconds: Int64 = 10_000_000
    /// What events of the wake-up are named in the epoll set: it is to be cleared then.
    static let wakeToken = UInt64.max

    let wake: EventDescriptor
    /// The worker's epoll set: other threads may add to it what is to wake the worker.
    let epoll: FileDescriptor
    private let waiting = Locked(Waiting())
    /// Whether a command waits; written with the lock held.
    private let isWaiting = Atomic(false)
    private let lingers = Atomic(false)
    private let published = Locked(WorkerStatistics())
    /// Sessions given to the worker and not closed, as the engine sees it.
    let load = Atomic(0)

    init() throws(SystemError) {
        wake = try EventDescriptor()
        epoll = try FileDescriptor("epoll_create1") { clinux_epoll_create() }
        let (set, descriptor) = (epoll.rawValue, wake.descriptor.rawValue)
        try SystemCall.run("epoll_ctl") {
            clinux_epoll_control(set, EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue, Self.wakeToken)
        }
    }

    /// Hands over a command; the worker is woken once for all that wait.
    ///
    /// - Parameter isPatient: whether it may wait until a worker that lingers looks by itself. Waking a thread costs more
    ///   than opening or closing a session does.
    func post(_ command: WorkerCommand, isPatient: Bool = false) {
        let isSignalled = waiting.withLock { waiting in
            waiting.commands.append(command)
            // In this order here, and the reverse one in `stopLingering`: one side sees the other.
            isWaiting.store(true, ordering: .sequentiallyConsistent)
            if isPatient, lingers.load(ordering: .sequentiallyConsistent) { return true }
            defer { waiting.isSignalled = true }
            return waiting.isSignalled
        }
        if !isSignalled { wake.signal() }
    }

    /// Adds an RTP socket to what wakes the worker, before it is told of the session; whether that was possible.
    func watch(_ descriptor: Int32) -> Bool {
        let token = SocketToken(.rtp, descriptor)
        return clinux_epoll_control(epoll.rawValue, EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue, token.rawValue) == 0
    }

    /// Removes a socket from what wakes the worker.
    func unwatch(_ descriptor: Int32) {
        _ = clinux_epoll_control(epoll.rawValue, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    /// Whether there may be something to take; costs next to nothing.
    var hasCommands: Bool { isWaiting.load(ordering: .relaxed) }

    /// Appends all commands that wait to `commands`, in the order in which they were posted. The worker lingers from here
    /// on.
    func take(into commands: inout [WorkerCommand]) {
        lingers.store(true, ordering: .relaxed)
        waiting.withLock { waiting in
            isWaiting.store(false, ordering: .relaxed)
            waiting.isSignalled = false
            if commands.isEmpty {
                // Two arrays in turns: no new one is made.
                swap(&commands, &waiting.commands)
            } else {
                commands.append(contentsOf: waiting.commands)
                waiting.commands.removeAll(keepingCapacity: true)
            }
        }
    }

    /// The worker is going to wait until it is woken; whether it may, since nothing has come meanwhile.
    func stopLingering() -> Bool {
        lingers.store(false, ordering: .sequentiallyConsistent)
        return !isWaiting.load(ordering: .sequentiallyConsistent)
    }

    /// What the worker published last.
    var statistics: WorkerStatistics {
        published.withLock { $0 }
    }

    func publish(_ statistics: WorkerStatistics) {
        published.withLock { $0 = statistics }
    }
}
