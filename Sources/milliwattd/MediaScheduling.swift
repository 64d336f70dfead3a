import Media
import Networking
import Operations

extension EventLog {
    /// Says what has become of the real-time priority; the media threads are all alike.
    ///
    /// - Parameter isAskedFor: whether the settings ask for it more than the defaults do.
    func record(_ scheduling: WorkerScheduling, isAskedFor: Bool) {
        switch scheduling {
        case .realTime(let number):
            record(.info, .mediaScheduling, "The media threads have real-time priority \(number)")
        case .realTimeWhilePacing(let number):
            record(
                .info, .mediaScheduling,
                "The media threads have real-time priority \(number) while they send by the clock")
        case .shared(let hasShortSlice, let refusal?):
            let instead = hasShortSlice ? ", but short time slices" : ""
            record(
                isAskedFor ? .warning : .info, .mediaScheduling,
                "The media threads have no real-time priority\(instead)",
                [.reason: .text(SystemError(code: refusal, call: "pthread_setschedparam").description)])
        case .shared(_, nil): break
        }
    }
}
