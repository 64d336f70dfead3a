/// Writes a message into one array of octets.
struct MessageWriter {
    var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    @inline(__always) mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ text: WireText) { bytes.append(contentsOf: text.slice) }

    mutating func append(_ range: ByteRange, of source: [UInt8]) { bytes.append(contentsOf: source[range.indices]) }

    /// A decimal number that is not negative.
    mutating func append(_ number: Int) {
        guard number > 9 else { return bytes.append(Octet.zero + UInt8(clamping: max(0, number))) }
        append(String(number))
    }

    mutating func endLine() { append("\r\n") }

    /// A header field. What could end its line is left out: a value never brings a field of its own.
    mutating func field(_ name: StaticString, _ value: String) {
        append(name)
        append(": ")
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        if bytes[start...].contains(where: { $0 == Octet.cr || $0 == Octet.lf }) {
            let clean = bytes[start...].filter { $0 != Octet.cr && $0 != Octet.lf }
            bytes.replaceSubrange(start..., with: clean)
        }
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
        bytes.append(contentsOf: body)
    }

    /// A field's value with the line ends of its folds taken out, and a CR that ends no line.
    mutating func appendUnfolded(_ range: ByteRange, of source: [UInt8]) {
        guard source.span.nextLineEnd(from: range.start) < range.end else { return append(range, of: source) }
        for octet in source[range.indices] where octet != Octet.cr && octet != Octet.lf { bytes.append(octet) }
    }
}
