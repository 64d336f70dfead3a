import Glibc
import Networking
import Testing

@testable import Media

@Suite("Ports that stay open from one call to another")
struct KeptPortsTests {
    private func receiveBuffer(_ descriptor: Int32) -> Int32 {
        var (value, size) = (Int32(0), socklen_t(4))
        getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &value, &size)
        return value
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

    /// The next ports that were a call's before: they have to rest, and after two seconds they are gone.
    private func takeOver(_ rig: Rig, _ sockets: [UInt64: SocketAddress]) throws -> MediaPorts? {
        let deadline = SystemClock.monotonicNanoseconds + 1_900_000_000
        while SystemClock.monotonicNanoseconds < deadline {
            let ports = try rig.ports()
            if sockets[BoundSocket.identity(ports.rtpDescriptor)] == ports.rtp { return ports }
            usleep(10_000)
        }
        return nil
    }

    @Test("A later call takes them over, and nothing that came between two calls is seen by either")
    func takenOver() throws {
        let rig = try Rig()
        let (peer, stranger) = (try Peer(), try Peer())
        let fresh = try rig.ports()
        let usual = receiveBuffer(fresh.rtpDescriptor)
        // On a machine that is stopped for seconds in between, another round may be needed.
        for _ in 0..<5 {
            let sockets = try call(rig, peer)
            for address in sockets.values {
                for _ in 0..<20 { try stranger.sendRTP(to: address) }
            }
            guard let ports = try takeOver(rig, sockets) else { continue }
            #expect(receiveBuffer(ports.rtpDescriptor) == usual)
            #expect(receiveBuffer(ports.rtcpDescriptor) == usual)
            let id = rig.engine.open(ports, Rig.parameters(.echo, remote: peer.address))
            for _ in 0..<30 {
                try peer.sendRTP(to: ports.rtp)
                #expect(peer.receive() != nil)
            }
            rig.engine.close(id)
            let report = try #require(rig.log.closed(id))
            #expect(report.received.packets == 30)
            #expect(report.rejected == RejectedPackets())
            return
        }
        Issue.record("no call got the ports of another")
    }

    @Test("Where no call comes for them they are closed, and anybody can bind them")
    func givenUp() throws {
        let rig = try Rig()
        let peer = try Peer()
        let sockets = try call(rig, peer)
        let kept = BoundSocket.identities.intersection(sockets.keys)
        #expect(kept.count > 50)
        let deadline = SystemClock.monotonicNanoseconds + 60_000_000_000
        while !BoundSocket.identities.isDisjoint(with: kept), SystemClock.monotonicNanoseconds < deadline {
            usleep(100_000)
        }
        #expect(BoundSocket.identities.isDisjoint(with: kept))
        #expect(rig.engine.statistics().ports.inUse == 0)
    }

    @Test("They stand in nobody's way: when the range is used up, they are given up for a call at another address")
    func exhausted() throws {
        let rig = try Rig { $0.ports = 23600...23800 }
        let peer = try Peer()
        _ = try call(rig, peer, times: 90)
        let deadline = SystemClock.monotonicNanoseconds + 30_000_000_000
        var others: [MediaPorts] = []
        while others.count < 100, SystemClock.monotonicNanoseconds < deadline {
            do {
                others.append(try rig.engine.reservePorts(on: .loopback(.ipv6)))
            } catch {
                usleep(10_000)
            }
        }
        #expect(others.count == 100)
    }
}
