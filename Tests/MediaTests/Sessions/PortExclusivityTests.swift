import Media
import Networking
import Testing

@Suite("A call's ports are its own")
struct PortExclusivityTests {
    @Test(
        "Nobody else can bind the port of RTP: not before there is an outlet, not while it is opened, not later",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func foreignBind(family: SocketAddress.Family) throws {
        let rig = try Rig()
        let peer = try Peer(family)
        var binder: ForeignBinder?
        for _ in 0..<50 {
            let ports = try rig.ports(family)
            _ = rig.engine.open(ports, Rig.parameters(.echo, remote: peer.address))
            if let binder { binder.aim(at: ports.rtp) } else { binder = try ForeignBinder(ports.rtp) }
            #expect(!ForeignBinder.binds(ports.rtp, sharing: true))
            #expect(binder?.hasTriedAgain() == true)
            try peer.sendRTP(to: ports.rtp)
            #expect(peer.receive() != nil)
            #expect(BoundSocket.peers(at: ports.rtp) == [peer.address])
            #expect(!ForeignBinder.binds(ports.rtp, sharing: true))
            #expect(binder?.hasTriedAgain() == true)
        }
        // With the engine the ports would be free.
        withExtendedLifetime(rig) { #expect(binder?.stop() == 0) }
    }

    @Test("Another engine passes over the ports of a call, also once it has an outlet")
    func otherEngine() throws {
        let range: ClosedRange<UInt16> = 23200...23203
        let rig = try Rig { $0.ports = range }
        let other = try Rig { $0.ports = range }
        let peer = try Peer()
        let session = try rig.open(.echo, to: peer)
        try peer.sendRTP(to: session.ports.rtp)
        #expect(peer.receive() != nil)
        let ports = try other.ports()
        #expect(ports.rtp.port != session.ports.rtp.port)
        #expect(throws: MediaPortError.self) { try other.ports() }
    }
}
