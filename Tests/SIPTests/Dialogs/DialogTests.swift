import Testing

@testable import SIP

/// A dialog's requests as they are on the wire.
extension Dialog {
    fileprivate mutating func next(_ method: Method) throws -> Request {
        let head = makeRequest(method, transport: .udp, sentBy: "192.0.2.9", branch: "z9hG4bK-d")
        return try Request(String(decoding: head.encode(), as: UTF8.self))
    }

    fileprivate func acknowledge(_ response: Response) throws -> Request {
        let head = makeAcknowledgement(of: response, transport: .udp, sentBy: "192.0.2.9", branch: "z9hG4bK-d")
        return try Request(String(decoding: head.encode(), as: UTF8.self))
    }
}

private func contact(_ uri: String) -> String { "Contact: <\(uri)>\r\n" }

private let looseRoutes = "Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr;x=1>\r\n"

@Suite("Dialog of an INVITE that we answer (RFC 3261 §12.1.1, §12.2.1.1)")
struct AnsweringDialogTests {
    func invite(_ headers: String, uri: String = "sip:b@192.0.2.9", toTag: String? = nil) throws -> Request {
        try Request(Wire.request("INVITE", uri: uri, toTag: toTag, cSeq: 314, headers: headers))
    }

    @Test("Our requests have the tags, the target and the next CSeq of the dialog")
    func request() throws {
        var dialog = try #require(
            Dialog(answering: try invite(contact("sip:a@192.0.2.1:5062")), localTag: "b1", firstSequence: 7))
        let bye = try dialog.next(.bye)
        #expect(bye.requestURI.description == "sip:a@192.0.2.1:5062")
        #expect(bye.fromValue == "<sip:b@192.0.2.9>;tag=b1")
        #expect(bye.toValue == "<sip:a@192.0.2.1>;tag=a1")
        #expect(bye.callID == "call-1")
        #expect(bye.cSeq == CSeq(7, .bye))
        #expect(bye.maxForwards == 70)
        #expect(bye.routes.isEmpty)
        #expect(bye.topVia.branch == "z9hG4bK-d")
        #expect(try dialog.next(.update).cSeq == CSeq(8, .update))
    }

    @Test("A request of the peer and our own answer name the same dialog")
    func identity() throws {
        let invite = try invite(contact("sip:a@192.0.2.1"))
        let dialog = try #require(Dialog(answering: invite, localTag: "b1"))
        let bye = try Request(Wire.request("BYE", branch: "z9hG4bK-2", toTag: "b1", cSeq: 315))
        #expect(DialogID(received: bye) == dialog.id)
        #expect(DialogID(received: invite) == nil)
        for other in [
            Wire.request("BYE", fromTag: "x", toTag: "b1"), Wire.request("BYE", toTag: "x"),
            Wire.request("BYE", toTag: "b1", callID: "x"),
        ] {
            #expect(DialogID(received: try Request(other)) != dialog.id)
        }
    }

    @Test("Record-Route is the route in its own order, with its parameters")
    func looseRouting() throws {
        var dialog = try #require(
            Dialog(answering: try invite(contact("sip:a@192.0.2.1") + looseRoutes), localTag: "b1"))
        #expect(dialog.nextHop.description == "sip:p2.example;lr")
        let bye = try dialog.next(.bye)
        #expect(bye.requestURI.description == "sip:a@192.0.2.1")
        #expect(bye.routes.map(\.text) == ["<sip:p2.example;lr>", "<sip:p1.example;lr;x=1>"])
    }

    @Test("A strict router becomes the Request-URI, and the target the last Route")
    func strictRouting() throws {
        let routes = "Record-Route: <sip:p2.example?x=y>\r\nRecord-Route: <sip:p1.example;lr>\r\n"
        var dialog = try #require(
            Dialog(answering: try invite(contact("sip:a@192.0.2.1") + routes), localTag: "b1"))
        #expect(dialog.nextHop.description == "sip:p2.example?x=y")
        let bye = try dialog.next(.bye)
        #expect(bye.requestURI.description == "sip:p2.example")
        #expect(bye.routes.map(\.text) == ["<sip:p1.example;lr>", "<sip:a@192.0.2.1>"])
    }

    @Test("What has no place in a Request-URI is left out of it")
    func requestURI() throws {
        let target = "sip:a@192.0.2.1;method=INVITE;transport=udp;ob?Subject=x"
        var dialog = try #require(Dialog(answering: try invite(contact(target)), localTag: "b1"))
        #expect(try dialog.next(.bye).requestURI.description == "sip:a@192.0.2.1;transport=udp;ob")
    }

    @Test("Without a Contact that can be reached there is no dialog")
    func noContact() throws {
        #expect(Dialog(answering: try invite(""), localTag: "b1") == nil)
        #expect(Dialog(answering: try invite(contact("mailto:a@example.com")), localTag: "b1") == nil)
    }

    @Test("A peer of RFC 2543 has no tag, and our requests have none for it")
    func noRemoteTag() throws {
        let text = Wire.request("INVITE", headers: contact("sip:a@192.0.2.1")).replacing(";tag=a1", with: "")
        var dialog = try #require(Dialog(answering: try Request(text), localTag: "b1"))
        #expect(dialog.id.remoteTag == "")
        #expect(try dialog.next(.bye).toValue == "<sip:a@192.0.2.1>")
        let bye = Wire.request("BYE", toTag: "b1").replacing(";tag=a1", with: "")
        #expect(DialogID(received: try Request(bye)) == dialog.id)
    }

    @Test("A CSeq that is not higher than the last is out of order and changes nothing")
    func order() throws {
        var dialog = try #require(Dialog(answering: try invite(contact("sip:a@192.0.2.1")), localTag: "b1"))
        func update(_ number: Int) throws -> Request { try Request(Wire.request("UPDATE", cSeq: number)) }
        #expect(dialog.receive(try update(313)) == .outOfOrder)
        #expect(dialog.receive(try update(314)) == .outOfOrder)
        #expect(dialog.receive(try update(320)) == .inOrder)
        #expect(dialog.receive(try update(319)) == .outOfOrder)
        #expect(dialog.receive(try update(321)) == .inOrder)
    }

    @Test("A refresh moves the target and not the route")
    func refresh() throws {
        var dialog = try #require(
            Dialog(answering: try invite(contact("sip:a@192.0.2.1") + looseRoutes), localTag: "b1"))
        let update = Wire.request("UPDATE", headers: contact("sip:a@192.0.2.55") + "Record-Route: <sip:evil;lr>\r\n")
        dialog.refreshTarget(from: try Request(update))
        let bye = try dialog.next(.bye)
        #expect(bye.requestURI.description == "sip:a@192.0.2.55")
        #expect(bye.routes.map(\.text) == ["<sip:p2.example;lr>", "<sip:p1.example;lr;x=1>"])
        dialog.refreshTarget(from: try Request(Wire.request("UPDATE")))
        #expect(dialog.remoteTarget.description == "sip:a@192.0.2.55")
    }

    @Test("A dialog is secure if sips came by TLS, and only then", arguments: TransportProtocol.allCases)
    func secure(transport: TransportProtocol) throws {
        let sips = try invite(contact("sips:a@192.0.2.1"), uri: "sips:b@192.0.2.9")
        #expect(Dialog(answering: sips, localTag: "b1", transport: transport)?.isSecure == (transport == .tls))
        let sip = try invite(contact("sip:a@192.0.2.1"))
        #expect(Dialog(answering: sip, localTag: "b1", transport: transport)?.isSecure == false)
    }

    @Test("A provisional response makes an early dialog, which the 2xx confirms")
    func early() throws {
        var dialog = try #require(
            Dialog(answering: try invite(contact("sip:a@192.0.2.1")), localTag: "b1", state: .early))
        #expect(dialog.state == .early)
        dialog.confirm()
        #expect(dialog.state == .confirmed)
    }

    @Test("A folded header field brings no line of its own into our requests")
    func folded() throws {
        let text = Wire.request("INVITE", headers: contact("sip:a@192.0.2.1"))
            .replacing("From: <sip:a@192.0.2.1>", with: "From: \"A\"\r\n <sip:a@192.0.2.1>\r\n ")
        var dialog = try #require(Dialog(answering: try Request(text), localTag: "b1"))
        let bye = try dialog.next(.bye)
        #expect(bye.toTag == "a1")
        #expect(bye.toURI == "sip:a@192.0.2.1")
    }
}

