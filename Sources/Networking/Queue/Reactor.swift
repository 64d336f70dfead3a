import Glibc

/// Something with a descriptor of its own that the reactor watches.
protocol ReactorMember: AnyObject {
    /// Serves what is ready, a bounded part of it: what is left is reported again.
    ///
    /// - Parameter arrivals: to be told what came.
    func ready(_ events: Epoll.Events, _ arrivals: inout Arrivals)
}

/// All sockets and timers of the signalling queue in one epoll set.
///
/// Against a Dispatch source for each socket: watching for room to write comes and goes with one system call, a socket is
/// closed at once instead of when its source has been cancelled, and one wake-up serves all that is ready.
final class Reactor {
    private let epoll: Epoll
    private struct Entry {
        let member: any ReactorMember
        /// Open for as long as the entry stands.
        let descriptor: Int32
    }

    private var members: [UInt64: Entry] = [:]
    private var lastToken: UInt64 = 0
    private let wakeUp: WakeUp

    /// A reactor that only a signal wakes yet.
    init(wokenBy event: borrowing EventDescriptor) throws(SystemError) {
        epoll = try Epoll(capacity: 64)
        wakeUp = WakeUp(number: event.descriptor.rawValue)
        try add(wakeUp, event.descriptor, .readable, token: 0)
    }

    /// Another descriptor of the same set.
    func duplicateDescriptor() throws(SystemError) -> FileDescriptor {
        let number = epoll.rawValue
        return try FileDescriptor("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 0) }
    }

    /// A number that was never given before: a late event of a closed socket finds no member.
    func makeToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    func add(
        _ member: any ReactorMember, _ descriptor: borrowing FileDescriptor, _ watched: Epoll.Events, token: UInt64
    ) throws(SystemError) {
        try epoll.add(descriptor, watched, token: token)
        members[token] = Entry(member: member, descriptor: descriptor.rawValue)
    }

    func modify(
        _ descriptor: borrowing FileDescriptor, _ watched: Epoll.Events, token: UInt64
    ) throws(SystemError) {
        try epoll.modify(descriptor, watched, token: token)
    }

    /// Forgets a member, whose descriptor is still open and may stay so: a timer that runs out or a socket that is readable
    /// would else wake the queue for ever.
    func remove(token: UInt64) {
        guard let entry = members.removeValue(forKey: token) else { return }
        epoll.remove(number: entry.descriptor)
    }

    /// Waits until something is ready.
    ///
    /// - Returns: how many members are ready, for `serve`.
    func wait(upTo nanoseconds: Int64) -> Int {
        (try? epoll.poll(timeoutNanoseconds: nanoseconds)) ?? 0
    }

    /// Serves the members that a wait has found.
    ///
    /// - Returns: what came.
    func serve(_ count: Int) -> Arrivals {
        var arrivals = Arrivals()
        for index in 0..<count {
            let (token, events) = epoll.event(at: index)
            members[token]?.member.ready(events, &arrivals)
        }
        return arrivals
    }

    /// Brings the waiting thread back to its jobs.
    private final class WakeUp: ReactorMember {
        private let number: Int32

        init(number: Int32) { self.number = number }

        func ready(_ events: Epoll.Events, _ arrivals: inout Arrivals) {
            var count: UInt64 = 0
            _ = read(number, &count, 8)
        }
    }
}
