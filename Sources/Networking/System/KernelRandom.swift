import Glibc

/// Unguessable random numbers from the kernel, fetched 32 at a time: a system call for each costs more than all else
/// about a token or a branch.
///
/// It is a class so that no copy can yield the same numbers again.
///
/// It stands wherever a generator is passed on `inout`. `SystemRandomNumberGenerator` has no size, so its address may be
/// anything, and ThreadSanitizer looks at that address.
public final class KernelRandom: RandomNumberGenerator, Sendable {
    private struct Store {
        var numbers = [UInt64](repeating: 0, count: 32)
        var left = 0
    }

    private let store = Locked(Store())

    /// Nothing is fetched until the first number is asked for.
    public init() {}

    /// The next number; every bit of it is random.
    public func next() -> UInt64 {
        store.withLock { store in
            if store.left == 0 { Self.fill(&store) }
            store.left -= 1
            // Forgotten once it is given, so that memory holds no token's past.
            defer { store.numbers[store.left] = 0 }
            return store.numbers[store.left]
        }
    }

    private static func fill(_ store: inout Store) {
        store.numbers.withUnsafeMutableBytes { buffer in
            // At most 256 octets are given whole (getentropy(3)).
            precondition(getentropy(buffer.baseAddress, buffer.count) == 0, "the kernel has no random numbers")
        }
        store.left = store.numbers.count
    }
}
