import CLinux
import Glibc

/// An eventfd: wakes an epoll loop from another thread.
public struct EventDescriptor: ~Copyable, Sendable {
    /// The descriptor, to be watched for `readable`.
    public let descriptor: FileDescriptor

    /// A descriptor that has not been signalled.
    public init() throws(SystemError) {
        descriptor = try FileDescriptor("eventfd") { clinux_eventfd_create() }
    }

    /// Makes the descriptor readable; callable on any thread.
    public func signal() {
        var one: UInt64 = 1
        // It fails only when 2^64 - 2 signals are pending, and then it is readable already.
        _ = write(descriptor.rawValue, &one, 8)
    }

    /// Makes the descriptor wait for the next signal.
    ///
    /// - Returns: how many signals there were.
    @discardableResult
    public func clear() -> UInt64 {
        var count: UInt64 = 0
        return read(descriptor.rawValue, &count, 8) == 8 ? count : 0
    }
}
