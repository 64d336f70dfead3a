import SIP
import Testing

@testable import UserAgent

@Suite("Replaces (RFC 3891)")
struct ReplacesTests {
    private static func field(_ caller: Caller, _ more: String = "") -> [String] {
        ["Replaces: \(caller.callID);to-tag=\(caller.toTag ?? "none");from-tag=\(caller.fromTag)\(more)"]
    }

    private static var second: Caller {
        var caller = Caller()
        caller.callID = "second"
        caller.fromTag = "second"
        return caller
    }

    @Test("The new call is answered at once, and the replaced one gets a BYE")
    func replaced() {
        var bench = Bench { $0.maximumCalls = 1 }
        var first = Caller()
        bench.establish(&first)
        var second = Self.second
        bench.receive(second.invite(headers: Self.field(first)))
        #expect(bench.responses.last?.status == 200)
        second.learn(from: bench.responses.last)
        #expect(bench.methods == [.bye] && bench.requests.last?.callID.description == first.callID)
        #expect(bench.ends.map(\.reason) == [.replaced])
        bench.receive(second.ack())
        #expect(bench.core.statistics.active == 1)
        bench.receive(second.next("BYE"))
        bench.settle()
    }

    @Test("A dialog that is not there gets 481, early-only of one that is confirmed 486, a malformed field 400")
    func refused() {
        var bench = Bench()
        var first = Caller()
        bench.establish(&first)
        let cases = [
            (["Replaces: nowhere;to-tag=1;from-tag=2"], 481), (Self.field(first, ";early-only"), 486),
            (["Replaces: \(first.callID)"], 400), (Self.field(first) + Self.field(first), 400),
        ]
        for (index, (headers, status)) in cases.enumerated() {
            var other = Self.second
            other.callID = "other\(index)"
            other.branch = 10 * index
            bench.receive(other.invite(headers: headers))
            #expect(bench.responses.last?.status == status, "\(headers)")
        }
        #expect(bench.core.statistics.active == 1)
        bench.receive(first.next("BYE"))
        bench.settle()
    }

    @Test("A call that rings cannot be replaced")
    func early() {
        var bench = Bench()
        var first = Caller()
        bench.receive(first.invite())
        first.learn(from: bench.responses.last)
        var second = Self.second
        bench.receive(second.invite(headers: Self.field(first)))
        #expect(bench.responses.last?.status == 481 && bench.core.statistics.ringing == 1)
        bench.settle()
    }
}
