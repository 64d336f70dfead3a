import Glibc
import Networking
import Testing

@testable import Networking

@Suite("TCP", .timeLimit(.minutes(5)))
struct StreamTests {
    private func server(
        _ limits: StreamLimits = StreamLimits(), echoing: Bool = false
    ) async throws -> (Endpoint, SocketAddress) {
        let server = try Endpoint(limits: limits)
        let bound = try await server.start(ListenerConfiguration(.tcp, .loopback(.ipv4)), echoing: echoing)
        return (server, bound[0].address)
    }

    @Test("carries bytes both ways, over IPv4 and IPv6", arguments: [SocketAddress.Family.ipv4, .ipv6])
    func echo(family: SocketAddress.Family) async throws {
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.tcp, .loopback(family)), echoing: true)
        let client = try Endpoint()
        try await client.start()
        let flow = await client.connect(to: bound[0].address)
        // Sent before there is a connection: it waits.
        #expect(await client.send([1, 2, 3], on: flow))
        let opened = try await client.opened()
        #expect(opened.flow == flow && opened.peer == bound[0].address && opened.listener == nil)
        #expect(try await client.received(3, on: flow) == [1, 2, 3])
        let accepted = try await server.opened()
        #expect(accepted.peer == opened.local && accepted.local == opened.peer && accepted.listener == bound[0].id)
        #expect(accepted.flow != bound[0].id && accepted.security == nil)
        await client.close(flow)
        #expect(try await server.closed(accepted.flow) == .peerClosed)
        #expect(try await client.closed(flow) == .requested)
        let counters = await server.counters.streams
        #expect(counters.open == 0 && counters.accepted == 1 && counters.receivedBytes == 3 && counters.sentBytes == 3)
        await server.stop()
        await client.stop()
    }

    @Test("bytes keep their order however they were cut")
    func segments() async throws {
        let (server, address) = try await server(echoing: true)
        let peer = try RawPeer(connectingTo: address)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var start = 0
        var step = 1
        while start < bytes.count {
            let end = min(start + step, bytes.count)
            try peer.send(Array(bytes[start..<end]))
            // The echo is read along the way: neither side is to be a slow reader here.
            var echoed: [UInt8] = []
            while echoed.count < end - start { echoed += try peer.receive() }
            #expect(echoed == Array(bytes[start..<end]))
            (start, step) = (end, min(step * 3 + 1, 60_000))
        }
        let flow = try await server.opened().flow
        #expect(try await server.received(bytes.count, on: flow) == bytes)
        await server.stop()
    }

    @Test("closing sends first what waits")
    func closeAfterFlush() async throws {
        let (server, address) = try await server()
        let peer = try RawPeer(connectingTo: address, receiveBufferBytes: 4096)
        let flow = try await server.opened().flow
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let taken = await server.run { transports in
            let taken = transports.send(bytes, on: flow)
            transports.close(flow)
            return taken && !transports.send([1], on: flow)
        }
        #expect(taken)
        // What the peer still says meets no listener, and must not reset what is on its way.
        try peer.send([9, 9, 9])
        #expect(try peer.receiveToEnd() == bytes)
        _ = consume peer
        #expect(try await server.closed(flow) == .requested)
        await server.stop()
    }

    @Test("a peer that does not read is closed when more waits than may")
    func slowReader() async throws {
        var limits = StreamLimits()
        limits.outputBytes = 100_000
        let (server, address) = try await server(limits)
        let peer = try RawPeer(connectingTo: address, receiveBufferBytes: 4096)
        let flow = try await server.opened().flow
        let refused = await server.run { transports in
            (0..<10_000).first { _ in !transports.send([UInt8](repeating: 1, count: 10_000), on: flow) }
        }
        #expect(refused != nil)
        #expect(try await server.closed(flow) == .outputOverflow)
        #expect(throws: SystemError(code: ECONNRESET, call: "recv")) { try peer.receiveToEnd() }
        #expect(await server.counters.streams.stalled == 1)
        await server.stop()
    }

    @Test("a peer that takes nothing for a while is closed")
    func stalled() async throws {
        var limits = StreamLimits()
        limits.outputBytes = 64 << 20
        limits.stallTimeout = .milliseconds(50)
        let (server, address) = try await server(limits)
        let peer = try RawPeer(connectingTo: address, receiveBufferBytes: 4096)
        let flow = try await server.opened().flow
        #expect(await server.send([UInt8](repeating: 1, count: 32 << 20), on: flow))
        #expect(try await server.closed(flow) == .stalled)
        withExtendedLifetime(peer) {}
        await server.stop()
    }

    @Test("a peer that says nothing is closed")
    func silence() async throws {
        var limits = StreamLimits()
        limits.silenceTimeout = .milliseconds(30)
        let (server, address) = try await server(limits)
        let peer = try RawPeer(connectingTo: address)
        #expect(try peer.receiveToEnd() == [])
        let flow = try await server.opened().flow
        #expect(try await server.closed(flow) == .silent)
        #expect(await server.counters.streams.idle == 1)
        await server.stop()
    }

    @Test("a peer that stops speaking is closed")
    func idle() async throws {
        var limits = StreamLimits()
        limits.idleTimeout = .milliseconds(30)
        limits.silenceTimeout = .seconds(600)
        let (server, address) = try await server(limits)
        let peer = try RawPeer(connectingTo: address)
        try peer.send([1])
        #expect(try peer.receiveToEnd() == [])
        let flow = try await server.opened().flow
        #expect(try await server.closed(flow) == .idle)
        await server.stop()
    }

    @Test("a port that nobody listens at is reported")
    func refused() async throws {
        let closed = try RawPeer(boundTo: .loopback(.ipv4)).address
        let client = try Endpoint()
        try await client.start()
        let flow = await client.connect(to: closed)
        #expect(try await client.closed(flow) == .failed(SystemError(code: ECONNREFUSED, call: "connect")))
        #expect(await client.counters.streams.connectFailed == 1)
        #expect(await !client.send([1], on: flow))
        await client.stop()
    }

    @Test("a peer that does not answer a connect is given up")
    func connectTimeout() async throws {
        // The backlog of a listener that accepts nobody fills up, and then it answers no more.
        let deaf = try RawPeer(listeningWithBacklog: 0)
        let address = try deaf.address
        let filler = try RawPeer(connectingTo: address)
        var limits = StreamLimits()
        limits.connectTimeout = .milliseconds(50)
        let client = try Endpoint(limits: limits)
        try await client.start()
        let flow = await client.connect(to: address)
        #expect(try await client.closed(flow) == .connectTimedOut)
        withExtendedLifetime((deaf, filler)) {}
        await client.stop()
    }

    @Test("a peer over a limit is turned away, and its place is free again when another leaves")
    func caps() async throws {
        var limits = StreamLimits()
        limits.connectionsPerSource = 2
        limits.exemptNetworks = []
        let (server, address) = try await server(limits)
        var peers = [try RawPeer(connectingTo: address), try RawPeer(connectingTo: address)]
        #expect(try RawPeer(connectingTo: address).receiveToEnd() == [])
        #expect(try await server.turnedAway() == .tooManyFromSource)
        peers.removeLast()
        _ = try await server.wait { events in
            for case .closed(_, .peerClosed) in events { return true }
            return nil
        }
        let next = try RawPeer(connectingTo: address)
        try next.send([1])
        _ = try await server.wait { events in
            for case .received([1], _) in events { return true }
            return nil
        }
        #expect(await server.counters.streams.turnedAway == 1)
        withExtendedLifetime(peers) {}
        await server.stop()
    }

    @Test("connections of our own are bounded too")
    func outgoingCap() async throws {
        let (server, address) = try await server()
        var limits = StreamLimits()
        limits.connections = 1
        let client = try Endpoint(limits: limits)
        try await client.start()
        let first = await client.connect(to: address)
        let second = await client.connect(to: address)
        #expect(try await client.closed(second) == .tooManyConnections)
        #expect(try await client.opened().flow == first)
        await server.stop()
        await client.stop()
    }

    @Test("when descriptors run out, accepting pauses and goes on")
    func descriptors() async throws {
        var limits = StreamLimits()
        limits.exhaustionPause = .milliseconds(20)
        let (server, address) = try await server(limits)
        await server.run { transports in
            for listener in transports.streamListeners {
                var failures = 2
                let accept = listener.accept
                listener.accept = { number, storage in
                    guard failures > 0 else { return accept(number, &storage) }
                    failures -= 1
                    errno = EMFILE
                    return -1
                }
            }
        }
        let peer = try RawPeer(connectingTo: address)
        try peer.send([1])
        let flow = try await server.opened().flow
        #expect(try await server.received(1, on: flow) == [1])
        #expect(await server.counters.streams.descriptorsExhausted == 1)
        withExtendedLifetime(peer) {}
        await server.stop()
    }

    @Test("a handler may close, connect and stop from within")
    func reentrance() async throws {
        let queue = try SignallingQueue()
        let reason = await withCheckedContinuation { (continuation: CheckedContinuation<StreamCloseReason?, Never>) in
            queue.async {
                do {
                    let transports = try SignallingTransports(on: queue)
                    let bound = try transports.start(listeners: [ListenerConfiguration(.tcp, .loopback(.ipv4))]) {
                        event in
                        switch event {
                        case .opened(let description):
                            transports.send([1], on: description.flow)
                            transports.close(description.flow)
                        case .closed(_, let reason):
                            transports.stop()
                            continuation.resume(returning: reason)
                        case .received, .datagrams, .datagramFailed, .turnedAway: break
                        }
                    }
                    _ = transports.connect(to: bound[0].address)
                } catch {
                    continuation.resume(returning: nil)
                }
            }
        }
        #expect(reason == .requested || reason == .peerClosed)
    }

    @Test("letting go of the transports closes their sockets")
    func release() async throws {
        var server: Endpoint? = try Endpoint()
        let address = try await #require(server).run { transports in
            try transports.start(listeners: [ListenerConfiguration(.tcp, .loopback(.ipv4))]) { _ in }[0].address
        }
        let peer = try RawPeer(connectingTo: address)
        server = nil
        // The end, or a reset where nobody had accepted the connection yet; but not a wait in vain.
        do {
            #expect(try peer.receiveToEnd() == [])
        } catch {
            #expect(error as? SystemError == SystemError(code: ECONNRESET, call: "recv"))
        }
    }
}

