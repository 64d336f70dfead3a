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
        /// The first line is no start line: the peer speaks another protocol.
        case notSIP
    }

    private let limits: MessageLimits
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to where the end of the header has been looked for.
    private var searched = 0
    /// The length of the message that stands at the start, once its header is known.
    private var messageCount: Int?
    /// Whether the start line of the message at the start is seen to be SIP's.
    private var isStartLineKnown = false
    private var failure: Failure?
    /// After `.failed`: what was wrong with which message; nil where it was no SIP.
    public private(set) var error: MessageError?

    /// A framer at the start of a stream.
    public init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
    }

    /// Octets that are held.
    public var buffered: Int { buffer.count - start }

    /// Whether a message has begun and not ended; line ends before one are none.
    public var isWithinMessage: Bool {
        start < buffer.count && buffer[start] != Octet.cr && buffer[start] != Octet.lf
    }

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
        do throws(Failure) {
            if messageCount == nil { try measure() }
            guard let count = messageCount, start + count <= buffer.count else {
                compact()
                return .incomplete
            }
            let message = Array(buffer[start..<start + count])
            start += count
            searched = start
            messageCount = nil
            return .message(message)
        } catch {
            return fail(error)
        }
    }

    /// Finds the length of the message at the start, if its header is whole.
    private mutating func measure() throws(Failure) {
        // First what is known first, so that the failure does not depend on how the stream is cut.
        try checkStartLine()
        guard let bodyStart = headerEnd() else {
            searched = buffer.count
            guard buffer.count - start <= limits.headBytes else { throw .headTooLarge }
            return
        }
        guard bodyStart - start <= limits.headBytes else { throw .headTooLarge }
        isStartLineKnown = false
        let length = try contentLength(start..<bodyStart)
        guard length <= limits.bodyBytes, bodyStart - start + length <= limits.messageBytes else { throw .bodyTooLarge }
        messageCount = bodyStart - start + length
    }

    /// Whoever speaks HTTP or TLS here is not waited for: a start line names SIP at its beginning or its end (7.1, 7.2).
    private mutating func checkStartLine() throws(Failure) {
        guard !isStartLineKnown, let isSIP = isStartLineSIP() else { return }
        guard isSIP else { throw .notSIP }
        isStartLineKnown = true
    }

    /// Whether the first line is a start line; nil as long as it is not whole, and for one beyond the limit.
    private func isStartLineSIP() -> Bool? {
        let lineFeed = buffer.span.nextLineFeed(from: start)
        guard lineFeed < buffer.count, lineFeed - start <= limits.headBytes else { return nil }
        let scanner = Scanner(buffer.span, ByteRange(start, lineFeed))
        return scanner.isStatusLine || scanner.endsWithVersion
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
    private func headerEnd() -> Int? {
        let span = buffer.span
        var lineFeed = span.nextLineFeed(from: max(start, searched - 2))
        while lineFeed < span.count {
            let lineEnd = span.lineEndCount(at: lineFeed + 1)
            if lineEnd > 0 { return lineFeed + 1 + lineEnd }
            lineFeed = span.nextLineFeed(from: lineFeed + 1)
        }
        return nil
    }

    private func contentLength(_ head: Range<Int>) throws(Failure) -> Int {
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
            else { throw .malformedContentLength }
            length = number
        }
        guard let length else { throw .missingContentLength }
        return length
    }

    private mutating func fail(_ reason: Failure) -> Event {
        failure = reason
        error = reason.parseFailure.map {
            MessageError($0, in: Array(buffer[start...].prefix(limits.headBytes)), limits: limits)
        }
        buffer = []
        (start, searched, messageCount) = (0, 0, nil)
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

extension StreamFramer.Failure {
    /// The same in the parser's terms, which name the response (RFC 3261 18.3, 21.4.11, 21.5.7).
    fileprivate var parseFailure: ParseFailure? {
        switch self {
        case .missingContentLength: ParseFailure(reason: .missing(.contentLength), offset: 0)
        case .malformedContentLength: ParseFailure(reason: .malformed(.contentLength), offset: 0)
        case .headTooLarge: ParseFailure(reason: .tooLarge, offset: 0)
        case .bodyTooLarge: ParseFailure(reason: .bodyTooLarge, offset: 0)
        case .notSIP: nil
        }
    }
}
