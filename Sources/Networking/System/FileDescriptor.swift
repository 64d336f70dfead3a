import Glibc

/// A descriptor with one owner; it is closed when its owner lets go of it.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number, valid as long as this value lives.
    public let rawValue: Int32

    /// Takes over an open descriptor.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0, "not a descriptor: \(rawValue)")
        self.rawValue = rawValue
    }

    /// Takes over what a call returns.
    public init(_ name: String, _ body: () -> Int32) throws(SystemError) {
        self.init(owning: try SystemCall.run(name, body))
    }

    deinit {
        // Linux has freed the number even when close was interrupted: calling again could close another's.
        _ = close(rawValue)
    }

    /// Gives the descriptor away without closing it.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }
}
