import CLinux
import Networking
import Testing

@testable import Media

@Suite("Ports that stay open from one call to another")
struct KeptPortsTests {
    /// Of the ports. It stands still unless a test moves it: then all calls come within a second, and the ports of all are
    /// kept but of those that come first.
    private let clock = ManualClock()
    /// How long kept ports rest.
    private let rest = Duration.milliseconds(500)

    private func rig(_ adjust: (inout MediaEngineConfiguration) -> Void = { _ in }) throws -> Rig {
        try Rig {
            $0.portClock = { [clock] in clock.now }
            adjust(&$0)
        }
    }

    /// Calls one after the other, as fast as can be, all of which have given their ports back.
    ///
    /// - Returns: the sockets of RTP, and their ports.
    private func call(_ rig: Rig, _ peer: Peer, times: Int = 200) throws -> [UInt64: SocketAddress] {
        var sockets: [UInt64: SocketAddress] = [:]
        var last: MediaSessionID?
        for _ in 0..<times {
            let session = try rig.open(.nothing, to: peer)
            sockets[BoundSocket.identity(session.ports.rtpDescriptor)] = session.ports.rtp
            rig.engine.close(session.id)
            last = session.id
        }
        if let last { #expect(rig.log.closed(last) != nil) }
        return sockets
    }

    /// The next ports, which were a call's before.
    private func takeOver(_ rig: Rig, _ sockets: [UInt64: SocketAddress]) throws -> MediaPorts {
        clock.advance(by: rest)
        let ports = try rig.ports()
        #expect(sockets[BoundSocket.identity(ports.rtpDescriptor)] == ports.rtp)
        return ports
    }

    @Test("A later call takes them over, and nothing that came between two calls is seen by either")
    func takenOver() throws {
        let rig = try rig()
        let (peer, stranger) = (try Peer(), try Peer())
        let sockets = try call(rig, peer)
        for address in sockets.values {
            for _ in 0..<20 { try stranger.sendRTP(to: address) }
        }
        let ports = try takeOver(rig, sockets)
        let id = rig.engine.open(ports, Rig.parameters(.echo, remote: peer.address))
        for _ in 0..<30 {
            try peer.sendRTP(to: ports.rtp)
            #expect(peer.receive() != nil)
        }
        rig.engine.close(id)
        let report = try #require(rig.log.closed(id))
        #expect(report.received.packets == 30)
        #expect(report.rejected == RejectedPackets())
    }

    @Test("What comes to them between two calls does not pile up, and is counted")
    func strays() throws {
        let rig = try rig { $0.ports = 23060...23199 }
        let (peer, stranger) = (try Peer(), try Peer())
        var last: MediaPorts?
        for _ in 0..<50 {
            let session = try rig.open(.nothing, to: peer)
            last = session.ports
            rig.engine.close(session.id)
            #expect(rig.log.closed(session.id) != nil)
        }
        // With the fiftieth call they are many enough.
        let ports = try #require(last)
        for _ in 0..<20 {
            try stranger.sendRTP(to: ports.rtp)
            try stranger.send([1], to: ports.rtcp)
            try stranger.send([], to: ports.rtcp)
        }
        try rig.finishTurn()
        #expect(!clinux_media_any_waits(ports.rtpDescriptor, ports.rtcpDescriptor))
        #expect(rig.engine.statistics().ports.strays == 60)
        // Also what the worker has not come to when a call takes them over.
        clock.advance(by: rest)
        let taken = try rig.whileStalled {
            for _ in 0..<20 { try stranger.sendRTP(to: ports.rtp) }
            return try rig.ports()
        }
        #expect(taken.rtp == ports.rtp)
        #expect(rig.engine.statistics().ports.strays == 80)
    }

    @Test("What comes to ports whose call is still to begin keeps no worker busy, and is the call's")
    func early() throws {
        let rig = try rig()
        let peer = try Peer()
        let ports = try takeOver(rig, call(rig, peer))
        #expect(BoundSocket.isWatched(ports.rtpDescriptor))
        try peer.sendRTP(to: ports.rtp)
        try rig.finishTurn()
        #expect(!BoundSocket.isWatched(ports.rtpDescriptor))
        let id = rig.engine.open(ports, Rig.parameters(.echo, remote: peer.address))
        for _ in 0..<30 {
            #expect(peer.receive() != nil)
            try peer.sendRTP(to: ports.rtp)
        }
        #expect(peer.receive() != nil)
        rig.engine.close(id)
        #expect(rig.log.closed(id)?.received.packets == 31)
    }

    @Test("They serve calls of every worker, whichever had them before")
    func severalWorkers() throws {
        let rig = try Rig(workers: 3) { $0.ports = 23300...23500 }
        let peer = try Peer()
        var (calls, echoed, again) = (0, 0, 0)
        var seen: Set<UInt64> = []
        let deadline = SystemClock.monotonicNanoseconds + 20_000_000_000
        while again < 400, SystemClock.monotonicNanoseconds < deadline {
            // Some stay for others, so that the least busy worker is not always the one that had the ports.
            var open: [MediaSessionID] = []
            for _ in 0..<7 {
                let session = try rig.open(.echo, to: peer)
                if !seen.insert(BoundSocket.identity(session.ports.rtpDescriptor)).inserted { again += 1 }
                try peer.sendRTP(to: session.ports.rtp)
                if peer.receive() != nil { echoed += 1 }
                calls += 1
                open.append(session.id)
            }
            for id in open { rig.engine.close(id) }
            for id in open { #expect(rig.log.closed(id)?.received.packets == 1) }
        }
        #expect(again >= 400)
        #expect(rig.engine.statistics().workers.allSatisfy { $0.sessions == 0 })
        #expect(echoed == calls)
    }

    @Test("Where no call comes for them they are closed, and anybody can bind them")
    func givenUp() throws {
        let rig = try rig()
        let peer = try Peer()
        let other = try rig.open(.nothing, to: peer)
        let sockets = try call(rig, peer)
        let kept = BoundSocket.identities.intersection(sockets.keys)
        #expect(kept.count > 150)
        clock.advance(by: .seconds(2))
        // The worker looks for them whenever it has told anything, and closes some.
        for count in 1...kept.count where !BoundSocket.identities.isDisjoint(with: kept) {
            rig.engine.requestReport(other.id)
            #expect(rig.log.report(other.id, count: count) != nil)
        }
        #expect(BoundSocket.identities.isDisjoint(with: kept))
        // They have rested meanwhile.
        let ports = rig.engine.statistics().ports
        #expect(ports.inUse == 1 && ports.resting == 0)
    }

    @Test("They stand in nobody's way: when the range is used up, calls at another address get them at once")
    func exhausted() throws {
        let rig = try rig { $0.ports = 23600...23800 }
        let peer = try Peer()
        _ = try call(rig, peer, times: 90)
        clock.advance(by: rest)
        var others: [MediaPorts] = []
        for _ in 0..<100 { others.append(try rig.engine.reservePorts(on: .loopback(.ipv6))) }
        #expect(rig.engine.statistics().ports.inUse == 100)
    }
}
