import Networking
import Testing

@testable import Media

@Suite("Latch (symmetric RTP, RFC 4961)")
struct LatchTests {
    private static func address(_ text: String) -> RawAddress {
        SocketAddress(text).map { RawAddress($0, socket: $0.family) } ?? RawAddress()
    }

    private let signalled = address("192.0.2.1:4000")
    private let behindNAT = address("198.51.100.7:61000")
    private let stranger = address("203.0.113.9:5000")

    @Test("What comes from the address of the SDP confirms it; nothing from elsewhere moves media then")
    func confirmed() {
        var latch = Latch(signalled: signalled)
        #expect(latch.state == .waiting && latch.current == signalled)
        #expect(latch.judge(signalled, carriesOn: false) == .accepted)
        #expect(latch.state == .confirmed)
        #expect(latch.judge(stranger, carriesOn: false) == .stray)
        #expect(latch.judge(behindNAT, carriesOn: false) == .stray)
        #expect(latch.current == signalled && latch.latchings == 0)
    }

    @Test("The first packet from elsewhere moves media once")
    func latched() {
        var latch = Latch(signalled: signalled)
        #expect(latch.judge(behindNAT, carriesOn: false) == .latched)
        #expect(latch.current == behindNAT && latch.state == .latched)
        #expect(latch.judge(behindNAT, carriesOn: false) == .accepted)
        #expect(latch.judge(stranger, carriesOn: false) == .stray)
        #expect(latch.judge(stranger, carriesOn: true) == .stray)
        #expect(latch.judge(signalled, carriesOn: false) == .stray)
        #expect(latch.current == behindNAT && latch.latchings == 1)
    }

    @Test("Another port of the same host is elsewhere")
    func otherPort() {
        var latch = Latch(signalled: signalled)
        _ = latch.judge(signalled, carriesOn: false)
        #expect(latch.judge(Self.address("192.0.2.1:4002"), carriesOn: false) == .stray)
    }

    @Test("A confirmed stream that falls silent may be carried on from elsewhere, once")
    func carriedOn() {
        var latch = Latch(signalled: signalled)
        _ = latch.judge(signalled, carriesOn: false)
        #expect(latch.judge(behindNAT, carriesOn: true) == .latched)
        #expect(latch.judge(stranger, carriesOn: true) == .stray)
        #expect(latch.current == behindNAT)
    }

    @Test("A refresh with the same address keeps media where it is and lets it move once more")
    func refresh() {
        var latch = Latch(signalled: signalled)
        _ = latch.judge(behindNAT, carriesOn: false)
        latch.renegotiate(signalled: signalled)
        #expect(latch.current == behindNAT)
        #expect(latch.judge(behindNAT, carriesOn: false) == .accepted)
        #expect(latch.state == .latched)
        latch.renegotiate(signalled: signalled)
        #expect(latch.judge(stranger, carriesOn: false) == .latched)
        #expect(latch.latchings == 2)
    }

    @Test("A new address takes media at once")
    func retargeted() {
        var latch = Latch(signalled: signalled)
        _ = latch.judge(behindNAT, carriesOn: false)
        let next = Self.address("192.0.2.1:7000")
        latch.renegotiate(signalled: next)
        #expect(latch.current == next && latch.state == .waiting)
        #expect(latch.judge(next, carriesOn: false) == .accepted)
        #expect(latch.judge(behindNAT, carriesOn: false) == .stray)
    }

    @Test("A null address takes sending away, and an address gives it back")
    func held() {
        var latch = Latch(signalled: signalled)
        _ = latch.judge(signalled, carriesOn: false)
        latch.renegotiate(signalled: RawAddress())
        #expect(!latch.canSend)
        #expect(latch.judge(signalled, carriesOn: false) == .accepted)
        latch.renegotiate(signalled: signalled)
        #expect(latch.canSend && latch.current == signalled)
    }

    @Test("A source without a port cannot be followed")
    func withoutPort() {
        var latch = Latch(signalled: signalled)
        #expect(latch.judge(Self.address("198.51.100.7:0"), carriesOn: false) == .stray)
        #expect(latch.current == signalled)
    }

    @Test("Addresses are told apart by host and port in either family", arguments: [true, false])
    func comparison(ipv6: Bool) {
        let one = Self.address(ipv6 ? "[2001:db8::1]:4000" : "192.0.2.1:4000")
        let port = Self.address(ipv6 ? "[2001:db8::1]:4001" : "192.0.2.1:4001")
        let host = Self.address(ipv6 ? "[2001:db8::2]:4000" : "192.0.2.2:4000")
        #expect(one != port && one.hasHost(of: port))
        #expect(one != host && !one.hasHost(of: host))
        #expect(one.socketAddress.map { RawAddress($0, socket: $0.family) } == one)
    }
}
