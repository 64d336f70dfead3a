/// What waits to be sent on a connection, in order.
struct OutputQueue {
    /// How many bytes wait.
    private(set) var count = 0
    private var chunks: [[UInt8]] = []
    private var head = 0
    private var offset = 0

    var isEmpty: Bool { count == 0 }

    /// Adds bytes, from `start` on.
    mutating func append(_ bytes: [UInt8], from start: Int = 0) {
        precondition(start >= 0 && start <= bytes.count)
        guard start < bytes.count else { return }
        if isEmpty {
            chunks = [bytes]
            head = 0
            offset = start
        } else {
            chunks.append(start == 0 ? bytes : Array(bytes[start...]))
        }
        count += bytes.count - start
    }

    /// Lends the next bytes in one piece; there is at least one byte while the queue is not empty.
    func withNext<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard !isEmpty else { return nil }
        return chunks[head].withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    }

    /// Takes off bytes that have been sent, at most what `withNext` lent.
    mutating func advance(by sent: Int) {
        guard sent > 0 else { return }
        precondition(sent <= chunks[head].count - offset)
        count -= sent
        offset += sent
        guard offset == chunks[head].count else { return }
        chunks[head] = []
        head += 1
        offset = 0
        if head == chunks.count || head >= 64 {
            chunks.removeFirst(head)
            head = 0
        }
    }
}
