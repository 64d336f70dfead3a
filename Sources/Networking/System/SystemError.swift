import Glibc

/// What the kernel refused: the call, its `errno` and the text that goes with it.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The `errno` of the call, such as `EADDRINUSE`.
    public let code: Int32
    /// The name of the call, such as `bind`.
    public let call: String

    /// An error of a call, by its number.
    public init(code: Int32, call: String) {
        self.code = code
        self.call = call
    }

    /// The system's words for the error, such as "Address already in use".
    public var text: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "Unknown error"
            }
            return String(cString: start)
        }
    }

    /// For instance `bind: Address already in use (errno 98)`.
    public var description: String { "\(call): \(text) (errno \(code))" }
}
