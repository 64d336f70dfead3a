import Media
import Networking
import Operations

extension EventLog {
    /// Says what has become of the real-time priority that was asked for; the media threads are all alike.
    func record(_ scheduling: WorkerScheduling) {
        switch scheduling {
        case .realTime(let number):
            record(.info, .mediaScheduling, "The media threads have real-time priority \(number)")
        case .shared(let hasShortSlice, let refusal?):
            let instead = hasShortSlice ? ", but short time slices" : ""
            record(
                .warning, .mediaScheduling, "The media threads have no real-time priority\(instead)",
                [.reason: .text(SystemError(code: refusal, call: "pthread_setschedparam").description)])
        case .shared(_, nil): break
        }
    }
}
