import CLinux
import Glibc

/// What a worker's new thread is given, by way of C, and what it says of itself before it begins.
final class WorkerStart {
    private let name: String
    private let priority: Int?
    private var loop: WorkerLoop?
    /// Written by the thread before it posts `isScheduled`, read by who waited for that.
    private var scheduling = WorkerScheduling.shared(hasShortSlice: false, refusal: nil)
    private let isScheduled: UnsafeMutablePointer<sem_t>

    /// - Parameter priority: the real-time priority to ask for; nil for none.
    init(name: String, priority: Int?, loop: consuming WorkerLoop) {
        self.name = name
        self.priority = priority
        self.loop = consume loop
        isScheduled = .allocate(capacity: 1)
        sem_init(isScheduled, 0, 0)
    }

    deinit {
        sem_destroy(isScheduled)
        isScheduled.deallocate()
    }

    /// The thread's whole life.
    func run() {
        clinux_media_prepare_thread(name)
        scheduling = schedule()
        sem_post(isScheduled)
        guard var loop = loop.take() else { return }
        loop.run()
    }

    /// Waits for the thread to know how it is scheduled.
    func awaitScheduling() -> WorkerScheduling {
        while sem_wait(isScheduled) != 0 {}
        return scheduling
    }

    /// Sent packets wait for the end of other threads' slices, of some 3 ms; with shorter ones of its own the thread's
    /// turn comes sooner. Shorter than 0.1 ms the kernel gives none.
    private static let sliceNanoseconds: UInt64 = 100_000

    private func schedule() -> WorkerScheduling {
        var refusal: Int32?
        if let priority {
            let code = clinux_media_request_real_time(Int32(clamping: priority))
            guard code != 0 else { return .realTime(priority: priority) }
            refusal = code
        }
        return .shared(
            hasShortSlice: clinux_media_request_slice(Self.sliceNanoseconds) == 0, refusal: refusal)
    }
}
