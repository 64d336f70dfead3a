import SIP
import Testing

@testable import UserAgent

@Suite("Dialogs, addresses and the way back (RFC 3261 12, 18.2.2; RFC 3581)")
struct DialogTests {
    @Test("A request out of order gets 500 and has no effect")
    func outOfOrder() {
        var bench = Bench()
        var caller = Caller(sequence: 10)
        bench.establish(&caller)
        bench.receive(caller.request("BYE", sequence: 9))
        #expect(bench.responses.last?.status == 500 && bench.core.statistics.active == 1)
        bench.receive(caller.request("BYE", sequence: 11))
        #expect(bench.responses.last?.status == 200)
        bench.settle()
    }

    @Test("A request with the wrong tag or Call-ID is of no dialog")
    func wrongDialog() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        var stranger = caller
        stranger.fromTag = "stranger"
        bench.receive(stranger.next("BYE"))
        #expect(bench.responses.last?.status == 481)
        stranger = caller
        stranger.callID = "another"
        stranger.branch = 100
        bench.receive(stranger.next("BYE"))
        #expect(bench.responses.last?.status == 481 && bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("A BYE in the early dialog ends the ringing: 200, and 487 to the INVITE (RFC 3261 15.1.2)")
    func earlyBye() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        caller.learn(from: bench.responses.last)
        bench.receive(caller.next("BYE"))
        #expect(bench.statuses.count == 4 && Set(bench.statuses.suffix(2)) == [200, 487])
        #expect(bench.ends.map(\.reason) == [.cancelled])
        bench.settle()
        #expect(bench.core.statistics.cancelled == 1)
    }

    @Test("OPTIONS in a call is answered and changes nothing")
    func optionsInDialog() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.receive(caller.next("OPTIONS"))
        #expect(bench.responses.last?.status == 200 && bench.responses.last?.toTag?.description == caller.toTag)
        bench.receive(caller.next("BYE"))
        bench.settle()
        #expect(bench.ends.count == 1)
    }

    @Test("Record-Route comes back in 180 and 200, and is the way of our BYE")
    func recordRoute() throws {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        var caller = Caller()
        let routes = ["<sip:203.0.113.1;lr>", "<sip:203.0.113.2:5062;lr>"]
        bench.receive(caller.invite(headers: routes.map { "Record-Route: \($0)" }))
        bench.wait(.seconds(1))
        for response in bench.responses.dropFirst() {
            #expect(response.recordRoutes.map { $0.text.description } == routes)
        }
        caller.learn(from: bench.responses.last)
        bench.receive(caller.ack())
        bench.wait(.seconds(2))
        let bye = try #require(bench.requests.first)
        #expect(bye.routes.map { $0.text.description } == routes)
        #expect(bye.requestURI.description == "sip:alice@198.51.100.7:5070")
        let peer = bench.sent.first { if case .request = $0.message { true } else { false } }?.peer
        #expect(peer?.address == .test("203.0.113.1") && peer?.port == 5060)
        bench.settle()
    }

    @Test("Contact is the address that the INVITE came to, and its transport")
    func contact() {
        var bench = Bench { $0.advertisedAddress = nil }
        var caller = Caller(requestURI: "sip:echo@192.0.2.1")
        bench.receive(caller.invite())
        #expect(bench.responses.last?.field(.contact) == "<sip:echo@192.0.2.1:5060>")
        var other = Caller(callID: "tcp", fromTag: "tcp", transport: "TCP")
        bench.receive(other.invite(), from: .connected)
        #expect(bench.responses.last?.field(.contact) == "<sip:440@192.0.2.1:5060;transport=tcp>")
        bench.settle()
    }

    @Test("Behind a NAT, Contact and SDP have the advertised address")
    func advertised() {
        var bench = Bench { $0.advertisedAddress = .test("203.0.113.80") }
        var caller = Caller()
        bench.establish(&caller)
        #expect(bench.responses.last?.field(.contact) == "<sip:440@203.0.113.80:5060>")
        #expect(bench.responses.last?.lines.contains("c=IN IP4 203.0.113.80") == true)
        bench.settle()
        #expect(bench.requests.first?.value(.via)?.description.contains("203.0.113.80:5060") == true)
    }

    @Test("rport and received say where a request came from, and the answer goes there")
    func rport() {
        var bench = Bench()
        var caller = Caller(host: "10.0.0.5:5070")
        let source = TransportAddress(.udp, .test("198.51.100.99"), port: 61_000, flow: 1)
        bench.receive(caller.request("OPTIONS"), from: source)
        let via = bench.responses.first?.value(.via)?.description ?? ""
        #expect(via.contains(";rport=61000") && via.contains(";received=198.51.100.99"))
        #expect(bench.sent.first?.peer.address == source.address && bench.sent.first?.peer.port == 61_000)
        bench.settle()
    }

    @Test("Without rport the answer goes to the port of the Via")
    func withoutRport() {
        var bench = Bench()
        var caller = Caller(host: "10.0.0.5:5075", viaParameters: "")
        let source = TransportAddress(.udp, .test("198.51.100.99"), port: 61_000, flow: 1)
        bench.receive(caller.request("OPTIONS"), from: source)
        #expect(bench.sent.first?.peer.address == source.address && bench.sent.first?.peer.port == 5_075)
        bench.settle()
    }

    @Test("A BYE leaves by the connection that the call came by")
    func byeOverConnection() {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        var caller = Caller(transport: "TCP")
        bench.establish(&caller, from: .connected)
        bench.wait(.seconds(2))
        let bye = bench.sent.first { if case .request = $0.message { true } else { false } }
        #expect(bye?.peer == .connected)
        #expect(bench.requests.first?.value(.via)?.description.contains("SIP/2.0/TCP") == true)
        bench.settle()
    }

    @Test("A connection that breaks while it rings ends the call, and leaves nothing")
    func brokenWhileRinging() {
        var bench = Bench()
        var caller = Caller(transport: "TCP")
        bench.receive(caller.invite(), from: .connected)
        bench.breakConnection(.connected)
        #expect(bench.ends.map(\.reason) == [.transportFailure] && bench.ends.first?.party == .network)
        bench.settle()
        #expect(bench.core.statistics.refused == 1)
    }

    @Test("A connection that breaks while its BYE is out ends the wait")
    func brokenAfterBye() {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        bench.answersBye = false
        var caller = Caller(transport: "TCP")
        bench.establish(&caller, from: .connected)
        bench.wait(.seconds(1))
        bench.breakConnection(.connected)
        #expect(bench.core.calls.isEmpty)
        bench.settle()
    }

    @Test("A Contact that is a name is looked up before the BYE", arguments: [true, false])
    func named(_ isFound: Bool) throws {
        var bench = Bench { $0.toneDuration = .seconds(1) }
        var caller = Caller(contact: "<sip:alice@phone.example:5090>")
        bench.establish(&caller)
        bench.wait(.seconds(1))
        let question = try #require(bench.resolutions.first)
        #expect(question.host == "phone.example" && question.port == 5_090 && bench.requests.isEmpty)
        bench.resolve(question, to: isFound ? .test("198.51.100.50") : nil)
        #expect(bench.methods == (isFound ? [.bye] : []))
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.toneFinished])
    }

    @Test("Every call has a tag of its own")
    func tags() {
        var bench = Bench { $0.maximumCalls = 1_000 }
        for number in 0..<500 {
            var caller = Caller(callID: "call-\(number)", fromTag: "tag\(number)")
            bench.receive(caller.invite())
        }
        let tags = bench.responses.filter { $0.status == 180 }.compactMap { $0.toTag?.description }
        #expect(tags.count == 500 && Set(tags).count == 500)
        bench.settle()
    }
}
