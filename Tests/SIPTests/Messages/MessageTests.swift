import Testing

@testable import SIP

@Suite("Message (RFC 3261 7)")
struct MessageTests {
    @Test("a plain INVITE gives up its parts")
    func plain() throws {
        let bytes = request(
            "INVITE sip:1000@192.0.2.1 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK776;rport",
            "To: \"Milli Watt\" <sip:1000@192.0.2.1>", "Contact: <sip:alice@192.0.2.7:5066>",
            "Content-Type: application/sdp", "Content-Length: 3", body: "v=0 and what does not count")
        let invite = try #require(try Message(parsing: bytes).request)
        #expect(invite.method == .invite)
        #expect(invite.requestURI.description == "sip:1000@192.0.2.1")
        #expect(invite.topVia.branch == "z9hG4bK776")
        #expect(invite.topVia.port == 5066 && invite.topVia.hasReportPort)
        #expect(invite.from.displayName == nil && invite.fromTag == "p1")
        #expect(invite.to.displayName == "Milli Watt" && invite.toTag == nil)
        #expect(invite.callID == "probe-1@lab.example")
        #expect(invite.cSeq == CSeq(17, .invite))
        #expect(invite.contacts.map(\.uri.description) == ["sip:alice@192.0.2.7:5066"])
        #expect(invite.maxForwards == 69)
        #expect(Array(invite.body) == Array("v=0".utf8))
        #expect(invite.bytes == bytes)
    }

    @Test("a response gives up its parts")
    func response() throws {
        let bytes =
            wire("SIP/2.0 180 Es klingelt\n") + Array(request("x", "CSeq: 1 INVITE").drop { $0 != 10 }.dropFirst())
        let response = try #require(try Message(parsing: bytes).response)
        #expect(response.status == 180)
        #expect(response.reason == "Es klingelt")
        #expect(response.cSeq == CSeq(1, .invite))
        #expect(response.viaCount == 1)
    }

    @Test("all header fields are kept in their order, with their names as they came")
    func order() throws {
        let bytes = wire(
            "OPTIONS sip:a@b SIP/2.0\nX-One: 1\nv: SIP/2.0/UDP h\nt: sip:a@b\nX-one: 2\nf: sip:c@d;tag=1\ni: x\nCSEQ: 1 OPTIONS\n\n"
        )
        let options = try #require(try Message(parsing: bytes).request)
        #expect(options.headerFields.map(\.name.description) == ["X-One", "v", "t", "X-one", "f", "i", "CSEQ"])
        #expect(options.headerFields.map(\.known) == [.other, .via, .to, .other, .from, .callID, .cSeq])
        #expect(options.value(named: "x-ONE") == "1")
        #expect(options.value(named: "X-Two") == nil)
    }

    @Test("more header fields than are kept inline are kept all the same")
    func manyFields() throws {
        let fields = (0..<60).map { "X-\($0): \($0)" }.joined(separator: "\n")
        let options = try #require(try Message(parsing: request("OPTIONS sip:a@b SIP/2.0", fields)).request)
        #expect(options.headerFields.count == 66)
        #expect(options.value(named: "X-59") == "59")
    }

