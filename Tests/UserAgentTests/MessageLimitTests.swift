import Audio
import SDP
import SIP
import Testing

@testable import UserAgent

@Suite("What the settings bound and choose of messages and offers")
struct MessageLimitTests {
    @Test("A message beyond the limits gets 513 or 413 and opens no call; one within them is served")
    func limits() {
        let cases: [(MessageLimits, Int)] = [
            (MessageLimits(messageBytes: 400), 513), (MessageLimits(headerCount: 5), 513),
            (MessageLimits(headerBytes: 150), 513), (MessageLimits(bodyBytes: 100), 413), (MessageLimits(), 180),
        ]
        for (limits, status) in cases {
            var bench = Bench { $0.messageLimits = limits }
            var caller = Caller()
            bench.receive(caller.invite(headers: ["X-Long: " + String(repeating: "x", count: 200)]))
            #expect(bench.responses.last?.status == status, "\(limits)")
            #expect(bench.core.statistics.total == (status == 180 ? 1 : 0))
            bench.settle()
        }
    }

    @Test("The caller's order of codecs decides, or ours", arguments: [(false, "0"), (true, "8")])
    func codecOrder(isOurs: Bool, first: String) {
        var bench = Bench {
            $0.codecs = [.pcma, .pcmu]
            $0.codecPreference = isOurs ? .ours : .peer
        }
        var caller = Caller()
        bench.answer(&caller, offer: Caller.offer(payloads: "0 8"))
        let line = bench.responses.last?.lines.first { $0.hasPrefix("m=audio") }
        #expect(line?.split(separator: " ").dropFirst(3).first == Substring(first))
        bench.receive(caller.ack())
        bench.receive(caller.next("BYE"))
        bench.settle()
    }
}
