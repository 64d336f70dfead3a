import Glibc

/// Something with a descriptor of its own that the reactor watches.
protocol ReactorMember: AnyObject {
    /// Serves what is ready, a bounded part of it: what is left is reported again.
    func ready(_ events: Epoll.Events)
}

/// All sockets of the signalling domain in one epoll set, behind one read source of the queue.
///
/// Against a Dispatch source for each socket: watching for room to write comes and goes with one system call, a socket is
/// closed at once instead of when its source has been cancelled, and one wake-up of the queue serves all that is ready.
final class Reactor {
    let queue: SignallingQueue
    private let epoll: Epoll
    private var members: [UInt64: any ReactorMember] = [:]
    private var source: ReadSource?
    private var lastToken: UInt64 = 0

    /// How often one wake-up looks for more before it lets the queue's other work run.
    private static let rounds = 4

    init(on queue: SignallingQueue) throws(SystemError) {
        self.queue = queue
        epoll = try Epoll(capacity: 64)
        // Dispatch needs a descriptor that lives until its source is cancelled.
        let number = epoll.rawValue
        let watched = try FileDescriptor("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        source = ReadSource(watched, on: queue) { [weak self] in self?.serve() }
    }

    /// A number that was never given before: a late event of a closed socket finds no member.
    func makeToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    func add(
        _ member: any ReactorMember, _ socket: borrowing FileDescriptor, _ watched: Epoll.Events, token: UInt64
    ) throws(SystemError) {
        try epoll.add(socket, watched, token: token)
        members[token] = member
    }

    func modify(
        _ socket: borrowing FileDescriptor, _ watched: Epoll.Events, token: UInt64
    ) throws(SystemError) {
        try epoll.modify(socket, watched, token: token)
    }

    /// Forgets a member, whose socket is closed next.
    func remove(token: UInt64) {
        members[token] = nil
    }

    /// Ends all watching.
    func cancel() {
        members = [:]
        source?.cancel()
        source = nil
    }

    private func serve() {
        for _ in 0..<Reactor.rounds {
            let count = try? epoll.wait(timeoutNanoseconds: 0) { token, events in
                members[token]?.ready(events)
            }
            guard let count, count > 0 else { return }
        }
    }
}
