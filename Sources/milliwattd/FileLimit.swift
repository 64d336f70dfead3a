import Glibc

/// The number of descriptors that this process may have.
enum FileLimit {
    /// Raises the soft limit to the hard one: a call takes two sockets, and a third while it sends media, and the
    /// usual soft limit of 1024 is for programs that use select(2), which this one does not.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
