import Glibc
import Operations

/// The descriptors that this process may have.
enum DescriptorTable {
    /// Raises the soft limit to the hard one: a call takes two sockets, and a third while it sends media, and the
    /// usual soft limit of 1024 is for programs that use select(2), which this one does not.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Has the kernel make the table as large as all calls and connections that the settings allow need.
    ///
    /// It would double the table as descriptors are taken, and in a process of several threads it waits each time until
    /// every processor has passed through the scheduler: whoever makes a socket then stands still, and the media of all
    /// calls with it, for 5 to 15 ms (measured). A table never shrinks. It costs 8 octets a descriptor.
    static func makeRoom(for settings: Settings) {
        let connections = settings.security.maximumConnections + settings.http.maximumConnections
        let wanted = 3 * settings.behavior.maximumConcurrentCalls + connections + other
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur > 0 else { return }
        let last = Int32(clamping: min(UInt64(wanted), UInt64(limit.rlim_cur) - 1))
        let any = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard any >= 0 else { return }
        defer { close(any) }
        let high = fcntl(any, F_DUPFD_CLOEXEC, last)
        if high >= 0 { close(high) }
    }

    /// Listeners, log, database, journal, event loops, and the sockets of calls that have just ended.
    private static let other = 512
}
