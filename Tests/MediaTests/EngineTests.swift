import Glibc
import Networking
import Testing

@testable import Media

@Suite("MediaEngine")
struct EngineTests {
    @Test("Ports are pairs of the range, bound when they are asked for, free again when nobody holds them")
    func ports() throws {
        let rig = try Rig {
            $0.ports = 21000...21009
            $0.portRest = .zero
        }
        var held: [MediaPorts] = []
        while let ports = try? rig.ports() { held.append(ports) }
        #expect((1...5).contains(held.count))
        for ports in held {
            #expect(ports.rtp.port % 2 == 0 && (21000...21008).contains(ports.rtp.port))
            #expect(ports.rtcp == ports.rtp.with(port: ports.rtp.port + 1))
            #expect(throws: SystemError.self) { try Peer(port: ports.rtp.port) }
        }
        #expect(rig.engine.statistics().ports.inUse == held.count)
        let freed = held.removeLast().rtp.port
        #expect(rig.engine.statistics().ports.inUse == held.count)
        let again = try rig.ports()
        #expect(again.rtp.port == freed)
    }

    @Test("Without a free pair the error says how the pool stands")
    func exhaustion() throws {
        let clock = ManualClock()
        let rig = try Rig {
            $0.ports = 22000...22003
            $0.portRest = .seconds(1000)
            $0.portClock = { clock.now }
        }
        var held = try [rig.ports(), rig.ports()]
        #expect(throws: MediaPortError.self) { try rig.ports() }
        held.removeAll()
        clock.advance(by: .milliseconds(49))
        do {
            _ = try rig.ports()
            Issue.record("the pairs have not rested")
        } catch let error as MediaPortError {
            guard case .exhausted(let pool) = error else { throw error }
            #expect(pool.pairs == 2 && pool.inUse == 0 && pool.resting == 2 && pool.exhausted == 2)
            #expect(error.description.contains("2 freed just now"))
        }
        // No call is refused for the rest of the thousand seconds.
        clock.advance(by: .milliseconds(1))
        _ = try rig.ports()
    }

    @Test("A pair of which somebody else has a port is passed over", arguments: [0, 1] as [UInt16])
    func taken(offset: UInt16) throws {
        let rig = try Rig { $0.ports = 23000 + 10 * offset...23003 + 10 * offset }
        let other = try Peer(port: 23000 + 10 * offset + offset)
        let ports = try rig.ports()
        #expect(ports.rtp.port == 23002 + 10 * offset)
        #expect(throws: MediaPortError.self) { try rig.ports() }
        #expect(rig.engine.statistics().ports.skipped >= 1)
        #expect(other.address.port != 0)
    }

    @Test("An address that is not ours is an error of the system, and costs no ports")
    func foreignAddress() throws {
        let rig = try Rig()
        let foreign = SocketAddress(ipv4: 0xC000_0201, port: 0)
        #expect(throws: MediaPortError.self) { try rig.engine.reservePorts(on: foreign) }
        #expect(rig.engine.statistics().ports.inUse == 0)
    }

    @Test("Sessions are spread over the workers, and every worker answers")
    func workers() throws {
        let rig = try Rig(workers: 3)
        let peer = try Peer()
        for _ in 0..<9 { _ = try rig.open(.nothing, to: peer) }
        let answers = Locked<Set<Int>>([])
        let answered = try EventDescriptor()
        rig.engine.ping { index in
            answers.withLock { _ = $0.insert(index) }
            answered.signal()
        }
        for _ in 0..<3 where answers.withLock({ $0.count }) < 3 {
            wait(for: answered)
            answered.clear()
        }
        #expect(answers.withLock { $0 } == [0, 1, 2])
        rig.engine.shutDown()
        #expect(rig.log.all.filter { if case .closed = $0 { true } else { false } }.count == 9)
    }

    @Test("The end of the engine ends every session with its report; what comes later does nothing")
    func shutDown() throws {
        let rig = try Rig()
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive() != nil)
        rig.engine.shutDown()
        #expect(rig.log.closed(session.id)?.received.packets == 1)
        rig.engine.close(session.id)
        rig.engine.update(session.id, Rig.parameters(.echo, remote: peer.address))
        rig.engine.requestReport(session.id)
        rig.engine.shutDown()
        #expect(rig.log.all.filter { if case .closed = $0 { true } else { false } }.count == 1)
    }

    @Test("What is asked of a session that has ended does nothing, and its slot serves another")
    func staleNames() throws {
        let rig = try Rig()
        let peer = try Peer()
        let old = try rig.open(.echo, to: peer)
        rig.engine.close(old.id)
        rig.engine.close(old.id)
        #expect(rig.log.closed(old.id) != nil)
        let session = try rig.open(.echo, to: peer)
        #expect(session.id != old.id)
        rig.engine.close(old.id)
        rig.engine.update(old.id, Rig.parameters(.nothing, remote: nil))
        let payload = try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive()?.payload == payload)
    }

    @Test("Interval reports come by the configured time, each of its own packets")
    func intervals() throws {
        let rig = try Rig {
            $0.quality.interval = .milliseconds(50)
            $0.reportsIntervals = true
        }
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        try peer.sendRTP(to: session.ports.rtp)
        try peer.sendRTP(to: session.ports.rtp)
        func intervals() -> [MediaInterval] {
            rig.log.all.compactMap { if case .interval(session.id, let interval) = $0 { interval } else { nil } }
        }
        #expect(rig.log.first { _ in intervals().count >= 3 ? true : nil } == true)
        let all = intervals()
        #expect(all.reduce(0) { $0 + $1.packetsReceived } == 2)
        #expect(all.reduce(0) { $0 + $1.packetsSent } == 2)
        #expect(all.allSatisfy { $0.durationMilliseconds >= 1 })
        #expect(all.contains { $0.packetsReceived == 0 && $0.lossRatio == nil && $0.longestGapMilliseconds == nil })
    }

    @Test("A real-time priority is had or refused, and the figures say which")
    func realTime() throws {
        let rig = try Rig { $0.realTime = .always(priority: 10) }
        defer { rig.engine.shutDown() }
        switch rig.engine.statistics().workers[0].scheduling {
        case .realTime(let priority): #expect(priority == 10)
        case .realTimeWhilePacing: Issue.record("was not asked for")
        case .shared(_, _, let refusal): #expect(refusal == EPERM)
        }
    }

    @Test("All that is sent carries the code point of the configuration", arguments: [46, nil] as [UInt8?])
    func differentiatedServices(codePoint: UInt8?) throws {
        let rig = try Rig { $0.differentiatedServices = codePoint }
        for family in [SocketAddress.Family.ipv4, .ipv6] {
            let (peer, reports) = (try Peer(family), try Peer(family))
            for peer in [peer, reports] { try peer.watchTrafficClass() }
            let session = try rig.open(.silence, to: peer) {
                $0.sendsRTCP = true
                $0.remoteRTCP = reports.address
            }
            for _ in 0..<3 { #expect(peer.receiveTrafficClass() == Int32(codePoint ?? 0) << 2) }
            rig.engine.close(session.id)
            #expect(reports.receiveTrafficClass() == Int32(codePoint ?? 0) << 2)
        }
    }
}
