import Networking
import SIP
import Testing

@testable import UserAgent

@Suite("The edge: who is served, and what is sent to strangers")
struct EdgeTests {
    private static func bench(_ configure: (inout UserAgentConfiguration) -> Void = { _ in }) -> Bench {
        Bench {
            $0.edge = EdgeConfiguration()
            $0.autoAnswerDelay = .zero
            configure(&$0)
        }
    }

    /// A caller of its own dialog.
    private static func caller(_ number: Int) -> Caller {
        var caller = Caller()
        caller.callID = "edge-\(number)"
        caller.fromTag = "edge\(number)"
        return caller
    }

    private static func source(_ host: String) -> TransportAddress {
        TransportAddress(.udp, .test(host), port: 5070, flow: 1)
    }

    // MARK: The limit

    @Test("Beyond the limit: 503 with Retry-After, then silence; another source still calls")
    func limited() {
        var bench = Self.bench {
            $0.edge.burst = 3
            $0.edge.newRequestsPerSecond = 1
        }
        for number in 0..<20 {
            var caller = Self.caller(number)
            bench.receive(caller.request("OPTIONS"))
        }
        #expect(bench.statuses == [200, 200, 200] + Array(repeating: 503, count: 5))
        #expect(bench.responses.last?.field(.retryAfter) == "10")
        #expect(bench.core.transactions.count == 3)
        #expect(bench.told == [.limited(source: TransportAddress.caller.address)])
        var other = Self.caller(100)
        other.host = "192.0.2.77:5070"
        bench.forget()
        bench.establish(&other, from: Self.source("192.0.2.77"))
        #expect(bench.statuses == [180, 200])
        bench.wait(.seconds(60))
        let source = TransportAddress.caller.address
        #expect(bench.told.last == .limitedSince(source: source, refused: 5, silent: 12, isOver: true))
        bench.settle()
    }

    @Test("Repetitions, ACKs, requests in a call, its CANCEL and responses are not limited")
    func exempt() {
        var bench = Self.bench {
            $0.edge.burst = 1
            $0.edge.newRequestsPerSecond = 1
            $0.autoAnswerDelay = .seconds(1)
            $0.toneDuration = nil
        }
        var caller = Self.caller(1)
        let invite = caller.invite()
        for _ in 0..<10 { bench.receive(invite) }
        #expect(bench.statuses == [100] + Array(repeating: 180, count: 10))
        bench.wait(.milliseconds(1000))
        caller.learn(from: bench.responses.last)
        for _ in 0..<10 { bench.receive(caller.ack()) }
        bench.forget()
        for _ in 0..<10 { bench.receive(caller.next("OPTIONS")) }
        bench.receive(caller.next("BYE"))
        #expect(bench.statuses == Array(repeating: 200, count: 11))
        bench.settle()
        var second = Self.caller(2)
        bench.receive(second.invite())
        bench.receive(second.cancel())
        #expect(bench.statuses.suffix(2) == [200, 487])
        #expect(bench.core.edge.statistics.limited == 0)
        bench.settle()
    }

    @Test(
        "Repeated requests and requests in a call are answered, but not without end",
        arguments: ["repeated", "in call"])
    func answersBounded(_ kind: String) {
        var bench = Self.bench { $0.toneDuration = nil }
        var caller = Self.caller(1)
        bench.establish(&caller)
        bench.forget()
        let victim = Self.source("192.0.2.66")
        // In the name of another: the branch or the tag is all that it takes.
        let request = caller.next("OPTIONS")
        for _ in 0..<5_000 {
            bench.receive(kind == "repeated" ? request : caller.next("OPTIONS"), from: victim)
        }
        #expect(bench.statuses.count == 400)
        #expect(bench.told == [.limited(source: victim.address)])
        bench.wait(.seconds(1))
        bench.forget()
        for _ in 0..<1_000 { bench.receive(caller.next("OPTIONS"), from: victim) }
        #expect(bench.statuses.count == 200)
        // The caller's own requests have their own budget.
        bench.receive(caller.next("BYE"))
        #expect(bench.statuses.last == 200 && bench.ends.count == 1)
        bench.settle()
    }

