/// Writes a session description into memory of a fixed size. What does not fit is counted and not written: whoever
/// finds that `count` exceeds `capacity` comes back with that much room.
struct DescriptionWriter {
    /// Invariant: memory of `capacity` bytes, which lives for as long as the writer does. Bytes enter it only
    /// where it was checked that they fit.
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    /// The bytes of all that was to be written.
    private(set) var count = 0

    /// A writer into a buffer that outlives it; nil for a buffer without memory.
    init?(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard let start = buffer.baseAddress else { return nil }
        memory = UnsafeMutableRawPointer(start)
        capacity = buffer.count
    }

    /// Whether all has been written.
    var isComplete: Bool { count <= capacity }

    @inline(__always)
    private mutating func append(_ source: UnsafeRawPointer, count length: Int) {
        let end = count &+ length
        if end <= capacity { (memory + count).copyMemory(from: source, byteCount: length) }
        count = end
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
    }

    mutating func append(text: String) {
        append(text.utf8.span)
    }

    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { if let start = $0.baseAddress { append(start, count: $0.count) } }
    }

    mutating func append(decimal value: UInt64) {
        let end = count &+ value.decimalLength
        if end <= capacity {
            var (rest, place) = (value, end)
            // Invariant: two places are left for two digits and one for one, and `end` is not behind the memory's.
            while rest >= 10 {
                let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
                let digits = UInt16(truncatingIfNeeded: pair / 10) &+ UInt16(truncatingIfNeeded: pair % 10) &<< 8
                place &-= 2
                memory.storeBytes(of: (digits &+ 0x3030).littleEndian, toByteOffset: place, as: UInt16.self)
                rest = quotient
            }
            if place > count {
                memory.storeBytes(
                    of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest), toByteOffset: place &- 1, as: UInt8.self)
            }
        }
        count = end
    }

    @inline(__always)
    mutating func append(decimal value: UInt8) { append(decimal: UInt64(value)) }

    /// Copies a piece of a description.
    mutating func append(_ range: ByteRange, of source: Span<UInt8>) {
        append(source.extracting(range.lower..<range.upper))
    }

    mutating func endLine() { append("\r\n") }
}

extension UInt64 {
    /// The number of its decimal digits.
    fileprivate var decimalLength: Int {
        var (length, power): (Int, UInt64) = (1, 10)
        while self >= power {
            length &+= 1
            let (next, isTooLarge) = power.multipliedReportingOverflow(by: 10)
            guard !isTooLarge else { break }
            power = next
        }
        return length
    }
}
