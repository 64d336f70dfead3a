import Network
import Synchronization

/// What other threads ask of a worker.
enum WorkerCommand: Sendable {
    case open(OpenRequest)
    case update(MediaSessionID, MediaSessionParameters)
    case close(MediaSessionID)
    case report(MediaSessionID)
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
}

/// What a worker shares with other threads: the commands that wait for it, and the figures that it has published.
/// Neither is touched for a packet.
final class WorkerMailbox: Sendable {
    let wake: EventDescriptor
    private let commands = Locked<[WorkerCommand]>([])
    private let published = Locked(WorkerStatistics())
    /// Sessions given to the worker and not closed, as the engine sees it.
    let load = Atomic(0)

    init() throws(SystemError) {
        wake = try EventDescriptor()
    }

    /// Hands over a command; the worker is woken once for all that wait.
    func post(_ command: WorkerCommand) {
        let isFirst = commands.withLock { commands in
            commands.append(command)
            return commands.count == 1
        }
        if isFirst { wake.signal() }
    }

    /// All commands that wait, in the order in which they were posted.
    func take() -> [WorkerCommand] {
        wake.clear()
        return commands.withLock { commands in
            var taken: [WorkerCommand] = []
            swap(&taken, &commands)
            return taken
        }
    }

    /// What the worker published last.
    var statistics: WorkerStatistics {
        published.withLock { $0 }
    }

    func publish(_ statistics: WorkerStatistics) {
        published.withLock { $0 = statistics }
    }
}