    @Test("A To tag of no dialog, an unknown method, and what cannot be read count as new")
    func counted() {
        var bench = Self.bench {
            $0.edge.burst = 3
            $0.edge.newRequestsPerSecond = 1
        }
        var caller = Self.caller(1)
        caller.toTag = "none"
        bench.receive(caller.next("BYE"))
        bench.receive(caller.request("NONSENSE"))
        let whole = String(decoding: caller.request("OPTIONS"), as: UTF8.self)
        let broken = Array(whole.replacing("Content-Length: 0", with: "Content-Length: 99").utf8)
        for _ in 0..<10 { bench.receive(broken) }
        #expect(bench.statuses == [481, 501, 400])
        bench.settle()
    }

    @Test("A scanner hears nothing")
    func scanner() {
        var bench = Self.bench()
        var caller = Self.caller(1)
        bench.receive(caller.request("OPTIONS", headers: ["User-Agent: friendly-scanner"]))
        bench.receive(caller.invite(headers: ["User-Agent: friendly-scanner"]))
        #expect(bench.sent.isEmpty && bench.core.transactions.count == 0 && bench.core.statistics.total == 0)
        #expect(bench.told.count == 1 && bench.core.edge.statistics.scannersDropped == 2)
        bench.settle()
    }

    @Test("Without a transaction left: 503, at a bounded rate, and one line a minute")
    func overCapacity() {
        var bench = Self.bench {
            $0.edge.maximumTransactions = 2
            $0.edge.newRequestsPerSecond = 0
        }
        for number in 0..<1000 {
            var caller = Self.caller(number)
            bench.receive(caller.request("OPTIONS"))
        }
        #expect(bench.statuses == [200, 200] + Array(repeating: 503, count: 400))
        #expect(bench.responses.last?.field(.retryAfter) == "10")
        #expect(bench.told == [.overCapacity(.transactions, source: TransportAddress.caller.address)])
        #expect(bench.core.edge.statistics.overCapacity == 998)
        bench.settle()
    }

    @Test("Connections that are turned away are counted, and told once a minute")
    func connections() {
        var bench = Self.bench()
        for _ in 0..<50 { bench.turnAway(.connectionsOfSource) }
        bench.turnAway(.halfOpenConnections)
        #expect(bench.told.count == 2 && bench.core.edge.statistics.connectionsRefused == 51)
        bench.wait(.seconds(61))
        bench.turnAway(.connectionsOfSource)
        #expect(bench.told.count == 3)
    }

    // MARK: No amplification

    @Test("One call of a stranger on a line that loses all ACKs is repeated as ever")
    func lossy() {
        var bench = Self.bench()
        var caller = Self.caller(1)
        bench.answer(&caller)
        bench.settle()
        #expect(bench.times(of: 200).count == 11)
        #expect(bench.core.edge.statistics.repeatsSkipped == 0)
    }

    @Test("Many forged INVITEs from one address: what time repeats there is bounded")
    func forged() {
        var bench = Self.bench { $0.maximumCalls = 1000 }
        for number in 0..<200 {
            var caller = Self.caller(number)
            bench.receive(caller.invite())
        }
        let first = bench.octets
        bench.forget()
        bench.settle()
        // 10 repetitions of each 200 are 2,000 messages and more than 1 MB.
        let repeated = bench.octets
        #expect(first > 0)
        #expect(bench.core.edge.statistics.repeatsSkipped > 1_800)
        // The first BYE of each call is no repetition.
        #expect(repeated < 24_000 + 64 * 2_000 + 200 * 600, "\(repeated) octets were repeated, \(first) sent at first")
    }

    @Test("Refusals that nobody acknowledges, and requests of ours that nobody answers, are bounded likewise")
    func forgedRefused() {
        var bench = Self.bench { $0.maximumCalls = 1000 }
        for number in 0..<100 {
            var caller = Self.caller(number)
            bench.receive(caller.invite(Caller.offer(payloads: "18")))
        }
        #expect(bench.times(of: 488).count == 100)
        bench.forget()
        bench.settle()
        // Timer G would repeat each ten times.
        #expect(!bench.sent.isEmpty && bench.octets < 24_000 + 32 * 2_000)
        #expect(bench.core.edge.statistics.repeatsSkipped > 700)

        bench = Self.bench { $0.maximumCalls = 1000 }
        bench.answersBye = false
        for number in 0..<100 {
            var caller = Self.caller(number)
            bench.receive(caller.invite())
        }
        bench.wait(.seconds(32))
        #expect(bench.methods.filter { $0 == .bye }.count == 100)
        bench.forget()
        bench.settle()
        // Timer E would repeat each BYE ten times.
        #expect(!bench.requests.isEmpty && bench.octets < 24_000 + 32 * 2_000)
    }

