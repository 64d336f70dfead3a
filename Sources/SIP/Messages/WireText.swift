#if canImport(Glibc)
    import Glibc
#endif

/// A piece of a message just as it came, without a copy: it keeps the message's bytes alive.
///
/// It compares and hashes by content, octet by octet, so it serves as a key (a branch, a tag, a Call-ID).
public struct WireText: Sendable {
    let bytes: [UInt8]
    let range: ByteRange

    init(_ bytes: [UInt8], _ range: ByteRange) {
        self.bytes = bytes
        self.range = range
    }

    /// The text's UTF-8 octets.
    public init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
        range = ByteRange(0, bytes.count)
    }

    /// The number of octets.
    public var count: Int { range.count }

    /// Whether there is no octet.
    public var isEmpty: Bool { range.count == 0 }

    /// The octets.
    public var slice: ArraySlice<UInt8> { bytes[range.indices] }

    /// Gives the octets to a closure, which must not keep the pointer.
    @inline(__always)
    func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        // Invariant: `range` was taken from within these very bytes, which are immutable; the rebasing slice
        // checks it once more.
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range.indices])) }
    }
}

extension WireText: Hashable {
    /// Whether both hold the same octets.
    public static func == (left: WireText, right: WireText) -> Bool {
        guard left.range.count == right.range.count else { return false }
        return left.withOctets { a in
            right.withOctets { b in
                guard let first = a.baseAddress, let second = b.baseAddress else { return true }
                return memcmp(first, second, a.count) == 0
            }
        }
    }

    /// Hashes the octets.
    public func hash(into hasher: inout Hasher) {
        withOctets { hasher.combine(bytes: $0) }
    }
}

extension WireText: CustomStringConvertible, ExpressibleByStringLiteral {
    /// The octets of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The text, with U+FFFD in place of what is not UTF-8.
    public var description: String { String(decoding: slice, as: UTF8.self) }
}

/// A range of octets of a message; offsets fit 32 bits, since no message is longer than its limit.
struct ByteRange: Hashable, Sendable {
    private(set) var lower: UInt32
    private(set) var upper: UInt32

    /// The range without an octet, which stands for "absent" too.
    static let none = ByteRange(lower: 0, upper: 0)

    private init(lower: UInt32, upper: UInt32) {
        self.lower = lower
        self.upper = upper
    }

    /// The range from one offset to another; no longer than 32 bits say, and never of a negative length.
    @inline(__always)
    init(_ start: Int, _ end: Int) {
        lower = UInt32(truncatingIfNeeded: start)
        upper = max(lower, UInt32(truncatingIfNeeded: end))
    }

    var start: Int { Int(lower) }
    var end: Int { Int(upper) }
    var count: Int { Int(upper &- lower) }
    var isEmpty: Bool { lower == upper }
    var indices: Range<Int> { start..<end }
}
