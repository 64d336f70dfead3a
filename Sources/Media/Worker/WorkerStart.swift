import CLinux
import Glibc

/// What a worker's new thread is given, by way of C, and what it says of itself before it begins.
final class WorkerStart {
    private let name: String
    private let realTime: MediaRealTime
    private var loop: WorkerLoop?
    /// Written by the thread before it posts `isScheduled`, read by who waited for that.
    private var scheduling = WorkerScheduling.shared(hasShortSlice: false, refusal: nil)
    private let isScheduled: UnsafeMutablePointer<sem_t>

    /// - Parameter realTime: when to have real-time priority.
    init(name: String, realTime: MediaRealTime, loop: consuming WorkerLoop) {
        self.name = name
        self.realTime = realTime
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
        if case .realTimeWhilePacing(let priority) = scheduling { loop.priority = PacingPriority(priority) }
        loop.run()
    }

    /// Waits for the thread to know how it is scheduled.
    func awaitScheduling() -> WorkerScheduling {
        while sem_wait(isScheduled) != 0 {}
        return scheduling
    }

    private func schedule() -> WorkerScheduling {
        switch realTime {
        case .never: return share(refusal: nil)
        case .always(let priority):
            let refusal = clinux_media_request_real_time(Int32(clamping: priority))
            return refusal == 0 ? .realTime(priority: priority) : share(refusal: refusal)
        case .pacing(let priority):
            // A thread that was started with another policy keeps it.
            let shared = share(refusal: nil)
            guard clinux_media_shares_processor() != 0 else { return shared }
            let refusal = clinux_media_request_real_time(Int32(clamping: priority))
            guard refusal == 0 else { return share(refusal: refusal) }
            guard clinux_media_give_up_real_time(PacingPriority.sliceNanoseconds) == 0 else {
                return .realTime(priority: priority)
            }
            return .realTimeWhilePacing(priority: priority)
        }
    }

    private func share(refusal: Int32?) -> WorkerScheduling {
        _ = clinux_media_request_nice(realTime == .never ? 0 : PacingPriority.nice)
        return .shared(
            hasShortSlice: clinux_media_request_slice(PacingPriority.sliceNanoseconds) == 0, refusal: refusal)
    }
}
