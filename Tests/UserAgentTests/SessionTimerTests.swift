import SIP
import Testing

@testable import UserAgent

@Suite("Session timers (RFC 4028)")
struct SessionTimerCallTests {
    private static let forEver: @Sendable (inout UserAgentConfiguration) -> Void = {
        $0.toneDuration = nil
        $0.maximumCallDuration = nil
    }

    /// A call with a session timer, answered and acknowledged.
    private static func establish(_ bench: inout Bench, _ caller: inout Caller, _ headers: [String]) -> Response? {
        bench.receive(caller.invite(headers: headers))
        bench.wait(.seconds(1))
        let answer = bench.responses.last
        caller.learn(from: answer)
        bench.receive(caller.ack())
        return answer
    }

    /// The peer answers the last request of the core.
    private static func reply(
        _ bench: inout Bench, _ status: Int, fields: [(StaticString, String)] = [], body: String = ""
    ) {
        guard let request = bench.requests.last else { return }
        var head = ResponseHead(status: status)
        for field in fields { head.fields.append((name: field.0, value: field.1)) }
        head.body = Array(body.utf8)
        head.contentType = body.isEmpty ? nil : "application/sdp"
        bench.receive(request.response(head, from: .caller))
    }

    @Test("Too brief an interval gets 422 with Min-SE")
    func tooBrief() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: ["Supported: timer", "Session-Expires: 60"]))
        #expect(bench.responses.last?.status == 422 && bench.responses.last?.field(.minSE) == "90")
        bench.settle()
    }

    @Test("The caller refreshes where it wants to: without a refresh the call gets a BYE before the end")
    func expiry() {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        let answer = Self.establish(&bench, &caller, ["Supported: timer", "Session-Expires: 90;refresher=uac"])
        #expect(answer?.field(.sessionExpires) == "90;refresher=uac" && answer?.field(.require) == "timer")
        bench.wait(.milliseconds(59_900))
        #expect(bench.methods.isEmpty)
        bench.wait(.milliseconds(100))
        #expect(bench.methods == [.bye] && bench.ends.map(\.reason) == [.sessionExpired])
        #expect(bench.requests.last?.value(.reason)?.description.contains("408") == true)
        bench.settle()
    }

    @Test("A refresh by the caller starts the interval afresh", arguments: ["INVITE", "UPDATE"])
    func refreshedByPeer(method: String) {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        let headers = ["Supported: timer", "Session-Expires: 90;refresher=uac"]
        _ = Self.establish(&bench, &caller, headers)
        bench.wait(.seconds(45))
        bench.receive(caller.next(method, headers: headers, body: method == "INVITE" ? Caller.offer() : ""))
        #expect(bench.responses.last?.status == 200)
        #expect(bench.responses.last?.field(.sessionExpires) == "90;refresher=uac")
        if method == "INVITE" { bench.receive(caller.ack()) }
        bench.wait(.seconds(59))
        #expect(bench.methods.isEmpty)
        bench.wait(.seconds(1))
        #expect(bench.methods == [.bye])
        bench.settle()
    }

    @Test("As refresher we send an UPDATE at half the interval to a peer that allows it")
    func ourUpdate() throws {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        let answer = Self.establish(
            &bench, &caller, ["Supported: timer", "Allow: INVITE, ACK, UPDATE", "Session-Expires: 100;refresher=uas"])
        #expect(answer?.field(.sessionExpires) == "100;refresher=uas" && answer?.field(.require) == nil)
        for round in 1...3 {
            bench.wait(.seconds(50))
            #expect(bench.methods.count == round)
            let update = try #require(bench.requests.last)
            #expect(update.method == .update && update.body.isEmpty)
            #expect(update.value(.sessionExpires)?.description == "100;refresher=uac")
            Self.reply(&bench, 200, fields: [("Session-Expires", "100;refresher=uac")])
        }
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("To any other peer we send a re-INVITE with the session as it is, and acknowledge each 200")
    func ourInvite() throws {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        let answer = Self.establish(&bench, &caller, ["Supported: timer", "Session-Expires: 100;refresher=uas"])
        bench.wait(.seconds(50))
        let invite = try #require(bench.requests.last)
        #expect(invite.method == .invite && invite.value(.contact) != nil)
        let offered = String(decoding: invite.body, as: UTF8.self).split(separator: "\r\n")
        // The session id stays; the version may, for nothing is new but the codecs that we can do.
        #expect(offered[1].split(separator: " ")[1] == answer?.lines[1].split(separator: " ")[1])
        Self.reply(&bench, 100)
        for _ in 0..<2 {
            let head = ["Session-Expires", "100;refresher=uac"]
            var response = ResponseHead(status: 200)
            response.fields = [(name: "Session-Expires", value: head[1])]
            response.body = Array(Caller.offer(payloads: "0", version: 1).utf8)
            response.contentType = "application/sdp"
            bench.receive(invite.response(response, from: .caller))
        }
        #expect(bench.methods == [.invite, .ack, .ack])
        #expect(bench.requests.last?.cSeq.number == invite.cSeq.number)
        #expect(bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("A peer that no longer knows the call is hung up on", arguments: [481, 408])
    func lost(status: Int) {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        _ = Self.establish(
            &bench, &caller, ["Supported: timer", "Allow: UPDATE", "Session-Expires: 100;refresher=uas"])
        bench.wait(.seconds(50))
        Self.reply(&bench, status)
        #expect(bench.methods == [.update, .bye] && bench.ends.map(\.reason) == [.dialogLost])
        bench.settle()
    }

    @Test("A refresh that is not answered ends the call")
    func unanswered() {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        _ = Self.establish(
            &bench, &caller, ["Supported: timer", "Allow: UPDATE", "Session-Expires: 600;refresher=uas"])
        bench.wait(.seconds(300 + 32))
        #expect(bench.methods.last == .bye && bench.ends.map(\.reason) == [.dialogLost])
        bench.settle()
    }

    @Test("A refresh that crosses the peer's INVITE is tried again within 2 s; the peer's gets 491")
    func glare() {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        _ = Self.establish(&bench, &caller, ["Supported: timer", "Session-Expires: 100;refresher=uas"])
        bench.wait(.seconds(50))
        #expect(bench.methods == [.invite])
        bench.receive(caller.next("INVITE", body: Caller.offer(version: 2)))
        #expect(bench.responses.last?.status == 491)
        Self.reply(&bench, 491)
        #expect(bench.methods == [.invite, .ack])
        bench.wait(.seconds(2))
        #expect(bench.methods.prefix(3) == [.invite, .ack, .invite])
        #expect(bench.requests.last?.cSeq.number == 2)
        Self.reply(
            &bench, 200, fields: [("Session-Expires", "100;refresher=uac")], body: Caller.offer(payloads: "0"))
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("A 422 raises the interval; a 501 turns to re-INVITE")
    func raised() {
        var bench = Bench(Self.forEver)
        var caller = Caller()
        _ = Self.establish(
            &bench, &caller, ["Supported: timer", "Allow: UPDATE", "Session-Expires: 100;refresher=uas"])
        bench.wait(.seconds(50))
        Self.reply(&bench, 422, fields: [("Min-SE", "200")])
        #expect(bench.methods == [.update, .update])
        #expect(bench.requests.last?.value(.sessionExpires)?.description == "200;refresher=uac")
        Self.reply(&bench, 501)
        #expect(bench.methods.last == .invite)
        bench.receive(caller.next("BYE"))
        // The INVITE that is under way is given up.
        Self.reply(&bench, 100)
        #expect(bench.methods.last == .cancel)
        bench.settle()
    }

    @Test("Without session timers Supported does not say so, and Require: timer gets 420")
    func off() {
        var bench = Bench { $0.sessionTimers = nil }
        var caller = Caller()
        bench.receive(caller.invite(headers: ["Require: timer", "Session-Expires: 90"]))
        #expect(bench.responses.last?.status == 420)
        bench.settle()
        var other = Bench { $0.sessionTimers = nil }
        var peer = Caller()
        let answer = Self.establish(&other, &peer, ["Supported: timer", "Session-Expires: 90"])
        #expect(answer?.field(.sessionExpires) == nil && answer?.field(.supported) == "100rel, replaces")
        other.receive(peer.next("BYE"))
        other.settle()
    }
}