    @Test("Forged INVITEs from everywhere: all repetitions together are bounded")
    func forgedEverywhere() {
        var bench = Self.bench { $0.maximumCalls = 30_000 }
        for number in 0..<3_000 {
            var caller = Self.caller(number)
            caller.host = "10.1.\(number / 250).\(number % 250 + 1):5070"
            caller.contact = "<sip:alice@\(caller.host)>"
            bench.receive(caller.invite(), from: Self.source(String(caller.host.dropLast(5))))
        }
        bench.forget()
        bench.wait(.seconds(31))
        #expect(bench.octets <= 512_000 + 31 * 128_000)
        #expect(bench.core.edge.statistics.repeatsSkipped > 10_000)
        bench.settle()
    }

    @Test("A peer that has acknowledged once is repeated to without a bound")
    func proved() {
        var bench = Self.bench { $0.maximumCalls = 1000 }
        var first = Self.caller(1000)
        bench.establish(&first)
        for number in 0..<100 {
            var caller = Self.caller(number)
            bench.receive(caller.invite())
        }
        bench.settle()
        #expect(bench.times(of: 200).count == 1 + 100 * 11)
        #expect(bench.core.edge.statistics.repeatsSkipped == 0)
    }

    @Test("Forged calls leave a quarter of the calls to those who are known")
    func reserve() {
        var bench = Self.bench { $0.toneDuration = nil }
        var known = Self.caller(1000)
        bench.establish(&known)
        for number in 0..<200 {
            var caller = Self.caller(number)
            caller.host = "10.1.0.\(number):5070"
            bench.receive(caller.invite(), from: Self.source("10.1.0.\(number)"))
        }
        #expect(bench.core.statistics.active == 76 && bench.core.statistics.refused == 125)
        var second = Self.caller(1001)
        bench.establish(&second)
        #expect(bench.statuses.last == 200)
        bench.receive(second.next("BYE"))
        // Forged calls end without an ACK, and make room again.
        bench.wait(.seconds(40))
        var stranger = Self.caller(1002)
        bench.establish(&stranger, from: Self.source("10.2.0.1"))
        #expect(bench.statuses.last == 200)
        bench.receive(stranger.next("BYE"), from: Self.source("10.2.0.1"))
        bench.receive(known.next("BYE"))
        bench.settle()
    }

    @Test("A re-INVITE and its ACK that are forged prove nothing, though they have our tag")
    func forgedReinvite() {
        var bench = Self.bench { $0.toneDuration = nil }
        let victim = Self.source("192.0.2.66")
        var caller = Self.caller(1)
        bench.establish(&caller)
        caller.sequence += 1
        bench.receive(caller.invite(Caller.offer(host: "192.0.2.66", version: 2)), from: victim)
        bench.receive(caller.ack(), from: victim)
        #expect(bench.core.edge.isKnown(.caller) && !bench.core.edge.isKnown(victim))
        // The tone that goes there is one of the few that are believed.
        #expect(bench.core.callsByMediaAddress == [victim.address: 1])
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("An ACK proves the address to which the 200 was sent, not the one that it claims to be from")
    func forgedAcknowledgement() {
        var bench = Self.bench()
        var caller = Self.caller(1)
        caller.viaParameters = ";maddr=192.0.2.66"
        bench.establish(&caller)
        #expect(!bench.core.edge.isKnown(.caller))
        #expect(bench.core.edge.isKnown(Self.source("192.0.2.66")))
        // An ACK without our tag proves nothing.
        var other = Self.caller(2)
        bench.receive(other.invite(), from: Self.source("192.0.2.67"))
        other.toTag = "guessed"
        bench.receive(other.ack(), from: Self.source("192.0.2.67"))
        #expect(!bench.core.edge.isKnown(Self.source("192.0.2.67")))
        bench.settle()
    }
}

extension Bench {
    /// The octets of all that was sent.
    var octets: Int {
        sent.reduce(0) { sum, one in
            switch one.message {
            case .request(let request): sum + request.bytes.count
            case .response(let response): sum + response.bytes.count
            }
        }
    }

    /// The transports turn a connection away.
    mutating func turnAway(_ capacity: EdgeEvent.Capacity) {
        core.connectionRefused(capacity, from: TransportAddress.caller.address, now: now)
        oversleep(.zero)
    }
}
