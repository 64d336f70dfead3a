import Glibc

/// A bounded queue between those who have something to record and the one thread that writes.
///
/// `append` holds the lock for the time of one append to an array and never waits for the writer; what does not fit
/// is counted. The writer takes all that is there at once.
///
/// `@unchecked Sendable`: `records` and the counters are touched only with `mutex` held; `mutex` and `changed` are
/// allocated once and live as long as the queue. POSIX primitives, since the writer has to wait for a condition with
/// a time limit, which `Synchronization.Mutex` cannot.
final class RecordQueue<Record: Sendable>: @unchecked Sendable {
    /// What the writer takes at once.
    struct Batch: Sendable {
        var records: [Record]
        /// How many did not fit since the batch before.
        var dropped: Int
        /// How many of them are for the file as it is: behind them it is to be opened again. Nil where it is not.
        var reopensAfter: Int?

        /// Writes them, and has the file opened again at its place among them.
        func write(_ write: ([Record]) -> Void, reopening: () -> Void) {
            guard let place = reopensAfter else { return write(records) }
            write(Array(records[..<place]))
            reopening()
            write(Array(records[place...]))
        }
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    /// How long the writer leaves the first record of a batch for others to join it.
    private let gathering: Duration
    private var records: [Record] = []
    private var dropped = 0
    private var isClosed = false
    /// Somebody waits until all is written.
    private var isUrgent = false
    /// The file is to be opened again after so many of the records.
    private var reopensAfter: Int?
    /// Records appended and records written since the start.
    private var appended = 0
    private var written = 0

    init(capacity: Int, gathering: Duration = .zero) {
        self.capacity = capacity
        self.gathering = gathering
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
    func append(_ record: Record) {
        locked {
            guard records.count < capacity, !isClosed else {
                dropped += 1
                return
            }
            records.append(record)
            appended += 1
            if records.count == 1 || records.count == capacity / 2 { pthread_cond_broadcast(changed) }
        }
    }

    /// Asks the writer to open its file again.
    func reopen() {
        locked {
            reopensAfter = records.count
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits for something to do, and for other records to join the first; `nil` once the queue is closed and empty. For the
    /// writer's thread.
    ///
    /// - Parameter limit: After which an empty batch is returned; nil waits for as long as it takes.
    func take(within limit: Duration? = nil) -> Batch? {
        locked {
            var deadline = limit.map(timespec.init(after:))
            while records.isEmpty, reopensAfter == nil, !isClosed {
                guard wait(until: &deadline) else { return Batch(records: [], dropped: 0) }
            }
            guard !records.isEmpty || dropped > 0 || reopensAfter != nil else { return nil }
            var gathered: timespec? = timespec(after: gathering)
            while gathering > .zero, records.count < capacity / 2, !isClosed, !isUrgent, wait(until: &gathered) {}
            defer {
                records = []
                dropped = 0
                reopensAfter = nil
            }
            return Batch(records: records, dropped: dropped, reopensAfter: reopensAfter)
        }
    }

    /// Waits for a change; false once the deadline is over. With the lock held.
    private func wait(until deadline: inout timespec?) -> Bool {
        guard var limit = deadline else { return pthread_cond_wait(changed, mutex) == 0 }
        return pthread_cond_timedwait(changed, mutex, &limit) != ETIMEDOUT
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
        var deadline: timespec? = timespec(after: limit)
        return locked {
            let goal = appended
            isUrgent = true
            defer { isUrgent = false }
            pthread_cond_broadcast(changed)
            while written < goal {
                guard wait(until: &deadline) else { return written >= goal }
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

extension timespec {
    /// A moment of CLOCK_MONOTONIC, from now.
    fileprivate init(after duration: Duration) {
        self.init()
        clock_gettime(CLOCK_MONOTONIC, &self)
        let (seconds, attoseconds) = duration.components
        let nanoseconds = tv_nsec + Int(attoseconds / 1_000_000_000)
        tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        tv_nsec = nanoseconds % 1_000_000_000
    }
}
