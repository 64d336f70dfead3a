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
        case .realTimeWhilePacing(let number, let nice):
            record(
                .info, .mediaScheduling,
                "The media threads have real-time priority \(number) while they send by the clock, "
                    + "nice value \(nice) otherwise")
        case .shared(let nice, let hasShortSlice, let refusal?):
            let slices = hasShortSlice ? " and short time slices" : ""
            record(
                isAskedFor ? .warning : .info, .mediaScheduling,
                "The media threads have no real-time priority; nice value \(nice)\(slices)",
                [.reason: .text(SystemError(code: refusal, call: "pthread_setschedparam").description)])
        case .shared(_, _, nil): break
        }
    }
}
