import CLinux
import Glibc

/// A set of descriptors to wait on, each known by a token of the caller's.
public struct Epoll: ~Copyable {
    /// What a descriptor is watched for, and what has come.
    public struct Events: OptionSet, Sendable {
        /// The kernel's bits.
        public let rawValue: UInt32

        /// Events by the kernel's bits.
        @inlinable
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// There is something to read, or the peer has ended its side.
        public static let readable = Events(rawValue: EPOLLIN.rawValue)
        /// There is room to write.
        public static let writable = Events(rawValue: EPOLLOUT.rawValue)
        /// An error is pending; always watched.
        public static let error = Events(rawValue: EPOLLERR.rawValue)
        /// Both sides have ended; always watched.
        public static let hangUp = Events(rawValue: EPOLLHUP.rawValue)
        /// The peer has ended its side.
        public static let peerClosed = Events(rawValue: EPOLLRDHUP.rawValue)
        /// Report a change once, not a level until it is served.
        public static let edgeTriggered = Events(rawValue: EPOLLET.rawValue)
    }

    private let descriptor: FileDescriptor
    private let capacity: Int32
    private let events: OpaqueEvents

    /// An empty set.
    ///
    /// - Parameter capacity: how many events one wait reports at most.
    public init(capacity: Int = 64) throws(SystemError) {
        precondition(capacity > 0 && capacity <= 65536)
        let events = try OpaqueEvents(count: Int32(capacity))
        let descriptor = try FileDescriptor("epoll_create1") { clinux_epoll_create() }
        self.init(descriptor: descriptor, capacity: Int32(capacity), events: events)
    }

    private init(descriptor: consuming FileDescriptor, capacity: Int32, events: consuming OpaqueEvents) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.events = events
    }

    /// The descriptor of the set itself, which is readable when any of its members is ready.
    public var rawValue: Int32 { descriptor.rawValue }

    /// Watches a descriptor.
    public func add(_ member: borrowing FileDescriptor, _ watched: Events, token: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, member, watched, token)
    }

    /// Watches a member for something else.
    public func modify(_ member: borrowing FileDescriptor, _ watched: Events, token: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, member, watched, token)
    }

    /// Watches a member no longer. Closing its descriptor does so too.
    public func remove(_ member: borrowing FileDescriptor) throws(SystemError) {
        try control(EPOLL_CTL_DEL, member, [], 0)
    }

    /// Watches an open descriptor no longer; nothing happens to one that is not watched.
    func remove(number: Int32) {
        _ = epoll_ctl(rawValue, EPOLL_CTL_DEL, number, nil)
    }

    /// Waits for events and hands over each; an interrupted wait reports none.
    ///
    /// - Parameters:
    ///   - timeoutNanoseconds: the longest wait; 0 only looks, nil waits without limit.
    ///   - body: gets the token and the events of each ready descriptor.
    /// - Returns: how many events there were.
    @discardableResult
    public func wait(
        timeoutNanoseconds: Int64?, _ body: (_ token: UInt64, _ events: Events) -> Void
    ) throws(SystemError) -> Int {
        let count = try poll(timeoutNanoseconds: timeoutNanoseconds ?? -1)
        for index in 0..<count {
            let (token, events) = event(at: index)
            body(token, events)
        }
        return count
    }

    /// Waits, and keeps the events for `event(at:)` until the next wait.
    func poll(timeoutNanoseconds: Int64) throws(SystemError) -> Int {
        let count = clinux_epoll_wait(descriptor.rawValue, events.start, capacity, timeoutNanoseconds)
        guard count >= 0 else {
            if errno == EINTR { return 0 }
            throw SystemError(code: errno, call: "epoll_wait")
        }
        return Int(count)
    }

    /// An event of the last wait.
    func event(at index: Int) -> (token: UInt64, events: Events) {
        precondition(index >= 0 && index < capacity)
        let position = Int32(index)
        return (
            clinux_epoll_token_at(events.start, position),
            Events(rawValue: clinux_epoll_events_at(events.start, position))
        )
    }

    private func control(
        _ operation: Int32, _ member: borrowing FileDescriptor, _ watched: Events, _ token: UInt64
    ) throws(SystemError) {
        let number = member.rawValue
        try SystemCall.run("epoll_ctl") {
            clinux_epoll_control(descriptor.rawValue, operation, number, watched.rawValue, token)
        }
    }

    /// The kernel's array of events, whose packed layout only C knows.
    struct OpaqueEvents: ~Copyable {
        let start: UnsafeMutablePointer<epoll_event>

        init(count: Int32) throws(SystemError) {
            guard let start = clinux_epoll_events_create(count) else {
                throw SystemError(code: ENOMEM, call: "calloc")
            }
            self.start = start
        }

        deinit { clinux_epoll_events_destroy(start) }
    }
}
