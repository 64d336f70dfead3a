import SIP
import Testing

@testable import UserAgent

@Suite("What is lost and comes again (RFC 3261 13.3.1.4, 17.2)")
struct RetransmissionTests {
    @Test("A repeated INVITE gets the last response again, and opens no other call")
    func repeatedInvite() {
        var bench = Bench()
        var caller = Caller()
        let invite = caller.invite()
        bench.receive(invite)
        bench.wait(.milliseconds(500))
        bench.receive(invite)
        #expect(bench.statuses == [100, 180, 180])
        bench.wait(.milliseconds(500))
        bench.receive(invite)
        #expect(bench.statuses == [100, 180, 180, 200])
        #expect(bench.core.statistics.total == 1)
        bench.settle()
    }

    @Test("The 200 is repeated from T1 to T2 until 64 T1; then a BYE", arguments: ["UDP", "TCP"])
    func withoutAcknowledgement(_ transport: String) {
        var bench = Bench { $0.autoAnswerDelay = .zero }
        var caller = Caller(transport: transport)
        bench.receive(caller.invite(), from: transport == "UDP" ? .caller : .connected)
        bench.settle()
        let expected: [Duration] =
            [.zero, .milliseconds(500), .milliseconds(1_500), .milliseconds(3_500)]
            + (0..<7).map { .milliseconds(7_500 + 4_000 * $0) }
        #expect(bench.times(of: 200) == expected)
        #expect(bench.times(of: .bye) == [.seconds(32)])
        #expect(bench.requests.first?.value(.reason)?.description.contains("no ACK") == true)
        #expect(bench.ends.map(\.reason) == [.noAcknowledgement] && bench.ends.first?.party == .network)
        #expect(bench.core.statistics.failed == 1)
    }

    @Test("The repeated 200s are the same octets")
    func sameOctets() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.wait(.seconds(4))
        let answers = bench.responses.filter { $0.status == 200 }
        #expect(answers.count == 4)
        #expect(answers.allSatisfy { $0.bytes == answers.first?.bytes })
        bench.settle()
    }

    @Test("The ACK stops the 200")
    func acknowledged() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.wait(.milliseconds(700))
        bench.receive(caller.ack())
        bench.wait(.seconds(20))
        #expect(bench.statuses == [100, 180, 200, 200])
        bench.settle()
    }

    @Test("A repeated ACK changes nothing")
    func repeatedAcknowledgement() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        let ack = caller.ack()
        for _ in 0..<3 { bench.receive(ack) }
        #expect(bench.statuses == [100, 180, 200] && bench.core.statistics.active == 1)
        bench.settle()
    }

    @Test("No BYE before the ACK: what is due waits for it (RFC 3261 15)")
    func noByeBeforeAcknowledgement() {
        var bench = Bench { $0.toneDuration = .seconds(2) }
        var caller = Caller()
        bench.answer(&caller)
        bench.wait(.seconds(5))
        #expect(bench.requests.isEmpty)
        bench.receive(caller.ack())
        #expect(bench.times(of: .bye) == [.seconds(6)])
        #expect(bench.ends.map(\.reason) == [.toneFinished])
        bench.settle()
    }

    @Test("The caller may hang up before its ACK")
    func byeBeforeAcknowledgement() {
        var bench = Bench()
        var caller = Caller()
        bench.answer(&caller)
        bench.receive(caller.next("BYE"))
        bench.forget()
        bench.wait(.seconds(10))
        #expect(bench.sent.isEmpty)
        bench.settle()
    }

    @Test("A repeated BYE is answered again, and ends nothing more")
    func repeatedBye() {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        let bye = caller.next("BYE")
        bench.receive(bye)
        bench.receive(bye)
        #expect(bench.statuses.suffix(2) == [200, 200] && bench.ends.count == 1)
        bench.settle()
    }

    @Test("An INVITE that comes a second way is a merged request: 482")
    func merged() {
        var bench = Bench()
        var caller = Caller()
        bench.receive(caller.invite())
        bench.receive(caller.invite())
        #expect(bench.statuses == [100, 180, 482] && bench.core.statistics.total == 1)
        bench.settle()
    }
}
