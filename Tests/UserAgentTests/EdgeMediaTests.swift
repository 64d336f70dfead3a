import Networking
import SIP
import Testing

@testable import Media
@testable import UserAgent

@Suite("The edge: no tone for those who have not asked for it")
struct EdgeMediaTests {
    private static func bench(_ configure: (inout UserAgentConfiguration) -> Void = { _ in }) -> Bench {
        Bench {
            $0.edge = EdgeConfiguration()
            $0.autoAnswerDelay = .zero
            configure(&$0)
        }
    }

    private static func caller(_ number: Int) -> Caller {
        var caller = Caller()
        caller.callID = "media-\(number)"
        caller.fromTag = "media\(number)"
        return caller
    }

    @Test("From a stranger by UDP the tone waits for the ACK; it is heard at once")
    func waitsForAcknowledgement() {
        var bench = Self.bench()
        var caller = Self.caller(1)
        bench.answer(&caller)
        #expect(bench.media.opened.map(\.direction) == [.receiveOnly] && bench.media.updated.isEmpty)
        bench.wait(.milliseconds(40))
        bench.receive(caller.ack())
        #expect(bench.media.updated.map(\.direction) == [.sendReceive])
        #expect(bench.media.updated.first?.remote == bench.media.opened.first?.remote)
        #expect(bench.core.edge.statistics.mediaWithheld == 1)
        bench.receive(caller.ack())
        #expect(bench.media.updated.count == 1)
        bench.settle()
    }

    @Test("Without an ACK there is never a tone")
    func neverAcknowledged() {
        var bench = Self.bench()
        var caller = Self.caller(1)
        bench.answer(&caller)
        bench.settle()
        #expect((bench.media.opened + bench.media.updated).allSatisfy { !$0.direction.sends })
        #expect(bench.media.opened.count == 1)
    }

    @Test("RTP of the caller opens the gate, should it come before the ACK")
    func firstPacket() throws {
        var bench = Self.bench()
        var caller = Self.caller(1)
        bench.answer(&caller)
        bench.mediaComes(try #require(bench.events.first?.call.handle))
        #expect(bench.media.updated.map(\.direction) == [.sendReceive])
        bench.receive(caller.ack())
        #expect(bench.media.updated.count == 1)
        bench.settle()
    }

    @Test(
        "The tone comes with the 200 by a connection, in an allowed net, and where an ACK has come before",
        arguments: ["connection", "allowed", "known"])
    func known(_ how: String) {
        var bench = Self.bench {
            if how == "allowed" { $0.edge.allowedNetworks = ["198.51.100.0/24"].compactMap(IPNetwork.init(parsing:)) }
        }
        if how == "known" {
            var before = Self.caller(0)
            bench.establish(&before)
        }
        var caller = Self.caller(1)
        if how == "connection" { caller.transport = "TCP" }
        bench.answer(&caller, from: how == "connection" ? .connected : .caller)
        #expect(bench.media.opened.last?.direction == .sendReceive)
        bench.settle()
    }

    @Test("An echo sends what it gets, and waits for nothing")
    func echo() {
        var bench = Self.bench()
        var caller = Self.caller(1)
        caller.requestURI = "sip:echo@192.0.2.1"
        bench.answer(&caller)
        #expect(bench.media.opened.map(\.direction) == [.sendReceive])
        bench.settle()
    }

    @Test("A caller that only listens, and one that answers our offer in its ACK, hear the tone from the ACK on")
    func otherOffers() {
        var bench = Self.bench()
        var listener = Self.caller(1)
        bench.answer(&listener, offer: Caller.offer(direction: "recvonly"))
        #expect(bench.media.opened.map(\.direction) == [.inactive])
        bench.receive(listener.ack())
        #expect(bench.media.updated.map(\.direction) == [.sendOnly])
        bench = Self.bench()
        var late = Self.caller(2)
        bench.answer(&late, offer: "")
        #expect(bench.media.opened.isEmpty)
        bench.receive(late.request("ACK", headers: [], body: Caller.offer()))
        #expect(bench.media.opened.map(\.direction) == [.sendReceive])
        bench.settle()
    }

    @Test("Of many calls whose RTP is to go to one third address, a few get their tone; others when RTP comes")
    func thirdAddress() throws {
        var bench = Self.bench { $0.edge.maximumCallsPerMediaAddress = 3 }
        for number in 0..<5 {
            var caller = Self.caller(number)
            bench.establish(&caller, offer: Caller.offer(host: "192.0.2.200"))
        }
        #expect(bench.sending == 3)
        // The fifth call's media comes: it is sent its tone, and is no stranger's.
        let handles = bench.events.compactMap { if case .incoming = $0.kind { $0.call.handle } else { nil } }
        bench.mediaComes(try #require(handles.last))
        #expect(bench.sending == 4)
        // So does the first one's, which makes room for another.
        bench.mediaComes(try #require(handles.first))
        var another = Self.caller(10)
        bench.establish(&another, offer: Caller.offer(host: "192.0.2.200"))
        #expect(bench.sending == 5)
        bench.settle()
    }

    @Test("Calls whose RTP goes where their signalling comes from are not counted")
    func ownAddress() {
        var bench = Self.bench { $0.edge.maximumCallsPerMediaAddress = 1 }
        for number in 0..<5 {
            var caller = Self.caller(number)
            bench.establish(&caller)
        }
        #expect(bench.sending == 5)
        bench.settle()
    }

    @Test("A re-INVITE towards a third address is weighed again")
    func redirected() {
        var bench = Self.bench {
            $0.edge.maximumCallsPerMediaAddress = 1
            $0.toneDuration = nil
        }
        for number in 0..<2 {
            var caller = Self.caller(number)
            bench.establish(&caller)
            caller.sequence += 1
            bench.receive(caller.invite(Caller.offer(host: "192.0.2.200", version: 2)))
            bench.receive(caller.ack())
        }
        let redirected = bench.media.updated.filter { $0.remote?.host == "192.0.2.200" }
        #expect(redirected.map(\.direction) == [.sendReceive, .receiveOnly])
        bench.settle()
    }
}

extension Bench {
    /// Sessions that were told to send, each once.
    fileprivate var sending: Int { (media.opened + media.updated).filter(\.direction.sends).count }

    /// The first packet of a call's media comes.
    fileprivate mutating func mediaComes(_ call: CallHandle) {
        let packet = FirstPacket(
            arrivalNanoseconds: 0, source: SocketAddress(ipv4: 0xC000_02C8, port: 20_000), ssrc: 1)
        core.receive(.firstPacket(media.session, packet), of: call, now: now)
        oversleep(.zero)
    }
}
