/// A SIP message: a request or a response (RFC 3261 7).
public enum Message: Sendable {
    /// A request.
    case request(Request)
    /// A response.
    case response(Response)

    /// Parses a datagram, or one message that a `StreamFramer` has cut out.
    ///
    /// Line ends may be CRLF or LF; line ends before the message are passed over (7.5). Octets behind the body
    /// that Content-Length names are ignored; without Content-Length the rest is the body (18.3).
    public init(parsing bytes: [UInt8], limits: MessageLimits = MessageLimits()) throws(MessageError) {
        var parser = MessageParser(limits: limits)
        let outcome = parser.parse(bytes.span)
        if let failure = outcome.failure {
            throw MessageError(
                reason: failure.reason, offset: failure.offset, isRequest: !outcome.isResponse,
                salvaged: parser.fields.isAnswerable && !outcome.isResponse
                    ? SalvagedRequest(bytes: bytes, fields: parser.fields) : nil)
        }
        if let status = outcome.status {
            self = .response(
                Response(
                    status: status, reasonRange: outcome.last, bytes: bytes, fields: parser.fields,
                    bodyRange: parser.body))
        } else {
            guard let uri = URI(parsing: bytes, in: outcome.last.indices) else {
                throw MessageError(
                    reason: .malformedRequestURI, offset: outcome.last.start, isRequest: true,
                    salvaged: SalvagedRequest(bytes: bytes, fields: parser.fields))
            }
            self = .request(
                Request(
                    method: Method(parsing: bytes.span, in: outcome.first.indices), requestURI: uri, bytes: bytes,
                    fields: parser.fields, bodyRange: parser.body))
        }
    }
}

extension Method {
    /// The method whose name fills a range.
    init(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        switch range.count {
        case 3 where bytes.equals(range, "ACK"): self = .ack
        case 3 where bytes.equals(range, "BYE"): self = .bye
        case 6 where bytes.equals(range, "INVITE"): self = .invite
        case 6 where bytes.equals(range, "CANCEL"): self = .cancel
        case 7 where bytes.equals(range, "OPTIONS"): self = .options
        default:
            var name = ""
            for index in range { name.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
            self.init(name)
        }
    }
}

/// The one pass over a message's bytes.
struct MessageParser {
    /// What the start line says, and the first thing that is wrong with the message.
    struct Outcome {
        var isResponse = false
        /// The status of a response.
        var status: Int?
        /// The method of a request.
        var first = ByteRange.none
        /// The Request-URI, or the reason phrase.
        var last = ByteRange.none
        var failure: HeaderFields.Failure?
    }

    let limits: MessageLimits
    var fields = HeaderFields()
    var body = ByteRange.none

    init(limits: MessageLimits) {
        self.limits = limits
        fields.fields.reserveCapacity(16)
    }

    mutating func parse(_ bytes: Span<UInt8>) -> Outcome {
        var outcome = Outcome()
        func fail(_ reason: MessageError.Reason, _ offset: Int) {
            if outcome.failure == nil { outcome.failure = (reason, offset) }
        }
        var start = 0
        while start < bytes.count, bytes[start] == Octet.cr || bytes[start] == Octet.lf { start += 1 }
        guard start < bytes.count else {
            fail(.empty, 0)
            return outcome
        }
        if bytes.count > limits.messageBytes { fail(.tooLarge, limits.messageBytes) }
        guard let lineEnd = bytes.first(Octet.lf, in: start..<bytes.count) else {
            fail(.malformedStartLine, start)
            return outcome
        }
        readStartLine(bytes, start..<bytes.lineContentEnd(lineEnd, from: start), &outcome)
        if lineEnd - start > limits.headerBytes { fail(.tooLarge, start) }
        if let failure = readHeader(bytes, from: lineEnd + 1) { fail(failure.reason, failure.offset) }
        if outcome.failure == nil, let failure = checkMandatory(bytes, outcome) { fail(failure.reason, failure.offset) }
        return outcome
    }

    private func readStartLine(_ bytes: Span<UInt8>, _ line: Range<Int>, _ outcome: inout Outcome) {
        guard let space = bytes.first(Octet.space, in: line) else {
            outcome.failure = (.malformedStartLine, line.lowerBound)
            return
        }
        let first = line.lowerBound..<space
        if first.count >= 4, bytes.equals(first.lowerBound..<first.lowerBound + 4, lowercase: "sip/") {
            outcome.isResponse = true
            readStatusLine(bytes, version: first, rest: space + 1..<line.upperBound, &outcome)
            return
        }
        outcome.first = ByteRange(first.lowerBound, first.upperBound)
        guard bytes.isToken(first), let second = bytes.first(Octet.space, in: space + 1..<line.upperBound) else {
            outcome.failure = (.malformedStartLine, line.lowerBound)
            return
        }
        let version = second + 1..<line.upperBound
        outcome.last = ByteRange(space + 1, second)
        guard bytes.equals(version, lowercase: "sip/2.0") else {
            let isVersion =
                version.count > 4 && bytes.equals(version.lowerBound..<version.lowerBound + 4, lowercase: "sip/")
                && !version.contains { bytes[$0] == Octet.space }
            outcome.failure = (isVersion ? .unsupportedVersion : .malformedStartLine, version.lowerBound)
            return
        }
        guard let (scheme, layout) = URILayout.parse(bytes, space + 1..<second),
            // Headers have no place in a Request-URI (19.1.1, table 1).
            !((scheme == .sip || scheme == .sips) && !layout.headers.isEmpty)
        else {
            outcome.failure = (.malformedRequestURI, space + 1)
            return
        }
    }

