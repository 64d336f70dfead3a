import Testing

@testable import SIP

@Suite("TransactionTable, matching (RFC 3261 §17.2.3)")
struct TransactionMatchingTests {
    @Test("Branch, sent-by and method together make a transaction")
    func key() throws {
        var harness = TableHarness()
        let deliver = ["deliver OPTIONS"]
        func options(branch: String, host: String, callID: String) -> String {
            Wire.request("OPTIONS", branch: branch, host: host, callID: callID)
        }
        #expect(try harness.receive(options(branch: "z9hG4bK-1", host: "a.example", callID: "1")) == deliver)
        #expect(try harness.receive(options(branch: "z9hG4bK-2", host: "a.example", callID: "2")) == deliver)
        #expect(try harness.receive(options(branch: "z9hG4bK-1", host: "b.example", callID: "3")) == deliver)
        #expect(try harness.receive(options(branch: "z9hG4bK-1", host: "a.example:5070", callID: "4")) == deliver)
        #expect(
            try harness.receive(Wire.request("INFO", branch: "z9hG4bK-1", host: "a.example", callID: "5"))
                == ["deliver INFO"])
        #expect(
            try harness.receive(Wire.request("FROB", branch: "z9hG4bK-1", host: "a.example", callID: "6"))
                == ["deliver FROB"])
        #expect(harness.table.count == 6)
        #expect(try harness.receive(options(branch: "z9hG4bK-1", host: "A.Example", callID: "1")) == [])
        #expect(try harness.receive(Wire.request("FROB", host: "a.example", callID: "6")) == [])
        // A branch is compared octet by octet.
        #expect(try harness.receive(options(branch: "z9hG4bK-A", host: "a.example", callID: "7")) == deliver)
        #expect(try harness.receive(options(branch: "z9hG4bK-a", host: "a.example", callID: "8")) == deliver)
    }

    @Test("An ACK for a failure finds its INVITE by the branch, and another one does not")
    func acknowledgement() throws {
        var harness = TableHarness()
        let invite = Wire.request("INVITE")
        _ = try harness.receive(invite)
        _ = try harness.respond(404, to: invite)
        #expect(
            try harness.receive(Wire.request("ACK", branch: "z9hG4bK-2")) == ["deliver ACK without transaction"])
        #expect(try harness.receive(Wire.request("ACK")) == [])
        #expect(harness.advance(by: .seconds(5)) == ["ended server"])
    }
}

@Suite("TransactionTable, matching for RFC 2543 (RFC 3261 §17.2.3)")
struct LegacyMatchingTests {
    /// No branch, a branch without the cookie, and the cookie alone.
    static let branches: [String?] = [nil, "1", "z9hG4bK"]

    @Test("A request is the same if Request-URI, tags, Call-ID, CSeq and Via are", arguments: branches)
    func repeated(branch: String?) throws {
        var harness = TableHarness()
        func info(
            uri: String = "sip:b@h", host: String = "h", from: String = "f", to: String? = "t", call: String = "c",
            cSeq: Int = 1
        ) -> String {
            Wire.request(
                "INFO", uri: uri, branch: branch, host: host, fromTag: from, toTag: to, callID: call, cSeq: cSeq)
        }
        #expect(try harness.receive(info()) == ["deliver INFO"])
        #expect(try harness.receive(info()) == [])
        for other in [
            info(uri: "sip:c@h"), info(host: "g"), info(from: "g"), info(to: "u"), info(call: "d"), info(cSeq: 2),
        ] {
            #expect(try harness.receive(other) == ["deliver INFO"])
        }
    }

    @Test("The ACK for a failure has the tag of the response, which its INVITE had not", arguments: branches)
    func acknowledgement(branch: String?) throws {
        var harness = TableHarness()
        let invite = Wire.request("INVITE", branch: branch)
        _ = try harness.receive(invite)
        _ = try harness.respond(404, to: invite, tag: "mine")
        #expect(
            try harness.receive(Wire.request("ACK", branch: branch, toTag: "other"))
                == ["deliver ACK without transaction"])
        #expect(try harness.receive(Wire.request("ACK", branch: branch, toTag: "mine")) == [])
        #expect(harness.advance(by: .seconds(5)) == ["ended server"])
    }

    @Test("The ACK for the failure of a re-INVITE has the tag of both")
    func reInvite() throws {
        var harness = TableHarness()
        let invite = Wire.request("INVITE", branch: nil, toTag: "mine", cSeq: 2)
        _ = try harness.receive(invite)
        _ = try harness.respond(488, to: invite)
        #expect(try harness.receive(Wire.request("ACK", branch: nil, toTag: "mine", cSeq: 2)) == [])
        #expect(harness.advance(by: .seconds(5)) == ["ended server"])
    }

    @Test("The ACK for a 2xx goes up", arguments: branches)
    func accepted(branch: String?) throws {
        var harness = TableHarness()
        let invite = Wire.request("INVITE", branch: branch)
        _ = try harness.receive(invite)
        _ = try harness.respond(200, to: invite, tag: "mine")
        #expect(
            try harness.receive(Wire.request("ACK", branch: branch, toTag: "mine"))
                == ["deliver ACK without transaction"])
    }

    @Test("A CANCEL finds its INVITE", arguments: branches)
    func cancel(branch: String?) throws {
        var harness = TableHarness()
        _ = try harness.receive(Wire.request("INVITE", branch: branch))
        #expect(
            try harness.receive(Wire.request("CANCEL", branch: branch))
                == ["send 200 CANCEL to UDP 192.0.2.1:5060", "cancelled"])
    }
}

