import Testing

@testable import SIP

@Suite("TransactionTable, server side (RFC 3261 §17.2)")
struct TransactionTableServerTests {
    let invite = Wire.request("INVITE")
    let options = Wire.request("OPTIONS")

    @Test("A repeated INVITE gets the last provisional response and is not delivered again")
    func repeatedInvite() throws {
        var harness = TableHarness()
        #expect(try harness.receive(invite) == ["deliver INVITE"])
        #expect(try harness.receive(invite) == [])
        #expect(try harness.respond(180, to: invite) == ["send 180 INVITE to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(invite) == ["send 180 INVITE to UDP 192.0.2.1:5060"])
        #expect(harness.table.counters.retransmissionsReceived[.serverInvite] == 2)
        #expect(harness.table.counters.retransmissionsSent[.serverInvite] == 1)
        #expect(harness.table.count == 1)
    }

    @Test("A slow user is covered by a 100 without a To tag after 200 ms")
    func automaticTrying() throws {
        var harness = TableHarness()
        _ = try harness.receive(invite)
        #expect(harness.advance(by: .milliseconds(199)) == [])
        #expect(harness.advance(by: .milliseconds(1)) == ["send 100 INVITE to UDP 192.0.2.1:5060"])
        let trying = try Response(String(decoding: try #require(harness.sent.last), as: UTF8.self))
        #expect(trying.toTag == nil)
        #expect(try harness.receive(invite) == ["send 100 INVITE to UDP 192.0.2.1:5060"])
        #expect(harness.advance(by: .seconds(60)) == [])
        #expect(harness.table.counters.automaticTryings == 1)
    }

    @Test("A 2xx leaves the repetition to the user, and its ACK goes up")
    func accepted() throws {
        var harness = TableHarness()
        _ = try harness.receive(invite)
        #expect(try harness.respond(200, to: invite) == ["send 200 INVITE to UDP 192.0.2.1:5060"])
        #expect(harness.table.pendingInvites == 0)
        #expect(try harness.receive(invite) == [])
        #expect(try harness.respond(200, to: invite) == ["send 200 INVITE to UDP 192.0.2.1:5060"])
        #expect(
            try harness.receive(Wire.request("ACK", branch: "z9hG4bK-2", toTag: "local"))
                == ["deliver ACK without transaction"])
        // A client that gives the ACK the branch of its INVITE is understood too.
        #expect(try harness.receive(Wire.request("ACK", toTag: "local")) == ["deliver ACK without transaction"])
        #expect(harness.advance(by: .seconds(31)) == [])
        #expect(harness.advance(by: .seconds(1)) == ["ended server"])
        #expect(harness.table.count == 0)
        #expect(harness.table.nextDeadline == nil)
    }

    @Test("A failure is repeated until its ACK, which is absorbed")
    func completed() throws {
        var harness = TableHarness()
        _ = try harness.receive(invite)
        #expect(try harness.respond(486, to: invite) == ["send 486 INVITE to UDP 192.0.2.1:5060"])
        #expect(harness.advance(by: .seconds(1)) == ["send 486 INVITE to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(invite) == ["send 486 INVITE to UDP 192.0.2.1:5060"])
        #expect(try harness.receive(Wire.request("ACK", toTag: "local")) == [])
        #expect(try harness.receive(Wire.request("ACK", toTag: "local")) == [])
        #expect(try harness.respond(200, to: invite) == ["refused"])
        #expect(harness.advance(by: .seconds(5)) == ["ended server"])
    }

    @Test("A failure whose ACK never comes is reported")
    func noAcknowledgement() throws {
        var harness = TableHarness()
        _ = try harness.receive(invite)
        _ = try harness.respond(486, to: invite)
        let seen = harness.advance(by: .seconds(32))
        #expect(seen.filter { $0.hasPrefix("send") }.count == 10)
        #expect(Array(seen.suffix(2)) == ["server failed noAcknowledgement", "ended server"])
        #expect(harness.table.counters.timeouts[.serverInvite] == 1)
    }

    @Test("A request that the user leaves unanswered is given up without a response")
    func abandoned() throws {
        var harness = TableHarness()
        #expect(try harness.receive(options) == ["deliver OPTIONS"])
        #expect(harness.advance(by: .seconds(32)) == ["server failed abandoned", "ended server"])
    }

    @Test("The name of a transaction that is gone means nothing, even when its place is taken")
    func staleName() throws {
        var harness = TableHarness()
        _ = try harness.receive(options)
        _ = try harness.respond(200, to: options)
        #expect(try harness.receive(options) == ["send 200 OPTIONS to UDP 192.0.2.1:5060"])
        #expect(harness.advance(by: .seconds(32)) == ["ended server"])
        let other = Wire.request("OPTIONS", branch: "z9hG4bK-2", callID: "call-2")
        #expect(try harness.receive(other) == ["deliver OPTIONS"])
        #expect(try harness.respond(200, to: options, index: 0) == ["refused"])
        #expect(try harness.respond(200, to: other, index: 1) == ["send 200 OPTIONS to UDP 192.0.2.1:5060"])
    }

    @Test("Over TCP a final response ends a non-INVITE transaction, and the ACK that of a refused INVITE")
    func reliable() throws {
        var harness = TableHarness()
        let peer = TransportAddress.tcp(flow: 7)
        _ = try harness.receive(options, from: peer)
        #expect(try harness.respond(200, to: options) == ["send 200 OPTIONS to TCP 192.0.2.1:40000", "ended server"])
        _ = try harness.receive(invite, from: peer)
        _ = try harness.respond(486, to: invite)
        #expect(harness.advance(by: .seconds(3)) == [])
        #expect(try harness.receive(Wire.request("ACK", toTag: "local"), from: peer) == ["ended server"])
        #expect(harness.table.count == 0)
    }
}

@Suite("TransactionTable, limits and failures")
struct TransactionTableLimitTests {
    let invite = Wire.request("INVITE")
    let options = Wire.request("OPTIONS", branch: "z9hG4bK-2", callID: "call-2")

