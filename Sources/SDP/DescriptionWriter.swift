/// Writes lines of a session description straight into bytes.
struct DescriptionWriter {
    var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(decimal value: some BinaryInteger) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = UInt64(clamping: value)
        var first = 20
        repeat {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(remainder)
            rest = quotient
        } while rest != 0
        for position in first..<20 { bytes.append(digits[position]) }
    }

    /// Copies a piece of a peer's description.
    mutating func append(_ range: ByteRange, of source: [UInt8]) {
        bytes.append(contentsOf: source[range.lower..<range.upper])
    }

    mutating func endLine() {
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.lineFeed)
    }
}
