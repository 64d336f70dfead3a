/// Cuts a stream of octets into messages (RFC 3261 18.3), without I/O: octets are pushed, messages pulled.
///
/// What it holds is bounded by the limits: a peer that never ends its header, or announces a body beyond the limit,
/// gets `.failed`, after which framing is lost and the connection is to be closed.
public struct StreamFramer: Sendable {
    /// What stands at the head of the stream.
    public enum Event: Hashable, Sendable {
        /// One whole message.
        case message([UInt8])
        /// A double line end between messages: answer with a single one (RFC 5626 4.4.1).
        case ping
        /// More octets are needed.
        case incomplete
        /// The stream cannot be framed any more.
        case failed(Failure)
    }

    /// Why framing is lost.
    public enum Failure: Error, Hashable, Sendable {
        /// The header has no Content-Length, which a stream demands (RFC 3261 20.14).
        case missingContentLength
        /// Content-Length is no number, or there are two that differ.
        case malformedContentLength
        /// The header does not end within the limit.
        case headTooLarge
        /// Content-Length is beyond the limit.
        case bodyTooLarge
    }

    private let limits: MessageLimits
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to where the end of the header has been looked for.
    private var searched = 0
    private var failure: Failure?

    /// A framer at the start of a stream.
    public init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
    }

    /// Octets that are held.
    public var buffered: Int { buffer.count - start }

    /// Octets have come. Pull with `next()` until it says `.incomplete`, so that the limits hold.
    public mutating func push(_ octets: some Sequence<UInt8>) {
        guard failure == nil else { return }
        if start == buffer.count { discardConsumed() }
        buffer.append(contentsOf: octets)
    }

    /// The next event.
    public mutating func next() -> Event {
        if let failure { return .failed(failure) }
        if let ping = skipLineEnds() { return ping }
        guard start < buffer.count else {
            discardConsumed()
            return .incomplete
        }
        guard let bodyStart = findHeaderEnd() else {
            if buffer.count - start > limits.headBytes { return fail(.headTooLarge) }
            compact()
            return .incomplete
        }
        guard bodyStart - start <= limits.headBytes else { return fail(.headTooLarge) }
        switch contentLength(start..<bodyStart) {
        case .failure(let failure):
            return fail(failure)
        case .success(let length):
            guard length <= limits.bodyBytes, bodyStart - start + length <= limits.messageBytes else {
                return fail(.bodyTooLarge)
            }
            guard bodyStart + length <= buffer.count else {
                compact()
                return .incomplete
            }
            let message = Array(buffer[start..<bodyStart + length])
            start = bodyStart + length
            searched = start
            return .message(message)
        }
    }

    /// Passes over line ends between messages; two of them are a ping.
    private mutating func skipLineEnds() -> Event? {
        while start < buffer.count, buffer[start] == Octet.cr || buffer[start] == Octet.lf {
            if buffer[start] == Octet.lf {
                start += 1
            } else if buffer.count - start >= 4, buffer[start..<start + 4].elementsEqual([13, 10, 13, 10]) {
                start += 4
                searched = start
                return .ping
            } else if buffer.count - start < 4,
                buffer[start...].elementsEqual(([13, 10, 13, 10] as [UInt8]).prefix(buffer.count - start))
            {
                // Half a ping, or the line end before a message: the next octets tell.
                return .incomplete
            } else {
                start += 1
            }
        }
        searched = max(searched, start)
        return nil
    }

    /// The first octet behind the empty line that ends the header.
    private mutating func findHeaderEnd() -> Int? {
        var index = max(start, searched - 3)
        while index < buffer.count {
            if buffer[index] == Octet.lf {
                if index + 1 < buffer.count, buffer[index + 1] == Octet.lf { return index + 2 }
                if index + 2 < buffer.count, buffer[index + 1] == Octet.cr, buffer[index + 2] == Octet.lf {
                    return index + 3
                }
            }
            index += 1
        }
        searched = buffer.count
        return nil
    }

    private func contentLength(_ head: Range<Int>) -> Result<Int, Failure> {
        let span = buffer.span
        var (index, length) = (head.lowerBound, Int?.none)
        while index < head.upperBound {
            let line = index..<min(span.foldedLineFeed(from: index), head.upperBound)
            index = line.upperBound + 1
            guard let colon = span.first(Octet.colon, in: line),
                HeaderName(parsing: span, in: span.trimmed(line.lowerBound..<colon)) == .contentLength
            else { continue }
            guard let number = span.decimal(span.trimmed(colon + 1..<line.upperBound)).flatMap({ Int(exactly: $0) }),
                length == nil || length == number
            else { return .failure(.malformedContentLength) }
            length = number
        }
        return length.map { .success($0) } ?? .failure(.missingContentLength)
    }

    private mutating func fail(_ reason: Failure) -> Event {
        failure = reason
        buffer = []
        start = 0
        return .failed(reason)
    }

    private mutating func discardConsumed() {
        buffer.removeAll(keepingCapacity: buffer.capacity <= 4096)
        (start, searched) = (0, 0)
    }

    /// Moves what is left to the front when most of the buffer is consumed.
    private mutating func compact() {
        guard start > 0 else { return }
        buffer.removeFirst(start)
        searched -= start
        start = 0
    }
}
