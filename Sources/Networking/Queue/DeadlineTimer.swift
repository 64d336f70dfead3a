import CLinux
import Glibc

/// The one timer of a domain: whoever keeps many deadlines arms it to the earliest.
///
/// It belongs to its queue: but for `init` it is called there, and its handler runs there.
public final class DeadlineTimer {
    private let queue: SignallingQueue
    private let clock: TimerDescriptor
    private var armed: ContinuousClock.Instant?
    /// Its place in the queue's reactor, from the first deadline on.
    private var token: UInt64?
    private var isCancelled = false

    /// A timer that is not armed.
    ///
    /// - Parameter handler: runs on the queue after a deadline; it may run early, so it should look at the clock, and it
    ///   arms the timer again for what is left.
    public init(on queue: SignallingQueue, handler: @escaping () -> Void) throws(SystemError) {
        self.queue = queue
        clock = TimerDescriptor(try FileDescriptor("timerfd_create") { clinux_timerfd_create() }, handler: handler)
        clock.timer = self
    }

    deinit {
        // The last owner may let go on any thread.
        guard let token, !isCancelled else { return }
        queue.async { [queue] in queue.reactor.remove(token: token) }
    }

    /// Asks for a call of the handler at a moment, or soon where it is past; nil asks for none.
    ///
    /// A timer that is armed for an earlier moment stays so: one early call costs less than a system call for each
    /// deadline that moves.
    public func arm(_ deadline: ContinuousClock.Instant?) {
        guard let deadline, !isCancelled else { return }
        if let armed, armed <= deadline { return }
        register()
        armed = deadline
        let wait = (deadline - .now).nanoseconds
        _ = clinux_timerfd_arm(clock.descriptor.rawValue, max(wait, 1))
    }

    /// Ends the timer: the handler is not called again.
    public func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        if let token { queue.reactor.remove(token: token) }
    }

    private func register() {
        guard token == nil else { return }
        let reactor = queue.reactor
        let token = reactor.makeToken()
        do {
            try reactor.add(clock, clock.descriptor, .readable, token: token)
        } catch {
            // Only the system's limit of watched descriptors, far above what the daemon opens, leads here.
            preconditionFailure("the timer cannot be watched: \(error)")
        }
        self.token = token
    }

    /// The kernel's timer, which the reactor keeps.
    private final class TimerDescriptor: ReactorMember {
        let descriptor: FileDescriptor
        weak var timer: DeadlineTimer?
        private let handler: () -> Void

        init(_ descriptor: consuming FileDescriptor, handler: @escaping () -> Void) {
            self.descriptor = descriptor
            self.handler = handler
        }

        func ready(_ events: Epoll.Events, _ arrivals: inout Arrivals) {
            var expirations: UInt64 = 0
            guard let timer, !timer.isCancelled, read(descriptor.rawValue, &expirations, 8) == 8 else { return }
            timer.armed = nil
            handler()
        }
    }
}
