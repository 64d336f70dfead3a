import CLinux
import Glibc

/// The one timer of a domain: whoever keeps many deadlines arms it to the earliest.
///
/// It belongs to its queue: it is armed there and its handler runs there.
public final class DeadlineTimer {
    private var armed: ContinuousClock.Instant?
    private var source: ReadSource?
    private let handler: () -> Void

    /// A timer that is not armed.
    ///
    /// - Parameter handler: runs on the queue after a deadline; it may run early, so it should look at the clock, and it
    ///   arms the timer again for what is left.
    public init(on queue: SignallingQueue, handler: @escaping () -> Void) throws(SystemError) {
        self.handler = handler
        let timer = try FileDescriptor("timerfd_create") { clinux_timerfd_create() }
        source = ReadSource(timer, on: queue) { [weak self] in self?.fired() }
    }

    /// Asks for a call of the handler at a moment, or soon where it is past; nil asks for none.
    ///
    /// A timer that is armed for an earlier moment stays so: one early call costs less than a system call for each
    /// deadline that moves.
    public func arm(_ deadline: ContinuousClock.Instant?) {
        guard let deadline, let source else { return }
        if let armed, armed <= deadline { return }
        armed = deadline
        let wait = (deadline - .now).nanoseconds
        _ = clinux_timerfd_arm(source.rawValue, max(wait, 1))
    }

    /// Ends the timer: the handler is not called again.
    public func cancel() {
        source?.cancel()
        source = nil
        armed = nil
    }

    private func fired() {
        guard let source else { return }
        var expirations: UInt64 = 0
        guard read(source.rawValue, &expirations, 8) == 8 else { return }
        armed = nil
        handler()
    }
}
