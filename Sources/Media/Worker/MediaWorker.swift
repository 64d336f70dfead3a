import CLinux
import Glibc
import Networking

/// A worker's thread, as the engine holds it. The loop itself belongs to the thread alone.
final class MediaWorker: Sendable {
    let mailbox: WorkerMailbox
    let scheduling: WorkerScheduling
    private let thread: pthread_t

    /// What the new thread is given, by way of C.
    private final class Start {
        let name: String
        var loop: WorkerLoop?

        init(name: String, loop: consuming WorkerLoop) {
            self.name = name
            self.loop = consume loop
        }

        func run() {
            clinux_media_prepare_thread(name)
            guard var loop = loop.take() else { return }
            loop.run()
        }
    }

    /// Starts the thread.
    init(
        index: Int, pool: SharedPortPool?, configuration: MediaEngineConfiguration, canonicalName: String,
        deliver: @escaping @Sendable ([MediaEvent]) -> Void
    ) throws(SystemError) {
        let mailbox = try WorkerMailbox()
        let loop = try WorkerLoop(
            mailbox: mailbox, pool: pool, scoring: Scoring(configuration.quality),
            reportsIntervals: configuration.reportsIntervals, canonicalName: canonicalName, deliver: deliver)
        let start = Start(name: "media-\(index)", loop: loop)
        let argument = Unmanaged.passRetained(start)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument.toOpaque())
        guard result == 0 else {
            argument.release()
            throw SystemError(code: result, call: "pthread_create")
        }
        self.mailbox = mailbox
        self.thread = thread
        scheduling = Self.schedule(thread, priority: configuration.realTimePriority)
    }

    /// What the worker has published last.
    var statistics: WorkerStatistics {
        var statistics = mailbox.statistics
        statistics.scheduling = scheduling
        return statistics
    }

    private static func schedule(_ thread: pthread_t, priority: Int?) -> WorkerScheduling {
        guard let priority else { return .normal }
        let refusal = clinux_media_request_real_time(thread, Int32(clamping: priority))
        return refusal == 0 ? .realTime(priority: priority) : .refused(refusal)
    }

    /// Ends all sessions, with their last events, and waits for the thread.
    func stop() {
        mailbox.post(.stop)
        pthread_join(thread, nil)
    }
}
