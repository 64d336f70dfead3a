import Testing

@testable import SIP

@Suite("Bodies (RFC 3261 7.4, RFC 2046 5.1)")
struct BodyTests {
    private static func invite(_ contentType: String, _ body: String) throws -> Request {
        try #require(
            try Message(parsing: request("INVITE sip:a@b SIP/2.0", "Content-Type: \(contentType)", body: body)).request)
    }

    private static func description(_ contentType: String, _ body: String) throws -> String? {
        try invite(contentType, body).sessionDescription.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a media type is compared without case, white space and parameters")
    func mediaType() throws {
        #expect(try Self.invite("Application / SDP ;charset=utf-8", "x").contentType == "application/sdp")
        #expect(try Message(parsing: request()).request?.contentType == nil)
    }

    @Test("a session description is the body")
    func plain() throws {
        #expect(try Self.description("application/sdp", "v=0\n") == "v=0\r\n")
        #expect(try Self.description("application/sdp", "") == nil)
        #expect(try Self.description("text/plain", "v=0\n") == nil)
    }

    @Test(
        "a session description is the first such part of a multipart body",
        arguments: [
            "multipart/mixed;boundary=b1", "MULTIPART/Alternative; x=y ;Boundary=\"b1\"",
        ])
    func multipart(_ contentType: String) throws {
        let body = """
            what comes before is not looked at
            --b1
            Content-Type: text/plain

            application/sdp
            --b1
            Content-Disposition: session
            c : Application/SDP
              ;charset=utf-8

            v=0
            s=-

            --b1
            Content-Type: application/sdp

            v=1
            --b1--
            """
        #expect(try Self.description(contentType, body) == "v=0\r\ns=-\r\n")
    }

    @Test(
        "a multipart body without a session description, or broken, has none",
        arguments: [
            ("multipart/mixed", "--b1\nContent-Type: application/sdp\n\nv=0\n--b1--\n"),
            ("multipart/mixed;boundary=\"\"", "--\nContent-Type: application/sdp\n\nv=0\n----\n"),
            ("multipart/mixed;boundary=b1", "--b1\nContent-Type: text/plain\n\nv=0\n--b1--\n"),
            ("multipart/mixed;boundary=b1", "--b1\nContent-Type: application/sdp"),
            ("multipart/mixed;boundary=b1", "--b1--"),
            ("multipart/mixed;boundary=b1", "no delimiter"), ("multipart/mixed;boundary=b1", "--b1\n\nv=0\n--b1--"),
        ])
    func broken(_ contentType: String, _ body: String) throws {
        #expect(try Self.description(contentType, body) == nil)
    }

    @Test("the last part may lack its end")
    func unended() throws {
        #expect(
            try Self.description("multipart/mixed;boundary=b1", "--b1\nContent-Type: application/sdp\n\nv=0") == "v=0")
    }

    @Test(
        "Accept says which types may come back (20.1)",
        arguments: [
            (nil, true), ("application/sdp", true), ("", false), ("text/plain", false), ("application/*", true),
            ("*/*", true),
            ("text/plain, Application/SDP;level=1", true), ("application/sdp;q=0", false),
            ("application/sdp;q=0.0, */*", false),
            ("application/*;q=0, */*;q=1", false), ("*/*;q=0, application/sdp;q=0.1", true),
        ])
    func accept(_ value: String?, _ expected: Bool) throws {
        let fields = value.map { "Accept: \($0)" } ?? "X: none"
        let options = try #require(try Message(parsing: request("OPTIONS sip:a@b SIP/2.0", fields)).request)
        #expect(options.accepts("application/sdp") == expected)
    }
}
