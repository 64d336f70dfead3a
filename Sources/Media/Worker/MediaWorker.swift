import CLinux
import Glibc
import Network

/// A worker's thread, as the engine holds it. The loop itself belongs to the thread alone.
final class MediaWorker: Sendable {
    let mailbox: WorkerMailbox
    private let thread: pthread_t

    /// What the new thread is given, by way of C.
    private final class Start {
        let name: String
        let priority: Int
        var loop: WorkerLoop?

        init(name: String, priority: Int, loop: consuming WorkerLoop) {
            self.name = name
            self.priority = priority
            self.loop = consume loop
        }

        func run() {
            let refusal = clinux_media_prepare_thread(name, Int32(clamping: priority))
            guard var loop = loop.take() else { return }
            if priority > 0 { loop.scheduling = refusal == 0 ? .realTime(priority: priority) : .refused(refusal) }
            loop.run()
        }
    }

    /// Starts the thread.
    init(
        index: Int, configuration: MediaEngineConfiguration, canonicalName: String,
        deliver: @escaping @Sendable ([MediaEvent]) -> Void
    ) throws(SystemError) {
        let mailbox = try WorkerMailbox()
        let loop = try WorkerLoop(
            mailbox: mailbox, cadence: configuration.reportInterval.map { max($0.nanoseconds, 1_000_000) },
            canonicalName: canonicalName, deliver: deliver)
        let start = Start(name: "media-\(index)", priority: configuration.realTimePriority ?? 0, loop: loop)
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
    }

    /// Ends all sessions, with their last events, and waits for the thread.
    func stop() {
        mailbox.post(.stop)
        pthread_join(thread, nil)
    }
}
