import Networking

/// A clock that moves when it is told to.
final class ManualClock: Sendable {
    private let time = Locked<Int64>(1_000_000_000_000)

    /// In nanoseconds.
    var now: Int64 { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 += duration.nanoseconds }
    }
}
