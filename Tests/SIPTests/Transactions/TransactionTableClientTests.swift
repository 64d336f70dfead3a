import Testing

@testable import SIP

@Suite("TransactionTable, client side (RFC 3261 §17.1)")
struct TransactionTableClientTests {
    let invite = Wire.request("INVITE", headers: "Route: <sip:p1;lr>, <sip:p2;lr>\r\nRoute: <sip:p3;lr>\r\n")
    let bye = Wire.request("BYE", toTag: "b1")

    @Test("A request is repeated until its response, which is delivered once")
    func nonInvite() throws {
        var harness = TableHarness()
        #expect(try harness.send(bye).1 == ["send BYE to UDP 192.0.2.1:5060"])
        #expect(
            harness.advance(by: .milliseconds(1_500)) == Array(repeating: "send BYE to UDP 192.0.2.1:5060", count: 2))
        #expect(try harness.receive(Wire.response(200, "BYE")) == ["deliver 200 BYE"])
        #expect(try harness.receive(Wire.response(200, "BYE")) == [])
        #expect(harness.advance(by: .seconds(5)) == ["ended client"])
        #expect(harness.table.counters.retransmissionsSent[.clientNonInvite] == 2)
        #expect(harness.table.counters.retransmissionsReceived[.clientNonInvite] == 1)
        #expect(harness.table.nextDeadline == nil)
    }

    @Test("A request that nobody answers fails with a timeout", arguments: ["INVITE", "BYE"])
    func timeout(method: String) throws {
        var harness = TableHarness()
        _ = try harness.send(Wire.request(method))
        #expect(harness.advance(by: .seconds(32)).suffix(2) == ["failed timeout", "ended client"])
        #expect(harness.table.counters.timeouts.total == 1)
    }

    @Test(
        "The ACK for a failure has the branch, Request-URI, Route and CSeq number of its INVITE, and the response's To")
    func acknowledged() throws {
        var harness = TableHarness()
        _ = try harness.send(invite)
        let busy = Wire.response(486, "INVITE", toTag: "busy")
        #expect(try harness.receive(busy) == ["send ACK to UDP 192.0.2.1:5060", "deliver 486 INVITE"])
        let ack = try Request(String(decoding: try #require(harness.sent.last), as: UTF8.self))
        #expect(ack.requestURI.description == "sip:b@192.0.2.9")
        #expect(ack.viaCount == 1)
        #expect(ack.topVia.branch == "z9hG4bK-1")
        #expect(ack.cSeq == CSeq(1, .ack))
        #expect(ack.fromTag == "a1")
        #expect(ack.toTag == "busy")
        #expect(ack.callID == "call-1")
        #expect(ack.routes.map(\.text) == ["<sip:p1;lr>", "<sip:p2;lr>", "<sip:p3;lr>"])
        #expect(try harness.receive(busy) == ["send ACK to UDP 192.0.2.1:5060"])
        #expect(harness.advance(by: .seconds(32)) == ["ended client"])
    }

    @Test("Each 2xx to an INVITE is delivered, those of other branches of a fork too")
    func accepted() throws {
        var harness = TableHarness()
        _ = try harness.send(invite)
        #expect(try harness.receive(Wire.response(180, "INVITE")) == ["deliver 180 INVITE"])
        #expect(try harness.receive(Wire.response(200, "INVITE")) == ["deliver 200 INVITE"])
        #expect(try harness.receive(Wire.response(200, "INVITE")) == ["deliver 200 INVITE"])
        #expect(try harness.receive(Wire.response(200, "INVITE", toTag: "b2")) == ["deliver 200 INVITE"])
        #expect(harness.advance(by: .seconds(32)) == ["ended client"])
        #expect(try harness.receive(Wire.response(200, "INVITE")) == [])
    }

    @Test("A response that is not ours is dropped and counted")
    func stray() throws {
        var harness = TableHarness()
        _ = try harness.send(invite)
        let strays = [
            Wire.response(200, "INVITE", branch: "z9hG4bK-2"),
            Wire.response(200, "BYE"),
            Wire.response(200, "INVITE", host: "192.0.2.77"),
            Wire.response(200, "INVITE", headers: "Via: SIP/2.0/UDP proxy;branch=z9hG4bK-1\r\n"),
        ]
        for stray in strays { #expect(try harness.receive(stray) == []) }
        #expect(harness.table.counters.strayResponses == 4)
        #expect(try harness.receive(Wire.response(200, "INVITE")) == ["deliver 200 INVITE"])
    }

    @Test("A CANCEL waits for a provisional response; its own transaction is not the user's business")
    func cancel() throws {
        var harness = TableHarness()
        let (id, _) = try harness.send(invite)
        #expect(harness.cancel(id) == [])
        #expect(
            try harness.receive(Wire.response(180, "INVITE"))
                == ["deliver 180 INVITE", "send CANCEL to UDP 192.0.2.1:5060"])
        let cancel = try Request(String(decoding: try #require(harness.sent.last), as: UTF8.self))
        #expect(cancel.requestURI.description == "sip:b@192.0.2.9")
        #expect(cancel.topVia.branch == "z9hG4bK-1")
        #expect(cancel.cSeq == CSeq(1, .cancel))
        #expect(cancel.toTag == nil)
        #expect(cancel.routes.count == 3)
        #expect(harness.advance(by: .milliseconds(500)) == ["send CANCEL to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(Wire.response(200, "CANCEL")) == [])
        #expect(
            try harness.receive(Wire.response(487, "INVITE"))
                == ["send ACK to UDP 192.0.2.1:5060", "deliver 487 INVITE"])
        #expect(harness.advance(by: .seconds(40)) == ["ended client"])
        #expect(harness.table.count == 0)
    }

    @Test("A peer that answers neither the CANCEL nor the INVITE is given up after 64 T1")
    func cancelUnanswered() throws {
        var harness = TableHarness()
        let (id, _) = try harness.send(invite)
        _ = try harness.receive(Wire.response(180, "INVITE"))
        #expect(harness.cancel(id) == ["send CANCEL to UDP 192.0.2.1:5060"])
        let seen = harness.advance(by: .seconds(33))
        #expect(seen.filter { !$0.hasPrefix("send CANCEL") } == ["failed timeout", "ended client"])
        #expect(harness.table.count == 0)
    }
}
