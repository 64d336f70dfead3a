import CLinux
import Glibc
import Networking

/// A worker's thread, as the engine holds it. The loop itself belongs to the thread alone.
final class MediaWorker: Sendable {
    let mailbox: WorkerMailbox
    let scheduling: WorkerScheduling
    private let thread: pthread_t

    /// Starts the thread.
    init(
        index: Int, pool: SharedPortPool, configuration: MediaEngineConfiguration, realTime: MediaRealTime,
        canonicalName: String, deliver: @escaping @Sendable ([MediaEvent]) -> Void
    ) throws(SystemError) {
        let mailbox = try WorkerMailbox()
        let loop = try WorkerLoop(
            mailbox: mailbox, pool: pool, tidiesPool: index == 0, configuration: configuration,
            canonicalName: canonicalName, deliver: deliver)
        let start = WorkerStart(name: "media-\(index)", realTime: realTime, loop: loop)
        let argument = Unmanaged.passRetained(start)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<WorkerStart>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument.toOpaque())
        guard result == 0 else {
            argument.release()
            throw SystemError(code: result, call: "pthread_create")
        }
        self.mailbox = mailbox
        self.thread = thread
        scheduling = start.awaitScheduling()
    }

    /// What the worker has published last.
    var statistics: WorkerStatistics {
        var statistics = mailbox.statistics
        statistics.scheduling = scheduling
        return statistics
    }

    /// Ends all sessions, with their last events, and waits for the thread.
    func stop() {
        mailbox.post(.stop)
        pthread_join(thread, nil)
    }
}