@Suite("TransactionTable, merged requests (RFC 3261 §8.2.2.2)")
struct MergedRequestTests {
    let first = Wire.request("INVITE", branch: "z9hG4bK-1")
    let second = Wire.request("INVITE", branch: "z9hG4bK-2")

    @Test("A request that comes on a second way is answered 482, by the table itself")
    func merged() throws {
        var harness = TableHarness()
        #expect(try harness.receive(first) == ["deliver INVITE"])
        #expect(try harness.receive(second) == ["send 482 INVITE to UDP 192.0.2.1:5060"])
        let response = try Response(String(decoding: try #require(harness.sent.last), as: UTF8.self))
        #expect(response.toTag?.count == 16)
        #expect(try harness.receive(second) == ["send 482 INVITE to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(Wire.request("ACK", branch: "z9hG4bK-2")) == [])
        #expect(
            try harness.receive(Wire.request("CANCEL", branch: "z9hG4bK-2"))
                == ["send 200 CANCEL to UDP 192.0.2.1:5060"])
        #expect(harness.table.pendingInvites == 1)
        #expect(harness.table.counters.merged == 1)
        // All of that is the table's own and ends without a word.
        #expect(harness.advance(by: .seconds(60)) == ["send 100 INVITE to UDP 192.0.2.1:5060"])
        #expect(harness.table.count == 1)
    }

    @Test("Requests that differ in From tag, Call-ID, CSeq or method, or that are in a dialog, are not merged")
    func different() throws {
        var harness = TableHarness()
        _ = try harness.receive(first)
        for (number, other) in [
            Wire.request("INVITE", branch: "z9hG4bK-3", fromTag: "other"),
            Wire.request("INVITE", branch: "z9hG4bK-4", callID: "other"),
            Wire.request("INVITE", branch: "z9hG4bK-5", cSeq: 2),
            Wire.request("INVITE", branch: "z9hG4bK-6", toTag: "local"),
        ].enumerated() {
            #expect(try harness.receive(other) == ["deliver INVITE"], "\(number)")
        }
        #expect(try harness.receive(Wire.request("OPTIONS", branch: "z9hG4bK-7")) == ["deliver OPTIONS"])
    }

    @Test("When the transaction is gone the same request may come again")
    func later() throws {
        var harness = TableHarness()
        _ = try harness.receive(first)
        _ = try harness.respond(200, to: first)
        #expect(try harness.receive(second) == ["send 482 INVITE to UDP 192.0.2.1:5060"])
        _ = harness.advance(by: .seconds(33))
        #expect(try harness.receive(Wire.request("INVITE", branch: "z9hG4bK-3")) == ["deliver INVITE"])
    }
}

@Suite("TransactionTable, CANCEL (RFC 3261 §9.2)")
struct CancelTests {
    let invite = Wire.request("INVITE")
    let cancel = Wire.request("CANCEL")
    let okay = "send 200 CANCEL to UDP 192.0.2.1:5060"

    @Test("A CANCEL of a ringing INVITE is answered 200 with the tag of its responses, and told once")
    func ringing() throws {
        var harness = TableHarness()
        _ = try harness.receive(invite)
        _ = try harness.respond(180, to: invite, tag: "mine")
        #expect(try harness.receive(cancel) == [okay, "cancelled"])
        let response = try Response(String(decoding: try #require(harness.sent.last), as: UTF8.self))
        #expect(response.toTag == "mine")
        #expect(try harness.receive(cancel) == [okay])
        #expect(try harness.respond(487, to: invite) == ["send 487 INVITE to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(Wire.request("ACK", toTag: "mine")) == [])
        #expect(harness.advance(by: .seconds(40)) == ["ended server"])
        #expect(harness.table.count == 0)
    }

    @Test("A CANCEL that comes after the final response changes nothing", arguments: [200, 486])
    func late(status: Int) throws {
        var harness = TableHarness()
        _ = try harness.receive(invite)
        _ = try harness.respond(status, to: invite)
        #expect(try harness.receive(cancel) == [okay])
    }

    @Test("A CANCEL of another request is answered 200 and changes nothing")
    func otherMethod() throws {
        var harness = TableHarness()
        _ = try harness.receive(Wire.request("OPTIONS"))
        #expect(try harness.receive(cancel) == [okay])
    }

    @Test("A CANCEL of nothing is answered 481")
    func stray() throws {
        var harness = TableHarness()
        #expect(try harness.receive(cancel) == ["send 481 CANCEL to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(cancel) == ["send 481 CANCEL to UDP 192.0.2.1:5060"])
        #expect(harness.table.counters.strayCancels == 1)
        _ = try harness.receive(invite)
        #expect(
            try harness.receive(Wire.request("CANCEL", host: "192.0.2.2"))
                == ["send 481 CANCEL to UDP 192.0.2.1:5060"])
    }
}