@Suite("Dialog of an INVITE of ours (RFC 3261 §12.1.2, §13.2.2.4)")
struct InvitingDialogTests {
    func invite(uri: String = "sip:b@192.0.2.9") throws -> Request {
        try Request(Wire.request("INVITE", uri: uri, cSeq: 5, headers: contact("sip:a@192.0.2.1")))
    }

    func response(_ status: Int, toTag: String? = "b1", _ headers: String) throws -> Response {
        try Response(Wire.response(status, "INVITE", toTag: toTag, cSeq: 5, headers: headers))
    }

    @Test("A provisional response with a tag makes an early dialog; a 100, one without a tag and a failure make none")
    func creation() throws {
        let target = contact("sip:b@192.0.2.9:5070")
        #expect(Dialog(inviting: try invite(), answered: try response(180, target))?.state == .early)
        #expect(Dialog(inviting: try invite(), answered: try response(200, target))?.state == .confirmed)
        #expect(Dialog(inviting: try invite(), answered: try response(100, target)) == nil)
        #expect(Dialog(inviting: try invite(), answered: try response(180, toTag: nil, target)) == nil)
        #expect(Dialog(inviting: try invite(), answered: try response(486, target)) == nil)
    }

    @Test("The route is Record-Route backwards, and the ACK has the CSeq number of the INVITE")
    func requests() throws {
        let answer = try response(200, contact("sip:b@192.0.2.9:5070") + looseRoutes)
        var dialog = try #require(Dialog(inviting: try invite(), answered: answer))
        #expect(dialog.nextHop.description == "sip:p1.example;lr;x=1")
        let ack = try dialog.acknowledge(answer)
        #expect(ack.method == .ack)
        #expect(ack.requestURI.description == "sip:b@192.0.2.9:5070")
        #expect(ack.cSeq == CSeq(5, .ack))
        #expect(ack.routes.map(\.text) == ["<sip:p1.example;lr;x=1>", "<sip:p2.example;lr>"])
        #expect(ack.fromTag == "a1")
        #expect(ack.toTag == "b1")
        #expect(try dialog.next(.bye).cSeq == CSeq(6, .bye))
    }

