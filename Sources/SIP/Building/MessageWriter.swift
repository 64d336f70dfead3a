/// Writes a message into one piece of memory of its own, since every piece that an array is given costs more than its
/// octets: a growing check, a look at who else holds it, a call.
///
/// Invariant behind the pointers: `start` holds `capacity` octets from `init` or `grow` to `deinit`, and the first `count`
/// of them are written; every write goes through `reserve`.
struct MessageWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    /// Memory for about so many octets. Most messages fit into what the allocator gives from its thread's own store, which
    /// ends at 1032 octets (glibc): beyond it a piece costs several times as much.
    init(capacity: Int) {
        self.capacity = min(max(64, capacity), 1024)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// What has been written.
    var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// A text as text, for octets that will be a string.
    var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // Named, so that a literal is never taken for a string, which would be retained and called for.
    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(text: WireText) { append(text.range, of: text.bytes) }

    mutating func append(_ range: ByteRange, of source: [UInt8]) {
        source.withUnsafeBufferPointer { octets in append(UnsafeBufferPointer(rebasing: octets[range.indices])) }
    }

    mutating func append(_ octets: [UInt8]) {
        octets.withUnsafeBufferPointer { append($0) }
    }

    /// A decimal number that is not negative.
    mutating func append(_ number: Int) {
        var (digits, rest) = (1, max(0, number))
        while rest > 9 { (digits, rest) = (digits + 1, rest / 10) }
        reserve(digits)
        rest = max(0, number)
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            start[place] = Octet.zero &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// An address without brackets.
    mutating func append(_ address: IPAddress) {
        guard address.isIPv4 else { return append(text: address.description) }
        reserve(IPAddress.dottedQuadLength)
        count += address.writeDottedQuad(to: start + count)
    }

    @inline(__always)
    mutating func endLine() { append("\r\n") }

    /// A header field. What could end its line is left out: a value never brings a field of its own.
    mutating func field(_ name: StaticString, _ value: String) {
        append(name)
        append(": ")
        let valueStart = count
        append(text: value)
        dropLineEnds(from: valueStart)
        endLine()
    }

    /// Content-Type, Content-Length, the empty line and the body.
    mutating func end(body: [UInt8], contentType: StaticString?) {
        if let contentType, !body.isEmpty {
            append("Content-Type: ")
            append(contentType)
            endLine()
        }
        append("Content-Length: ")
        append(body.count)
        append("\r\n\r\n")
        append(body)
    }

    /// A field's value with the line ends of its folds taken out, and a CR that ends no line.
    @inline(__always)
    mutating func appendUnfolded(_ range: ByteRange, of message: borrowing MessageStorage) {
        let valueStart = count
        append(range, of: message.bytes)
        if message.index.hasFolds { dropLineEnds(from: valueStart) }
    }

    private mutating func dropLineEnds(from first: Int) {
        var kept = first
        for index in first..<count where start[index] != Octet.cr && start[index] != Octet.lf {
            start[kept] = start[index]
            kept += 1
        }
        count = kept
    }

    @inline(__always)
    private mutating func append(_ octets: UnsafeBufferPointer<UInt8>) {
        guard let source = octets.baseAddress else { return }
        reserve(octets.count)
        (start + count).update(from: source, count: octets.count)
        count += octets.count
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(by: more) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: start, count: count)
        start.deallocate()
        (start, capacity) = (moved, larger)
    }
}
