import Testing

@testable import SIP

@Suite("StreamFramer (RFC 3261 18.3, RFC 5626 3.5.1)")
struct StreamFramerTests {
    private static let first = request("OPTIONS sip:a@b SIP/2.0", "Content-Length: 5", body: "12345")
    private static let second = request("BYE sip:a@b SIP/2.0", "l : 0")

    /// All events up to the first that asks for more or ends the stream.
    private static func events(_ framer: inout StreamFramer) -> [StreamFramer.Event] {
        var events: [StreamFramer.Event] = []
        while true {
            let event = framer.next()
            if event == .incomplete { return events }
            events.append(event)
            if case .failed = event { return events }
        }
    }

    private static func events(_ octets: [UInt8], limits: MessageLimits = MessageLimits()) -> [StreamFramer.Event] {
        var framer = StreamFramer(limits: limits)
        framer.push(octets)
        return events(&framer)
    }

    @Test("messages come out whole, however the stream is cut", arguments: [1, 2, 3, 7, 100, 1_000])
    func segments(_ size: Int) {
        let stream = Self.first + Self.second + wire("\n\n") + Self.first + wire("\n") + Self.second
        var framer = StreamFramer()
        var events: [StreamFramer.Event] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            framer.push(stream[start..<min(start + size, stream.count)])
            events += Self.events(&framer)
        }
        #expect(
            events == [
                .message(Self.first), .message(Self.second), .ping, .message(Self.first), .message(Self.second),
            ])
        #expect(framer.buffered == 0)
    }

    @Test("two line ends between messages are a ping, one is nothing (RFC 5626 4.4.1)")
    func pings() {
        #expect(Self.events(wire("\n\n\n\n")) == [.ping, .ping])
        #expect(Self.events(wire("\n") + Self.second) == [.message(Self.second)])
        #expect(Self.events(wire("\n")) == [])
        var framer = StreamFramer()
        framer.push(wire("\n"))
        #expect(framer.next() == .incomplete)
        framer.push(wire("\n"))
        #expect(framer.next() == .ping)
    }

    @Test("a body may hold what looks like a message, or an empty line")
    func opaqueBodies() {
        let inner = wire("\n\nSIP/2.0 200 OK\n\n")
        let message = request("MESSAGE sip:a@b SIP/2.0", "Content-Length: \(inner.count)") + inner
        #expect(Self.events(message + Self.second) == [.message(message), .message(Self.second)])
    }

    @Test(
        "a Content-Length that is missing, no number, negative or another one makes framing fail for ever",
        arguments: [
            ("X: y", StreamFramer.Failure.missingContentLength), ("Content-Length: x", .malformedContentLength),
            ("Content-Length: -1", .malformedContentLength), ("Content-Length:", .malformedContentLength),
            ("Content-Length: 3\nl: 4", .malformedContentLength), ("Content-Length: 3 4", .malformedContentLength),
            ("Content-Length: 99999999999999999999", .malformedContentLength),
            ("Content-Length: 9223372036854775807", .bodyTooLarge),
        ])
    func lyingLengths(_ field: String, _ failure: StreamFramer.Failure) {
        var framer = StreamFramer()
        framer.push(request("OPTIONS sip:a@b SIP/2.0", field, body: "abcdef"))
        #expect(Self.events(&framer) == [.failed(failure)])
        framer.push(Self.second)
        #expect(framer.next() == .failed(failure))
        #expect(framer.buffered == 0)
    }

    @Test("Content-Length twice with one value, folded or compact, is understood")
    func sameLengths() {
        let twice = request("OPTIONS sip:a@b SIP/2.0", "Content-Length:\n  3", "L : 3", body: "abc")
        #expect(Self.events(twice + Self.second) == [.message(twice), .message(Self.second)])
    }

    @Test(
        "what does not speak SIP is not waited for",
        arguments: [
            "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}\u{2}\n", "EHLO h\r\n", "INVITE sip:a@b\r\n", "x\n",
        ])
    func otherProtocols(_ text: String) {
        #expect(Self.events(Array(text.utf8)) == [.failed(.notSIP)])
    }

    @Test(
        "what does not speak SIP is told from a header too large, however the stream is cut",
        arguments: [10, 100, 5_000])
    func otherProtocolAtLength(_ size: Int) {
        var framer = StreamFramer(limits: MessageLimits(headBytes: 1_000))
        let stream = Array("GET / HTTP/1.1\r\n".utf8) + [UInt8](repeating: 0x41, count: 2_000)
        var events: [StreamFramer.Event] = []
        for start in stride(from: 0, to: stream.count, by: size) where events.isEmpty {
            framer.push(stream[start..<min(start + size, stream.count)])
            events = Self.events(&framer)
        }
        #expect(events == [.failed(.notSIP)])
    }

    @Test("a header that does not end, and a body announced too large, are given up at the limits")
    func limits() {
        let limits = MessageLimits(messageBytes: 2_000, bodyBytes: 1_500, headBytes: 1_000)
        let endless =
            wire("OPTIONS sip:a@b SIP/2.0\n") + Array(repeating: wire("X: yyyyyyy\n"), count: 100).flatMap { $0 }
        #expect(Self.events(endless, limits: limits) == [.failed(.headTooLarge)])
        let longLine = [UInt8](repeating: 0x41, count: 1_001) + wire("\n")
        #expect(Self.events(longLine, limits: limits) == [.failed(.headTooLarge)])
        #expect(Self.events([UInt8](repeating: 0x41, count: 1_001), limits: limits) == [.failed(.headTooLarge)])
        #expect(Self.events([UInt8](repeating: 0x41, count: 1_000), limits: limits) == [])
        #expect(Self.events(request("OPTIONS sip:a@b SIP/2.0", "l: 1501"), limits: limits) == [.failed(.bodyTooLarge)])
        let long = "X: " + String(repeating: "y", count: 600)
        #expect(
            Self.events(request("OPTIONS sip:a@b SIP/2.0", long, "l: 1400"), limits: limits) == [.failed(.bodyTooLarge)]
        )
    }

    @Test("what is held never exceeds a message and what was pushed last")
    func bounded() {
        let limits = MessageLimits(messageBytes: 1_000, bodyBytes: 1_000, headBytes: 1_000)
        var endless = StreamFramer(limits: limits)
        endless.push(wire("OPTIONS sip:a@b SIP/2.0\n"))
        var pushed = 0
        while endless.next() == .incomplete, pushed < 10_000 {
            #expect(endless.buffered <= 1_000)
            endless.push(wire("X: yyyyyy\n"))
            pushed += 11
        }
        #expect(endless.next() == .failed(.headTooLarge) && endless.buffered == 0)
        var busy = StreamFramer(limits: limits)
        for _ in 0..<1_000 {
            busy.push(Self.first + Self.second + Self.first.prefix(40))
            busy.push(Self.first.dropFirst(40))
            #expect(Self.events(&busy).count == 3 && busy.buffered == 0)
        }
    }
}