    @Test("The 2xx has the last word on the route set of an early dialog, and none on that of a confirmed one")
    func confirmation() throws {
        var dialog = try #require(Dialog(inviting: try invite(), answered: try response(180, contact("sip:b@early"))))
        dialog.confirm(by: try response(200, contact("sip:b@late") + looseRoutes))
        #expect(dialog.state == .confirmed)
        #expect(dialog.remoteTarget.description == "sip:b@late")
        #expect(try dialog.next(.bye).routes.count == 2)
        dialog.confirm(by: try response(200, contact("sip:b@later")))
        #expect(dialog.remoteTarget.description == "sip:b@later")
        #expect(try dialog.next(.bye).routes.count == 2)
    }

    @Test("The first request of the peer sets its CSeq, whatever it is")
    func firstSequence() throws {
        var dialog = try #require(Dialog(inviting: try invite(), answered: try response(200, contact("sip:b@h"))))
        #expect(dialog.receive(try Request(Wire.request("BYE", cSeq: 0))) == .inOrder)
        #expect(dialog.receive(try Request(Wire.request("BYE", cSeq: 0))) == .outOfOrder)
    }

    @Test("The response names the dialog that a request of the peer names")
    func identity() throws {
        let dialog = try #require(Dialog(inviting: try invite(), answered: try response(200, contact("sip:b@h"))))
        let bye = Wire.request("BYE", fromTag: "b1", toTag: "a1")
        #expect(DialogID(received: try Request(bye)) == dialog.id)
    }

    @Test("A peer without a Contact is reached where the INVITE went")
    func noContact() throws {
        let dialog = try #require(Dialog(inviting: try invite(), answered: try response(200, "")))
        #expect(dialog.nextHop.description == "sip:b@192.0.2.9")
    }

    @Test("A CSeq of ours stays below 2**31")
    func sequenceLimit() throws {
        let invite = try Request(
            Wire.request("INVITE", cSeq: 1, headers: contact("sip:a@192.0.2.1")))
        var dialog = try #require(Dialog(answering: invite, localTag: "b1", firstSequence: 0x7FFF_FFFF))
        #expect(try dialog.next(.bye).cSeq.number == 0x7FFF_FFFF)
        #expect(try dialog.next(.bye).cSeq.number == 0)
    }
}
