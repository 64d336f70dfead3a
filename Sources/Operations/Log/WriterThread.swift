import Glibc

/// A thread that takes what others have queued to where it is written.
enum WriterThread {
    /// What the thread is given; it lives as long as the thread.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that ends when `body` returns; where the system has none, `failed` is called.
    static func start(_ body: @escaping @Sendable () -> Void, orElse failed: () -> Void) {
        // With every signal blocked, the process's signals go to those who handle them, and a closed pipe yields
        // EPIPE instead of SIGPIPE, which is sent to the thread that writes.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        guard pthread_create(&thread, nil, WriterThread.run, work.toOpaque()) == 0 else {
            work.release()
            return failed()
        }
        pthread_detach(thread)
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
}
