import Media
import Networking
import Operations

extension EventLog {
    /// Says how the media threads are scheduled, which are all alike. A warning only of what was asked for and not had.
    func record(_ scheduling: WorkerScheduling, asked priority: RealTimePriority) {
        switch scheduling {
        case .realTime(let number):
            record(.info, .mediaScheduling, "The media threads have real-time priority \(number)")
        case .shared(let hasShortSlice, let refusal):
            guard priority != .none else { return }
            let instead = hasShortSlice ? ", but short time slices" : ""
            let reason = refusal.map { SystemError(code: $0, call: "pthread_setschedparam").description }
            record(
                priority == .automatic ? .info : .warning, .mediaScheduling,
                "The media threads have no real-time priority\(instead)",
                [.reason: .text(reason ?? "there are no more processors than media threads")])
        }
    }
}
