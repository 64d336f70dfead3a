import Glibc

/// A bounded queue between those who log and the one thread that writes.
///
/// `append` holds the lock for the time of one append to an array and never waits for the writer; what does not fit
/// is counted. The writer takes all that is there at once.
///
/// `@unchecked Sendable`: `records` and the counters are touched only with `mutex` held; `mutex` and `changed` are
/// allocated once and live as long as the queue. POSIX primitives, since the writer has to wait for a condition with
/// a time limit, which `Synchronization.Mutex` cannot.
final class RecordQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var records: [LogRecord] = []
    private var dropped = 0
    private var isClosed = false
    /// The sink is to open its file again, after what is here has been written.
    private var mustReopen = false
    /// Records appended and records written since the start.
    private var appended = 0
    private var written = 0

    init(capacity: Int) {
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Appends, or counts a drop where the queue is full or closed.
    func append(_ record: LogRecord) {
        locked {
            guard records.count < capacity, !isClosed else {
                dropped += 1
                return
            }
            records.append(record)
            appended += 1
            if records.count == 1 { pthread_cond_broadcast(changed) }
        }
    }

    /// Asks the writer to let the sink open its file again.
    func reopen() {
        locked {
            mustReopen = true
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits for something to do; `nil` once the queue is closed and empty. For the writer's thread.
    func take() -> (records: [LogRecord], dropped: Int, mustReopen: Bool)? {
        locked {
            while records.isEmpty, !mustReopen, !isClosed { pthread_cond_wait(changed, mutex) }
            guard !records.isEmpty || dropped > 0 || mustReopen else { return nil }
            defer {
                records = []
                dropped = 0
                mustReopen = false
            }
            return (records, dropped, mustReopen)
        }
    }

    /// Tells those who wait for it that so many records are written. For the writer's thread.
    func finished(_ count: Int) {
        locked {
            written += count
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits until all that was appended before is written, at most until the limit.
    ///
    /// - Returns: Whether it is.
    func waitUntilWritten(limit: Duration) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = limit.components
        let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return locked {
            let goal = appended
            while written < goal {
                if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return written >= goal }
            }
            return true
        }
    }

    /// Lets the writer end after what is there.
    func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(changed)
        }
    }
}
