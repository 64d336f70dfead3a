import Testing

@testable import SIP

@Suite("MessageError: what, where, which clause, which answer")
struct MessageErrorTests {
    @Test(
        "the offset is where the fault shows",
        arguments: [
            ("OPTIONS sip:a@b SIP/9.9\n", "SIP/9.9"), ("OPTIONS sip:a@b SIP/2.0\nVia SIP/2.0/UDP h\n", "Via SIP"),
            ("OPTIONS sip:a@[::g] SIP/2.0\n", " SIP"), ("OPTIONS sip:a@b SIP/2.0\nFrom: <sip:a b>\n", " b>"),
            ("OPTIONS sip:a@b SIP/2.0\nCSeq: 1\n\n", "\r\n\r\n"),
            ("OPTIONS sip:a@b SIP/2.0\nTo: sip:a@b\nt: sip:a@b\n", "t: "),
        ])
    func offset(_ text: String, _ place: String) throws {
        let bytes = wire(text)
        let error = try #require(fault(in: bytes))
        #expect(bytes[error.offset...].starts(with: place.utf8), "\(error)")
    }

    @Test(
        "reasons, statuses and clauses belong together",
        arguments: [
            ("", MessageError.Reason.empty, 400, "7"), ("\n\n", .empty, 400, "7"),
            ("GET / HTTP/1.1\n\n", .malformedRequestURI, 400, "19.1.1"),
            ("OPTIONS sip:a@b SIP/3.0\n\n", .unsupportedVersion, 505, "7.1"),
            ("OPTIONS sip:a@b SIP/2.0\n\n", .missing(.via), 400, "8.1.1"),
            ("OPTIONS sip:a@b SIP/2.0\nVia: ?\n\n", .malformed(.via), 400, "20"),
            ("OPTIONS sip:a@b SIP/2.0\nVia\n\n", .malformedHeader, 400, "7.3.1"),
            ("OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP h\n", .unterminatedHeader, 400, "7"),
        ])
    func reasons(_ text: String, _ reason: MessageError.Reason, _ status: Int, _ clause: String) throws {
        let error = try #require(fault(in: wire(text)))
        #expect(error.reason == reason)
        #expect(error.status == status)
        #expect(error.clause == clause)
    }

    @Test(
        "no answer to responses, ACKs, requests without Via and what is no request",
        arguments: [
            wire("SIP/2.0 200 OK\nVia: SIP/2.0/UDP h\n\n"), request("ACK sip:a@b SIP/2.0", "CSeq: 1 INVITE"),
            request("OPTIONS sip:a@b SIP/2.0", without: ["Via"]), wire("GET / HTTP/1.1\nVia: SIP/2.0/UDP h\n\n"),
            [UInt8](repeating: 0, count: 600), wire("\n\n\n\n"), [0x16, 0x03, 0x01, 0x02, 0x00, 0x01],
        ])
    func silence(_ bytes: [UInt8]) throws {
        #expect(try #require(fault(in: bytes)).salvaged == nil)
    }

    @Test("the answer to a broken request has what there is of the dialog's identifiers")
    func salvage() throws {
        let bytes = request(
            "INVITE sip:a@b SIP/2.0", "Via: SIP/2.0/UDP h;branch=z9hG4bK1;rport", "Via: SIP/2.0/TCP [broken",
            "Contact: <<>", "No colon here", "To: \"open <sip:a@b>", "X: 1", "Call-ID: c\n 1", "Call-ID: d")
        let salvaged = try #require(fault(in: bytes)?.salvaged)
        let answer = salvaged.response(
            ResponseHead(status: 400, toTag: "t"), from: TransportAddress(.udp, IPAddress(v4: 0xC000_0201), port: 777))
        #expect(
            answer.elementsEqual(
                wire(
                    """
                    SIP/2.0 400 Bad Request
                    From: <sip:probe@lab.example>;tag=p1
                    CSeq: 17 INVITE
                    Via: SIP/2.0/UDP h;branch=z9hG4bK1;rport=777;received=192.0.2.1
                    Via: SIP/2.0/TCP [broken
                    To: "open <sip:a@b>;tag=t
                    Call-ID: c 1
                    Content-Length: 0


                    """)), "\(String(decoding: answer, as: UTF8.self))")
    }

    @Test("an answer is given by a Via that cannot be read as well, to where the request came from")
    func brokenVia() throws {
        let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0201), port: 777)
        let bytes = request("INVITE sip:a@b SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.9;;")
        let salvaged = try #require(fault(in: bytes)?.salvaged)
        #expect(salvaged.responseAddress(from: source) == source)
        let answer = String(decoding: salvaged.response(ResponseHead(status: 400), from: source), as: UTF8.self)
        #expect(answer.contains("\r\nVia: SIP/2.0/UDP 192.0.2.9;;\r\n"))
    }
}

@Suite("MessageLimits")
struct MessageLimitsTests {
    private let bytes = request("OPTIONS sip:a@b SIP/2.0", "X: \(String(repeating: "x", count: 97))", body: "12345")

    @Test("what is within each limit parses, one octet or field more draws its status")
    func limits() {
        let count = bytes.count
        #expect(outcome(of: bytes, limits: MessageLimits(messageBytes: count)) == "request")
        #expect(outcome(of: bytes, limits: MessageLimits(messageBytes: count - 1)) == "513")
        #expect(outcome(of: bytes, limits: MessageLimits(bodyBytes: 5)) == "request")
        #expect(outcome(of: bytes, limits: MessageLimits(bodyBytes: 4)) == "413")
        #expect(outcome(of: bytes, limits: MessageLimits(headerCount: 7)) == "request")
        #expect(outcome(of: bytes, limits: MessageLimits(headerCount: 6)) == "513")
        // `X: `, 97 octets and CRLF.
        #expect(outcome(of: bytes, limits: MessageLimits(headerBytes: 102)) == "request")
        #expect(outcome(of: bytes, limits: MessageLimits(headerBytes: 101)) == "513")
    }

    @Test("folds count as part of their header")
    func folds() {
        let folded = request("OPTIONS sip:a@b SIP/2.0", "X: 1" + String(repeating: "\n 1", count: 100))
        #expect(outcome(of: folded, limits: MessageLimits(headerBytes: 406)) == "request")
        #expect(outcome(of: folded, limits: MessageLimits(headerBytes: 300)) == "513")
    }

    @Test("a start line has the limit of a header")
    func startLine() {
        let long = request("OPTIONS sip:\(String(repeating: "a", count: 9_000))@b SIP/2.0")
        #expect(outcome(of: long) == "513")
        #expect(outcome(of: long, limits: MessageLimits(headerBytes: 10_000)) == "request")
    }
}
