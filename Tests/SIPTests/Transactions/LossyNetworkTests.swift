import Testing

@testable import SIP

@Suite("Two transaction tables over a network that loses, repeats and reorders")
struct LossyNetworkTests {
    @Test("Every call ends on both sides, and no transaction is left behind", arguments: [1, 2] as [UInt64])
    func calls(seed: UInt64) throws {
        let network = SimulatedNetwork(loss: 0.1, duplication: 0.05, delay: 60, seed: seed)
        var simulation = SimulatedCalls(count: 10_000, network: network, seed: seed)
        try simulation.run()

        #expect(simulation.network.lost > 5_000)
        #expect(simulation.network.duplicated > 2_000)
        for (number, call) in simulation.calls.enumerated() {
            #expect(call.caller == .ended && call.callee == .ended, "call \(number) \(call.course)")
            #expect(!call.hasFailed, "call \(number) \(call.course)")
            switch call.course {
            case .callerHangsUp, .calleeHangsUp: #expect(call.wasAnswered)
            case .busy: #expect(!call.wasAnswered)
            case .cancelled: break
            }
        }
        for table in [simulation.caller, simulation.callee] {
            #expect(table.count == 0)
            #expect(table.pendingInvites == 0)
            #expect(table.nextDeadline == nil)
            #expect(table.counters.refused == 0)
            #expect(table.counters.merged == 0)
            #expect(table.counters.timeouts.total == 0)
            #expect(table.counters.retransmissionsSent.total > 1_000)
        }
        #expect(simulation.callee.counters.created[.serverInvite] == 10_000)
    }

    @Test("When nothing arrives every call ends with a timeout, and no transaction is left behind")
    func silence() throws {
        let network = SimulatedNetwork(loss: 1, duplication: 0, delay: 1, seed: 3)
        var simulation = SimulatedCalls(count: 100, network: network, seed: 3)
        try simulation.run()
        #expect(simulation.calls.allSatisfy { $0.caller == .ended && $0.callee == .new })
        #expect(simulation.caller.counters.timeouts[.clientInvite] == 100)
        #expect(simulation.caller.counters.retransmissionsSent[.clientInvite] == 600)
        #expect(simulation.caller.count == 0)
    }
}
