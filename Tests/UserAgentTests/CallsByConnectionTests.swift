import SIP
import Testing

@testable import UserAgent

@Suite("Calls by connection: what breaks costs its own calls")
struct CallsByConnectionTests {
    private static func connection(_ flow: UInt64) -> TransportAddress {
        TransportAddress(.tcp, .test("198.51.100.7"), port: 40_000 + UInt16(flow), flow: flow)
    }

    /// Calls that are up, each from a source of its own.
    private func bench(_ sources: [TransportAddress]) -> Bench {
        var bench = Bench { $0.toneDuration = .seconds(60) }
        for (number, source) in sources.enumerated() {
            var caller = Caller(
                callID: "call-\(number)", fromTag: "tag\(number)", transport: source.transport == .udp ? "UDP" : "TCP")
            bench.establish(&caller, from: source)
        }
        return bench
    }

    @Test("a connection that breaks leads to its own calls only, and those of datagrams are not looked at")
    func own() {
        let sources = [Self.connection(7), Self.connection(8), .caller, Self.connection(7), .caller, .caller]
        var bench = bench(sources)
        #expect(bench.core.callsByConnection.calls.mapValues(\.count) == [7: 2, 8: 1])
        // The listener of the datagrams has a number too, which is that of no connection.
        bench.breakConnection(Self.connection(TransportAddress.caller.flow))
        #expect(bench.core.calls.values.allSatisfy { $0.lostFlow == nil })
        bench.breakConnection(Self.connection(7))
        #expect(bench.core.calls.values.count { $0.lostFlow == 7 } == 2)
        #expect(bench.core.calls.values.count { $0.lostFlow != nil } == 2)
        #expect(bench.core.callsByConnection.calls.keys.elementsEqual([8]))
        bench.settle()
    }

    @Test("a call that goes over to another connection is lost with that one, not with the first")
    func another() throws {
        for broken: UInt64 in [7, 8] {
            var bench = Bench { $0.toneDuration = .seconds(5) }
            var caller = Caller(transport: "TCP")
            bench.establish(&caller, from: Self.connection(7))
            bench.receive(caller.next("INVITE", body: Caller.offer(version: 2)), from: Self.connection(8))
            bench.receive(caller.ack(), from: Self.connection(8))
            bench.breakConnection(Self.connection(broken))
            bench.wait(.seconds(6))
            let bye = try #require(bench.sent.last { if case .request = $0.message { true } else { false } })
            let contact = TransportAddress(.tcp, .test("198.51.100.7"), port: 5070)
            #expect(bye.peer == (broken == 8 ? contact : Self.connection(8)))
            bench.settle()
        }
    }

    @Test("calls that end on a connection that stays leave nothing behind")
    func ended() {
        var bench = bench([])
        for number in 0..<20 {
            var caller = Caller(callID: "call-\(number)", transport: "TCP")
            bench.establish(&caller, from: .connected)
            bench.receive(caller.next("BYE"), from: .connected)
        }
        #expect(bench.core.callsByConnection.calls.isEmpty)
        bench.settle()
    }
}
