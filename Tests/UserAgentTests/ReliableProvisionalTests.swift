import Audio
import Media
import SIP
import Testing

@testable import UserAgent

@Suite("Reliable provisional responses (RFC 3262)")
struct ReliableProvisionalCallTests {
    private static let require = ["Require: 100rel"]

    /// The RAck of a response to the caller's first INVITE.
    private static func rack(_ response: Response?, method: String = "INVITE") -> [String] {
        ["RAck: \(response?.field(.rSeq) ?? "none") 1 \(method)"]
    }

    @Test("Demanded, the 180 has an RSeq and Require; the 200 waits for its PRACK")
    func demanded() throws {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: Self.require))
        let ringing = try #require(bench.responses.last)
        #expect(ringing.status == 180 && ringing.field(.require) == "100rel")
        let number = try #require(ringing.numericValue(.rSeq))
        #expect((1...0x7FFF_FFFF).contains(number))
        caller.learn(from: ringing)
        bench.wait(.seconds(2))
        #expect(!bench.statuses.contains(200))
        bench.receive(caller.next("PRACK", headers: Self.rack(ringing)))
        #expect(bench.statuses.suffix(2).sorted() == [200, 200])
        #expect(bench.responses.filter { $0.cSeq.method == .invite }.last?.status == 200)
        bench.receive(caller.request("ACK", sequence: 1))
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("Acknowledged at once, the call is answered after the delay as any other")
    func inTime() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: Self.require))
        caller.learn(from: bench.responses.last)
        bench.receive(caller.next("PRACK", headers: Self.rack(bench.responses.last)))
        bench.forget()
        bench.wait(.milliseconds(999))
        #expect(bench.statuses.isEmpty)
        bench.wait(.milliseconds(1))
        #expect(bench.statuses == [200])
        bench.receive(caller.request("ACK", sequence: 1))
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("Only offered, the 180 is an ordinary one", arguments: ["Supported: 100rel", "X-Nothing: 1"])
    func offered(header: String) {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: [header]))
        #expect(bench.responses.last?.status == 180 && bench.responses.last?.field(.rSeq) == nil)
        bench.settle()
    }

    @Test("Without a PRACK it is repeated at doubling intervals without T2, and after 32 s the INVITE gets 504")
    func unacknowledged() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: Self.require))
        bench.wait(.seconds(40))
        let times = bench.times(of: 180).map { $0 - bench.times(of: 100)[0] }
        #expect(times == [.zero] + [0.5, 1.5, 3.5, 7.5, 15.5, 31.5].map { Duration.seconds($0) })
        #expect(bench.times(of: 504).first == .seconds(32))
        #expect(bench.ends.map(\.reason) == [.noProvisionalAcknowledgement])
        bench.settle()
    }

    @Test(
        "A PRACK for another response, or without a RAck, is refused",
        arguments: [("RAck: 7 1 INVITE", 481), ("X: 1", 400)])
    func wrong(header: String, status: Int) {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: Self.require))
        caller.learn(from: bench.responses.last)
        bench.receive(caller.next("PRACK", headers: [header]))
        #expect(bench.responses.last?.status == status)
        bench.settle()
    }

    @Test("Without an offer in the INVITE the 180 makes it, the PRACK answers, and the 200 has no body")
    func lateOffer() throws {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite("", headers: Self.require))
        let ringing = try #require(bench.responses.last)
        #expect(ringing.text.contains("m=audio"))
        caller.learn(from: ringing)
        bench.receive(caller.next("PRACK", headers: Self.rack(ringing), body: Caller.offer(payloads: "8")))
        bench.wait(.seconds(1))
        let answered = try #require(bench.responses.last)
        #expect(answered.status == 200 && answered.body.isEmpty && answered.field(.allow) != nil)
        #expect(bench.media.opened.first?.format.codec == .pcma)
        bench.receive(caller.request("ACK", sequence: 1))
        #expect(bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("A PRACK whose answer cannot be used is refused and may come again")
    func badAnswer() throws {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite("", headers: Self.require))
        let ringing = try #require(bench.responses.last)
        caller.learn(from: ringing)
        bench.receive(caller.next("PRACK", headers: Self.rack(ringing), body: Caller.offer(payloads: "18")))
        #expect(bench.responses.last?.status == 488)
        bench.receive(caller.next("PRACK", headers: Self.rack(ringing), body: Caller.offer()))
        #expect(bench.responses.last?.status == 200)
        bench.receive(caller.cancel())
        bench.settle()
    }

    @Test("A call that is cancelled before its PRACK ends as any other")
    func cancelled() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite(headers: Self.require))
        bench.receive(caller.cancel())
        #expect(bench.statuses.suffix(2).sorted() == [200, 487])
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.cancelled])
    }
}
