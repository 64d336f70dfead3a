import Glibc

/// A value behind a lock.
///
/// It is a pthread mutex because ThreadSanitizer knows that one: the standard library's `Mutex` on Linux waits on a futex
/// inside a library that is not instrumented, and every contended use of it is reported as a race.
///
/// Invariant behind `@unchecked Sendable`: the value is reached only with the mutex held, and it is Sendable itself.
public struct Locked<Value: Sendable>: ~Copyable, @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    /// Puts a value behind a lock of its own.
    public init(_ value: consuming Value) {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Lends the value to one caller at a time; the others wait.
    public func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value.pointee)
    }
}
