import CLinux
import Glibc

/// What a worker's new thread is given, by way of C, and what it says of itself before it begins.
final class WorkerStart {
    private let name: String
    private let realTime: MediaRealTime
    private var loop: WorkerLoop?
    /// Written by the thread before it posts `isScheduled`, read by who waited for that.
    private var scheduling = WorkerScheduling.shared(nice: 0, hasShortSlice: false, refusal: nil)
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
        if case .realTimeWhilePacing(let priority, _) = scheduling { loop.priority = WorkerPriority(priority) }
        loop.run()
    }

    /// Waits for the thread to know how it is scheduled.
    func awaitScheduling() -> WorkerScheduling {
        while sem_wait(isScheduled) != 0 {}
        return scheduling
    }

    private func schedule() -> WorkerScheduling {
        let nice = Int(clinux_media_request_nice(realTime == .never ? 0 : WorkerPriority.nice))
        var refusal: Int32?
        switch realTime {
        case .never: break
        case .always(let priority):
            refusal = clinux_media_request_real_time(Int32(clamping: priority))
            if refusal == 0 { return .realTime(priority: priority) }
        // A thread that was started with another policy keeps it.
        case .pacing where clinux_media_shares_processor() == 0: break
        case .pacing(let priority):
            refusal = clinux_media_request_real_time(Int32(clamping: priority))
            if refusal == 0 {
                return clinux_media_give_up_real_time(WorkerPriority.sliceNanoseconds) == 0
                    ? .realTimeWhilePacing(priority: priority, nice: nice) : .realTime(priority: priority)
            }
        }
        let hasShortSlice = clinux_media_request_slice(WorkerPriority.sliceNanoseconds) == 0
        return .shared(nice: nice, hasShortSlice: hasShortSlice, refusal: refusal)
    }
}