@Suite("StreamAdmission")
struct StreamAdmissionTests {
    @Test("counts an IPv6 /64 as one source, and exempt nets not at all")
    func sources() throws {
        var limits = StreamLimits()
        limits.connectionsPerSource = 1
        limits.exemptNetworks = [try #require(IPNetwork(parsing: "192.0.2.0/24"))]
        var admission = StreamAdmission()
        func admit(_ text: String) throws -> StreamCloseReason? {
            admission.admit(try #require(SocketAddress(text)), limits: limits)
        }
        #expect(try admit("[2001:db8::1]:1") == nil)
        #expect(try admit("[2001:db8::2]:2") == .tooManyFromSource)
        #expect(try admit("[2001:db8:0:1::1]:1") == nil)
        #expect(try admit("192.0.2.1:1") == nil)
        #expect(try admit("192.0.2.1:2") == nil)
        #expect(try admit("198.51.100.1:1") == nil)
        #expect(try admit("198.51.100.1:2") == .tooManyFromSource)
        admission.release(try #require(SocketAddress("198.51.100.1:1")), wasProved: false)
        #expect(try admit("198.51.100.1:2") == nil)
    }

    @Test("bounds those who have shown nothing, and all together")
    func totals() throws {
        var limits = StreamLimits()
        limits.connections = 3
        limits.halfOpenConnections = 2
        var admission = StreamAdmission()
        let peer = SocketAddress.loopback(.ipv4, port: 1)
        #expect(admission.admit(peer, limits: limits) == nil)
        #expect(admission.admit(peer, limits: limits) == nil)
        #expect(admission.admit(peer, limits: limits) == .tooManyHalfOpen)
        admission.proved()
        #expect(admission.admit(peer, limits: limits) == nil)
        admission.proved()
        #expect(admission.admit(peer, limits: limits) == .tooManyConnections)
        #expect(admission.admitOutgoing(limits: limits) == .tooManyConnections)
        admission.release(peer, wasProved: true)
        #expect(admission.admitOutgoing(limits: limits) == nil)
        admission.releaseOutgoing()
        admission.release(peer, wasProved: true)
        admission.release(peer, wasProved: false)
        #expect(admission.connections == 0 && admission.halfOpen == 0)
    }
}

@Suite("OutputQueue")
struct OutputQueueTests {
    @Test("gives back every byte once and in order, however it is taken")
    func order() {
        var queue = OutputQueue()
        var expected: [UInt8] = []
        var taken: [UInt8] = []
        for round in 0..<500 {
            let bytes = (0..<round % 17).map { UInt8(truncatingIfNeeded: round &* 3 &+ $0) }
            let start = round % 5 == 0 ? min(2, bytes.count) : 0
            queue.append(bytes, from: start)
            expected += bytes[start...]
            guard round % 3 == 0 else { continue }
            for _ in 0..<round % 7 {
                let piece = queue.withNext { Array($0.prefix(round % 11)) } ?? []
                queue.advance(by: piece.count)
                taken += piece
            }
        }
        while let piece = queue.withNext({ Array($0) }) {
            #expect(!piece.isEmpty)
            queue.advance(by: piece.count)
            taken += piece
        }
        #expect(taken == expected && queue.isEmpty && queue.count == 0)
    }
}
