import Testing

@testable import SIP

@Suite("StreamFramer: what a request that cannot be framed is answered (RFC 3261 18.3, 21.4.11, 21.5.7)")
struct FramingRefusalTests {
    private static let head = """
        OPTIONS sip:a@b SIP/2.0\r
        Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa\r
        From: <sip:a@b>;tag=1\r
        To: <sip:a@b>\r
        Call-ID: a\r
        CSeq: 1 OPTIONS\r

        """

    @Test(
        "the error names the response and keeps what it takes over",
        arguments: [
            ("\r\n", 400), ("Content-Length: many\r\n\r\n", 400), ("Content-Length: 1\r\nl: 2\r\n\r\n", 400),
            ("Content-Length: 70000\r\n\r\n", 413), ("X: \(String(repeating: "a", count: 33_000))", 513),
        ])
    func status(rest: String, status: Int) throws {
        var framer = StreamFramer()
        framer.push(Array((Self.head + rest).utf8))
        guard case .failed = framer.next() else { throw Unexpected() }
        let error = try #require(framer.error)
        #expect(error.status == status)
        #expect(error.isRequest && error.salvaged != nil)
        #expect(framer.buffered == 0, "nothing is held any more")
    }

    @Test("another protocol gets no answer, a response neither")
    func silence() throws {
        var framer = StreamFramer()
        framer.push(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        let event = framer.next()
        #expect(event == .failed(.notSIP) && framer.error == nil)
        var other = StreamFramer()
        other.push(Array("SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n".utf8))
        let failure = other.next()
        #expect(failure == .failed(.missingContentLength))
        #expect(try #require(other.error).salvaged == nil)
    }

    @Test("a message has begun with its first letter, not with a line end before it")
    func beginning() {
        var framer = StreamFramer()
        framer.push(Array("\r\n".utf8))
        let ping = framer.next()
        #expect(ping == .incomplete && !framer.isWithinMessage)
        framer.push(Array("O".utf8))
        let message = framer.next()
        #expect(message == .incomplete && framer.isWithinMessage)
    }

    private struct Unexpected: Error {}
}
