import Testing

@testable import SIP

@Suite("ResponseHead (RFC 3261 8.2.6)")
struct ResponseHeadTests {
    private static let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0207), port: 40_000)

    private static func invite(_ fields: String...) throws -> Request {
        try #require(try Message(parsing: request("INVITE sip:a@b SIP/2.0", fields: fields)).request)
    }

    @Test("Via, From, To, Call-ID and CSeq are those of the request, folds opened, compact names spelt out")
    func copies() throws {
        let invite = try Self.invite(
            "v: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1", "f: \"P\" <sip:p@h>\n ;tag=1", "t: <sip:a@b>", "i: c@h",
            "Subject: x",
            "Timestamp: 54", "Record-Route: <sip:p@h;lr>")
        let bytes = invite.response(status: 486, toTag: "our-tag", from: Self.source)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("SIP/2.0 486 Busy Here\r\n"))
        #expect(text.hasSuffix("Content-Length: 0\r\n\r\n"))
        for line in [
            "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1", "From: \"P\" <sip:p@h> ;tag=1", "To: <sip:a@b>;tag=our-tag",
            "Call-ID: c@h",
            "CSeq: 17 INVITE",
        ] {
            #expect(text.contains("\r\n\(line)\r\n"), "\(line)")
        }
        #expect(!text.contains("Subject") && !text.contains("Record-Route") && !text.contains("Timestamp"))
        #expect(try Message(parsing: bytes).response?.status == 486)
    }

    @Test("a To that has a tag keeps it (8.2.6.2)")
    func toTag() throws {
        let invite = try Self.invite("To: <sip:a@b>;tag=theirs;x=y")
        let response = try Message(parsing: invite.response(status: 200, toTag: "ours", from: Self.source)).response
        #expect(response?.toTag == "theirs")
        #expect(response?.toValue == "<sip:a@b>;tag=theirs;x=y")
    }

    @Test("a 100 has the Timestamp of the request and no tag of ours (8.2.6.1)")
    func trying() throws {
        let bytes = try Self.invite("Timestamp: 54.21").response(status: 100, toTag: nil, from: Self.source)
        let response = try #require(try Message(parsing: bytes).response)
        #expect(response.toTag == nil && response.value(.timestamp) == "54.21")
    }

    @Test("Record-Route is copied in its order where it is asked for (12.1.1)")
    func recordRoute() throws {
        var head = ResponseHead(status: 180, toTag: "x")
        head.copiesRecordRoute = true
        head.fields = [("Contact", "<sip:us@192.0.2.1>")]
        let bytes = try Self.invite("Record-Route: <sip:p2;lr>, <sip:p1;lr>", "Record-Route: <sip:p0;lr>")
            .response(head, from: Self.source)
        let response = try #require(try Message(parsing: bytes).response)
        #expect(response.recordRoutes.map(\.uri.host) == ["p2", "p1", "p0"])
        #expect(response.contacts.map(\.uri.host) == ["192.0.2.1"])
    }

    @Test("a body comes with its type and length, a value with line ends does not become a field of its own")
    func body() throws {
        var head = ResponseHead(status: 200, toTag: "x")
        head.reason = "Fine"
        head.fields = [("Warning", "399 h \"one\r\nContact: <sip:evil@h>\"")]
        head.contentType = "application/sdp"
        head.body = Array("v=0\r\n".utf8)
        let response = try #require(try Message(parsing: Self.invite().response(head, from: Self.source)).response)
        #expect(
            response.reason == "Fine" && Array(response.body) == head.body && response.contentType == "application/sdp")
        #expect(response.numericValue(.contentLength) == 5 && !response.contains(.contact))
    }

    @Test(
        "every status has a phrase of its own class at least",
        arguments: [100, 180, 199, 200, 299, 302, 404, 487, 499, 503, 599, 606, 699])
    func phrases(_ status: Int) throws {
        let response = try #require(
            try Message(parsing: Self.invite().response(status: status, toTag: "x", from: Self.source)).response)
        #expect(response.status == status && !response.reason.isEmpty)
    }
}

@Suite("RequestHead (RFC 3261 8.1.1)")
struct RequestHeadTests {
    private static var head: RequestHead {
        RequestHead(
            .invite, requestURI: "sip:bob@h", transport: .udp, sentBy: "192.0.2.1:5060", branch: "z9hG4bKabc",
            from: "<sip:us@h>;tag=1", to: "<sip:bob@h>", callID: "c1", cSeq: 4_294_967)
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        var head = Self.head
        head.routes = ["<sip:p1;lr>", "<sip:p2;lr>"]
        head.contact = "<sip:us@192.0.2.1>"
        head.fields = [("Supported", "timer")]
        head.contentType = "application/sdp"
        head.body = Array("v=0\r\n".utf8)
        let invite = try #require(try Message(parsing: head.encode()).request)
        #expect(invite.method == .invite && invite.requestURI.description == "sip:bob@h")
        #expect(
            invite.topVia.branch == "z9hG4bKabc" && invite.topVia.sentBy == "192.0.2.1:5060"
                && invite.topVia.hasReportPort)
        #expect(invite.routes.map(\.uri.host) == ["p1", "p2"] && invite.maxForwards == 70)
        #expect(invite.fromTag == "1" && invite.toTag == nil && invite.callID == "c1")
        #expect(invite.cSeq == CSeq(4_294_967, .invite) && invite.tokens(.supported) == ["timer"])
        #expect(invite.contacts.first?.uri.host == "192.0.2.1" && Array(invite.body) == head.body)
    }

    @Test(
        "CANCEL is of the same transaction as its INVITE: Request-URI, one Via, From, To, Call-ID, CSeq number, Route (9.1)"
    )
    func cancellation() throws {
        var head = Self.head
        head.routes = ["<sip:p1;lr>"]
        let invite = try #require(try Message(parsing: head.encode()).request)
        let cancel = try #require(try Message(parsing: invite.cancellation()).request)
        #expect(cancel.method == .cancel && cancel.cSeq == CSeq(4_294_967, .cancel))
        #expect(cancel.requestURI.text == invite.requestURI.text && cancel.topVia.branch == invite.topVia.branch)
        #expect(cancel.viaCount == 1 && cancel.fromValue == invite.fromValue && cancel.toValue == invite.toValue)
        #expect(cancel.callID == invite.callID && cancel.routes.map(\.text) == invite.routes.map(\.text))
        #expect(!cancel.contains(.contact) && cancel.body.isEmpty)
    }

    @Test("ACK to a refusal is of the transaction too, with the To of the response (17.1.1.3)")
    func acknowledgement() throws {
        let invite = try #require(try Message(parsing: Self.head.encode()).request)
        let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0201), port: 5060)
        let refusal = try #require(
            try Message(parsing: invite.response(status: 486, toTag: "theirs", from: source)).response)
        let ack = try #require(try Message(parsing: invite.acknowledgement(of: refusal)).request)
        #expect(ack.method == .ack && ack.cSeq == CSeq(4_294_967, .ack) && ack.toTag == "theirs")
        #expect(ack.topVia.branch == "z9hG4bKabc" && ack.viaCount == 1)
    }
}