    @Test("lists come from all their fields and are split outside of quotes and brackets (7.3.1)")
    func lists() throws {
        let options = try #require(
            try Message(
                parsing: request(
                    "OPTIONS sip:a@b SIP/2.0", "Supported: timer , 100rel,", "k: replaces", "Require:",
                    "Contact: \"Doe, \\\"Jane, J\" <sip:jane,doe@h;x=1>, <sip:second@h>",
                    "Record-Route: <sip:p2.example;lr>,\n <sip:p1.example;lr>", "m: sip:third@h;expires=60")
            ).request)
        #expect(options.tokens(.supported) == ["timer", "100rel", "replaces"])
        #expect(options.contains(.require) && options.tokens(.require) == [])
        #expect(!options.contains(.proxyRequire))
        #expect(options.contacts.map(\.uri.user) == ["jane,doe", "second", "third"])
        #expect(options.contacts.first?.displayName == "Doe, \"Jane, J")
        #expect(options.contacts.last?.parameters["expires"] == "60")
        #expect(options.recordRoutes.map(\.uri.host) == ["p2.example", "p1.example"])
    }

    @Test("numbers that exceed what can be meant are no numbers")
    func numbers() throws {
        let options = try #require(
            try Message(
                parsing: request(
                    "OPTIONS sip:a@b SIP/2.0", "Expires: 3600", "Min-SE: 90;x=y", "Session-Expires: soon",
                    "Min-Expires: 99999999999999999999999999999")
            ).request)
        #expect(options.numericValue(.expires) == 3600)
        #expect(options.numericValue(.minSE) == 90)
        #expect(options.numericValue(.sessionExpires) == nil)
        #expect(options.numericValue(.minExpires) == nil)
        #expect(options.numericValue(.retryAfter) == nil)
    }

    @Test("without Content-Length the rest of a datagram is the body (18.3)")
    func implicitLength() throws {
        let message = try #require(try Message(parsing: request(body: "all of it")).request)
        #expect(Array(message.body) == Array("all of it".utf8))
    }

    @Test("line ends before the start line are passed over (7.5)")
    func leadingLineEnds() throws {
        #expect(outcome(of: wire("\n\n") + request()) == "request")
    }

    @Test("lines that end in LF alone are taken")
    func bareLineFeeds() throws {
        let bytes = request("OPTIONS sip:a@b SIP/2.0", "X: one\n two", body: "body").filter { $0 != 13 }
        let options = try #require(try Message(parsing: bytes).request)
        #expect(Array(options.body) == Array("body".utf8))
        #expect(options.method == .options && options.callID == "probe-1@lab.example")
    }

    @Test("a CR on its own is no white space, wherever it stands")
    func bareCarriageReturns() {
        #expect(outcome(of: request("PROBE sip:a@b SIP/2.0", "CSeq: 1\rFloat")) == "400")
        #expect(outcome(of: request("OPTIONS sip:a@b SIP/2.0", "X: a\r b")) == "400")
        #expect(outcome(of: request("OPTIONS sip:a@b SIP/2.0", "Via: SIP/2.0/UDP\rh")) == "400")
        #expect(outcome(of: request("OPTIONS sip:a@b\r SIP/2.0")) == "400")
        #expect(outcome(of: wire("SIP/2.0 200 O\rK\n") + Array(request().drop { $0 != 10 }.dropFirst())) == "nothing")
    }

    @Test("methods are compared with case, versions and header names without (7.1, 7.3.1)")
    func letterCase() throws {
        #expect(try Message(parsing: request("INVITE sip:a@b sip/2.0")).request?.method == .invite)
        #expect(try Message(parsing: request("invite sip:a@b SIP/2.0")).request?.method == .other("invite"))
        #expect(try Message(parsing: request("INVITES sip:a@b SIP/2.0")).request?.method == .other("INVITES"))
    }

    @Test("every method that has a name is known by it", arguments: Method.known)
    func methods(_ method: Method) throws {
        let message = try #require(try Message(parsing: request("\(method) sip:a@b SIP/2.0")).request)
        #expect(message.method == method)
        #expect(message.cSeq.method == method)
    }

    @Test(
        "a date is that of RFC 1123 or none (20.17)",
        arguments: [
            ("Sat, 13 Nov 2010 23:29:00 GMT", "request"), ("sat, 13 nov 2010 23:29:60 gmt", "request"),
            ("Sat, 32 Nov 2010 23:29:00 GMT", "400"), ("Sat, 13 Nov 2010 24:29:00 GMT", "400"),
            ("Sat, 13 Nov 10 23:29:00 GMT", "400"), ("Saturday, 13 Nov 2010 23:29:00 GMT", "400"),
            ("Sat, 13 Nov 2010 23:29:00 GMT+1", "400"), ("", "400"),
        ])
    func dates(_ date: String, _ expected: String) {
        #expect(outcome(of: request("OPTIONS sip:a@b SIP/2.0", "Date: \(date)")) == expected)
    }

    @Test(
        "routes are refused without brackets (20.30, 20.34)",
        arguments: [
            ("Route: <sip:p.example;lr>, <sip:q.example>", "request"), ("Route: sip:p.example;lr", "400"),
            ("Record-Route: <sip:p.example;lr>,", "400"), ("Record-Route: <sip:p.example", "400"), ("Route:", "400"),
        ])
    func routes(_ field: String, _ expected: String) {
        #expect(outcome(of: request("OPTIONS sip:a@b SIP/2.0", field)) == expected)
    }
}
