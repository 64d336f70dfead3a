import Glibc

/// The one way to call the kernel: an interrupted call is made again, a mistake of ours (`EBADF`, `EFAULT`) traps,
/// and everything else is thrown.
public enum SystemCall {
    /// Calls until it is not interrupted.
    ///
    /// - Parameters:
    ///   - name: the call's name, for the error.
    ///   - body: the call; a negative result means that `errno` is set.
    /// - Returns: the result, which is not negative.
    @inlinable @discardableResult
    public static func run<Result: SignedInteger>(_ name: String, _ body: () -> Result) throws(SystemError) -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            let code = errno
            if code == EINTR { continue }
            trapOnMistake(code, name)
            throw SystemError(code: code, call: name)
        }
    }

    /// Calls until it is not interrupted, for calls on descriptors that do not block.
    ///
    /// - Returns: the result, or nil where the call would have had to wait (`EAGAIN`).
    @inlinable
    public static func unlessBlocked<Result: SignedInteger>(
        _ name: String, _ body: () -> Result
    ) throws(SystemError) -> Result? {
        while true {
            let result = body()
            if result >= 0 { return result }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN || code == EWOULDBLOCK { return nil }
            trapOnMistake(code, name)
            throw SystemError(code: code, call: name)
        }
    }

    /// A closed descriptor or a wild pointer is never the peer's doing: going on would act on somebody else's socket.
    @usableFromInline
    static func trapOnMistake(_ code: Int32, _ name: String) {
        precondition(code != EBADF && code != EFAULT, "\(name): \(SystemError(code: code, call: name).text)")
    }
}