    @Test("A request over the limit is handed back, and one of a known transaction is not")
    func serverLimit() throws {
        var harness = TableHarness(limits: TransactionLimits(serverTransactions: 1))
        _ = try harness.receive(invite)
        #expect(try harness.receive(options) == ["refuse OPTIONS"])
        #expect(harness.table.counters.refused == 1)
        #expect(try harness.receive(invite) == [])
        #expect(try harness.receive(Wire.request("CANCEL")) == ["send 200 CANCEL to UDP 192.0.2.1:5060", "cancelled"])
        #expect(try harness.receive(Wire.request("CANCEL", branch: "z9hG4bK-3")) == ["refuse CANCEL"])
    }

    @Test("INVITEs that ring are limited, other requests and answered ones are not")
    func pendingLimit() throws {
        var harness = TableHarness(limits: TransactionLimits(pendingInvites: 1))
        let second = Wire.request("INVITE", branch: "z9hG4bK-2", callID: "call-2")
        _ = try harness.receive(invite)
        #expect(try harness.receive(second) == ["refuse INVITE"])
        _ = try harness.respond(200, to: invite)
        #expect(try harness.receive(second) == ["deliver INVITE"])
    }

    @Test("A request of ours over the limit, with a used branch or without a transaction is not sent")
    func clientErrors() throws {
        var harness = TableHarness(limits: TransactionLimits(clientTransactions: 1))
        #expect(throws: TransactionError.notATransaction) { _ = try harness.send(Wire.request("ACK")) }
        #expect(throws: TransactionError.notATransaction) { _ = try harness.send(Wire.request("CANCEL")) }
        _ = try harness.send(options)
        #expect(throws: TransactionError.tooMany) { _ = try harness.send(invite) }
        harness.table.limits.clientTransactions = 2
        #expect(throws: TransactionError.branchInUse) { _ = try harness.send(options) }
        #expect(harness.table.count == 1)
    }

    @Test("A message that cannot be sent is told to its transaction's user")
    func transportFailed() throws {
        var harness = TableHarness()
        let (client, _) = try harness.send(options)
        #expect(harness.fail(.client(client)) == ["failed transport", "ended client"])
        #expect(harness.fail(.client(client)) == [])
        _ = try harness.receive(invite)
        _ = try harness.respond(180, to: invite)
        let server = try #require(harness.delivered.first)
        #expect(harness.fail(.server(server)) == ["server failed transport"])
        #expect(harness.table.serverCount == 1)
        #expect(harness.table.counters.transportErrors.total == 2)
    }

    @Test("A connection that is gone is told to the transactions that use it, and to no others")
    func connectionFailed() throws {
        var harness = TableHarness()
        func options(_ number: Int) -> String {
            Wire.request("OPTIONS", branch: "z9hG4bK-\(number)", callID: "call-\(number)")
        }
        _ = try harness.send(options(1), to: .tcp(flow: 7))
        _ = try harness.send(options(2), to: .tcp(flow: 8))
        _ = try harness.send(options(3), to: .tcp(port: 40_001, flow: 7))
        _ = try harness.send(options(4), to: .tcp(flow: 0))
        _ = try harness.receive(Wire.request("INVITE", branch: "z9hG4bK-5"), from: .tcp(flow: 7))
        #expect(
            harness.failConnection(.tcp(flow: 7))
                == [
                    "ended client", "ended client", "failed transport", "failed transport", "server failed transport",
                ])
        #expect(harness.failConnection(.tcp(flow: 9)) == [])
        #expect(
            harness.failConnection(.tcp(flow: 0)) == ["ended client", "failed transport", "server failed transport"])
        #expect(harness.table.clientCount == 1)
    }

    @Test("When a flood is over nothing is left of it, and new transactions work")
    func flood() throws {
        var harness = TableHarness()
        for number in 0..<5_000 {
            let text = Wire.request("OPTIONS", branch: "z9hG4bK-\(number)", callID: "call-\(number)")
            _ = try harness.receive(text)
            _ = try harness.respond(200, to: text)
        }
        #expect(harness.table.serverCount == 5_000)
        #expect(harness.advance(by: .seconds(32)).count == 5_000)
        #expect(harness.table.count == 0)
        #expect(harness.table.nextDeadline == nil)
        #expect(try harness.respond(200, to: invite) == ["refused"])
        #expect(try harness.receive(invite) == ["deliver INVITE"])
        #expect(try harness.respond(180, to: invite) == ["send 180 INVITE to UDP 192.0.2.1:5060"])
    }
}