    private func readStatusLine(
        _ bytes: Span<UInt8>, version: Range<Int>, rest: Range<Int>, _ outcome: inout Outcome
    ) {
        let codeEnd = min(rest.lowerBound + 3, rest.upperBound)
        guard bytes.equals(version, lowercase: "sip/2.0") else {
            outcome.failure = (.unsupportedVersion, version.lowerBound)
            return
        }
        guard let status = bytes.decimal(rest.lowerBound..<codeEnd), (100...699).contains(status),
            codeEnd == rest.upperBound || bytes[codeEnd] == Octet.space
        else {
            outcome.failure = (.malformedStartLine, rest.lowerBound)
            return
        }
        outcome.status = Int(status)
        outcome.last = ByteRange(min(codeEnd + 1, rest.upperBound), rest.upperBound)
    }

    /// Reads all header lines, beyond the first error too, so that the rest can serve an answer.
    private mutating func readHeader(_ bytes: Span<UInt8>, from start: Int) -> HeaderFields.Failure? {
        var failure: HeaderFields.Failure?
        var index = start
        while true {
            guard index < bytes.count else {
                body = ByteRange(bytes.count, bytes.count)
                return failure ?? (.unterminatedHeader, bytes.count)
            }
            if bytes[index] == Octet.lf
                || bytes[index] == Octet.cr && index + 1 < bytes.count && bytes[index + 1] == Octet.lf
            {
                index += bytes[index] == Octet.lf ? 1 : 2
                break
            }
            let lineStart = index
            guard let end = bytes.foldedLineEnd(from: index) else {
                body = ByteRange(bytes.count, bytes.count)
                return failure ?? (.unterminatedHeader, index)
            }
            index = end
            if end - lineStart > limits.headerBytes || fields.fields.count >= limits.headerCount {
                return failure ?? (.tooLarge, lineStart)
            }
            if let problem = readLine(bytes, lineStart..<end), failure == nil { failure = problem }
        }
        return failure ?? readBody(bytes, from: index)
    }

    private mutating func readLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> HeaderFields.Failure? {
        guard let colon = bytes.first(Octet.colon, in: line) else { return (.malformedHeader, line.lowerBound) }
        var nameEnd = colon
        while nameEnd > line.lowerBound, bytes[nameEnd - 1] == Octet.space || bytes[nameEnd - 1] == Octet.tab {
            nameEnd -= 1
        }
        let name = line.lowerBound..<nameEnd
        guard bytes.isToken(name) else { return (.malformedHeader, line.lowerBound) }
        let value = bytes.trimmed(colon + 1..<line.upperBound)
        return fields.append(
            HeaderFields.Field(
                name: HeaderName(parsing: bytes, in: name), nameRange: ByteRange(name.lowerBound, name.upperBound),
                value: ByteRange(value.lowerBound, value.upperBound),
                line: ByteRange(line.lowerBound, line.upperBound)), bytes)
    }

    private mutating func readBody(_ bytes: Span<UInt8>, from start: Int) -> HeaderFields.Failure? {
        let rest = bytes.count - start
        let length = fields.contentLength ?? rest
        guard length <= rest else {
            body = ByteRange(start, bytes.count)
            return (.truncatedBody, bytes.count)
        }
        body = ByteRange(start, start + length)
        return length > limits.bodyBytes ? (.bodyTooLarge, start) : nil
    }

    private func checkMandatory(_ bytes: Span<UInt8>, _ outcome: Outcome) -> HeaderFields.Failure? {
        let end = body.start
        if fields.viaCount == 0 { return (.missing(.via), end) }
        if fields.fromValue.isEmpty { return (.missing(.from), end) }
        if fields.toValue.isEmpty { return (.missing(.to), end) }
        if fields.callID.isEmpty { return (.missing(.callID), end) }
        guard fields.cSeqNumber != nil else { return (.missing(.cSeq), end) }
        guard !outcome.isResponse else { return nil }
        let method = Method(parsing: bytes, in: outcome.first.indices)
        guard method == Method(parsing: bytes, in: fields.cSeqMethod.indices) else {
            // An unknown method is to be answered with 501 first (RFC 4475 3.1.2.18).
            if case .other = method { return nil }
            return (.methodMismatch, fields.cSeqMethod.start)
        }
        return nil
    }
}

extension Span<UInt8> {
    /// The end of a line's content whose LF is at `lineEnd`.
    @inline(__always) func lineContentEnd(_ lineEnd: Int, from start: Int) -> Int {
        lineEnd > start && self[lineEnd - 1] == Octet.cr ? lineEnd - 1 : lineEnd
    }

    /// The end, behind its LF, of a header line with its folds (RFC 3261 7.3.1); nil if no LF ends it.
    @inline(__always) func foldedLineEnd(from start: Int) -> Int? {
        var index = start
        while let lf = first(Octet.lf, in: index..<count) {
            index = lf + 1
            guard index < count, self[index] == Octet.space || self[index] == Octet.tab else { return index }
        }
        return nil
    }
}
