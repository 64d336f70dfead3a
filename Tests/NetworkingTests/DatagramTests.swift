import Glibc
import Networking
import Testing

@testable import Networking

@Suite("UDP", .timeLimit(.minutes(5)))
struct DatagramTests {
    @Test("answers where a datagram came from, over IPv4 and IPv6", arguments: [SocketAddress.Family.ipv4, .ipv6])
    func echo(family: SocketAddress.Family) async throws {
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.udp, .loopback(family)), echoing: true)
        let client = try Endpoint()
        let own = try await client.start(ListenerConfiguration(.udp, .loopback(family)))
        #expect(bound[0].address.port != 0)
        #expect(await client.send([1, 2, 3], to: bound[0].address, by: own[0].id) == .sent)
        let echo = try await client.datagram()
        #expect(echo.bytes == [1, 2, 3] && echo.source == bound[0].address && echo.local == own[0].address)
        #expect(try await server.datagram().source == own[0].address)
        let counters = await server.counters.datagrams
        #expect(counters.received == 1 && counters.sent == 1 && counters.sentBytes == 3 && counters.receivedBytes == 3)
        await server.stop()
        await client.stop()
    }

    @Test("an answer leaves from the address that was asked, also on a wildcard")
    func localAddress() async throws {
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.udp, .any(.ipv4)), echoing: true)
        let client = try Endpoint()
        let own = try await client.start(ListenerConfiguration(.udp, .any(.ipv4)))
        let asked = SocketAddress(ipv4: 0x7F00_0105, port: bound[0].address.port)
        _ = await client.send([7], to: asked, from: .loopback(.ipv4), by: own[0].id)
        #expect(try await client.datagram().source == asked)
        let came = try await server.datagram()
        #expect(came.local == asked && came.source == .loopback(.ipv4, port: own[0].address.port))
        await server.stop()
        await client.stop()
    }

    @Test("a wildcard for both families shows IPv4 peers as IPv4", arguments: [SocketAddress.Family.ipv4, .ipv6])
    func dualStack(family: SocketAddress.Family) async throws {
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.udp, .any(.ipv6), isDualStack: true), echoing: true)
        let client = try RawPeer(boundTo: .loopback(family))
        let asked = SocketAddress.loopback(family, port: bound[0].address.port)
        try client.send([9], to: asked)
        let came = try await server.datagram()
        #expect(came.source == (try client.address) && came.local == asked)
        #expect(try client.receive() == [9])
        await server.stop()
    }

    @Test("a burst of 10,000 is drained in order, and what the kernel dropped is counted")
    func burst() async throws {
        let server = try Endpoint(buffers: SocketBuffers(receiveBytes: 32 << 20))
        let bound = try await server.start(ListenerConfiguration(.udp, .loopback(.ipv4)))
        let client = try RawPeer(boundTo: .loopback(.ipv4))
        for number in 0..<10_000 {
            try client.send(
                [UInt8(number >> 8), UInt8(number & 255)] + Array(repeating: 0, count: 500), to: bound[0].address)
        }
        let count = try await server.wait { events -> Int? in
            let datagrams = events.datagrams
            guard let last = datagrams.last, last.bytes.count == 502 else { return nil }
            return Int(last.bytes[0]) << 8 | Int(last.bytes[1]) == 9_999 ? datagrams.count : nil
        }
        let numbers = await server.events.datagrams.map { Int($0.bytes[0]) << 8 | Int($0.bytes[1]) }
        let dropped = await server.counters.datagrams.droppedByKernel
        #expect(numbers == numbers.sorted() && Set(numbers).count == count)
        #expect(count + Int(dropped) == 10_000)
        await server.stop()
    }

    @Test("takes the largest datagram whole, and a larger one is refused, not cut")
    func size() async throws {
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.udp, .loopback(.ipv4)))
        let client = try Endpoint()
        let own = try await client.start(ListenerConfiguration(.udp, .loopback(.ipv4)))
        let largest = (0..<65_507).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(
            await client.send(largest + [0], to: bound[0].address, by: own[0].id)
                == .failed(SystemError(code: EMSGSIZE, call: "sendmsg")))
        #expect(await client.send(largest, to: bound[0].address, by: own[0].id) == .sent)
        #expect(try await server.datagram().bytes == largest)
        await server.stop()
        await client.stop()
    }

    @Test(
        "many leave with one call, in order, and what is refused does not hold up the others",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func together(family: SocketAddress.Family) async throws {
        let server = try Endpoint(buffers: SocketBuffers(receiveBytes: 32 << 20))
        let bound = try await server.start(ListenerConfiguration(.udp, .loopback(family)))
        let client = try Endpoint()
        let own = try await client.start(ListenerConfiguration(.udp, .any(family)))
        let closed = try RawPeer(boundTo: .loopback(family)).address
        let (refused, unknown) = ([7, 110], [40, 41])
        // More than an outbox holds in number and in bytes, one larger than an outbox.
        let outgoing = (0..<200).map { number -> OutgoingDatagram in
            let size = number == 7 ? 65_528 : number == 8 ? 65_400 : number.isMultiple(of: 3) ? 3000 : 2
            let nowhere = bound[0].address.with(
                port: number == 110 ? 0 : number == 100 ? closed.port : bound[0].address.port)
            return OutgoingDatagram(
                bytes: [UInt8(number)] + Array(repeating: 1, count: size - 1), peer: nowhere,
                local: .loopback(family), listener: unknown.contains(number) ? 99 : own[0].id)
        }
        let failed = await client.run { transports in
            var failed: [Int] = []
            transports.send(outgoing) { index, _ in failed.append(index) }
            return failed
        }
        #expect(failed == (refused + unknown).sorted())
        let expected = (0..<200).filter { !(refused + unknown + [100]).contains($0) }
        let came = try await server.wait { events in
            events.datagrams.count == expected.count ? events.datagrams : nil
        }
        #expect(came.map { Int($0.bytes[0]) } == expected)
        #expect(came.allSatisfy { $0.bytes.count == outgoing[Int($0.bytes[0])].bytes.count })
        let counters = await client.counters.datagrams
        #expect(counters.sent == UInt64(expected.count) + 1)
        #expect(counters.sentBytes == UInt64((expected + [100]).map { outgoing[$0].bytes.count }.reduce(0, +)))
        #expect(counters.sendFailed == 2)
        await server.stop()
        await client.stop()
    }

    @Test("an empty datagram stops nothing")
    func empty() async throws {
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.udp, .loopback(.ipv4)))
        let client = try RawPeer(boundTo: .loopback(.ipv4))
        try client.send([], to: bound[0].address)
        try client.send([], to: bound[0].address)
        try client.send([5], to: bound[0].address)
        #expect(try await server.datagram().bytes == [5])
        #expect(await server.counters.datagrams.ignored == 2)
        await server.stop()
    }

    @Test(
        "a port that nobody listens at is reported, and the socket lives on (RFC 3261 18.4)",
        arguments: [SocketAddress.Family.ipv4, .ipv6])
    func unreachable(family: SocketAddress.Family) async throws {
        let closed = try RawPeer(boundTo: .loopback(family)).address
        let client = try Endpoint()
        let own = try await client.start(ListenerConfiguration(.udp, .any(family)))
        #expect(await client.send([1], to: closed, by: own[0].id) == .sent)
        let failure = try await client.wait { events -> SystemError? in
            for case .datagramFailed(closed, own[0].id, let error) in events { return error }
            return nil
        }
        #expect(failure.code == ECONNREFUSED)
        let server = try Endpoint()
        let bound = try await server.start(ListenerConfiguration(.udp, .loopback(family)), echoing: true)
        // Two in a row: the error of the first meets the call for the second, which is to go out nevertheless.
        _ = await client.run { transports in
            transports.send([2], to: closed, by: own[0].id)
            return transports.send([3], to: bound[0].address, by: own[0].id)
        }
        #expect(try await client.datagram().bytes == [3])
        #expect(await client.counters.datagrams.unreachable >= 1)
        await server.stop()
        await client.stop()
    }

    @Test("a place without a route is refused at once")
    func noRoute() async throws {
        let client = try Endpoint()
        let own = try await client.start(ListenerConfiguration(.udp, .loopback(.ipv4)))
        let result = await client.send([1], to: SocketAddress(ipv4: 0x7F00_0001, port: 0), by: own[0].id)
        #expect(result == .failed(SystemError(code: EINVAL, call: "sendmsg")))
        #expect(
            await client.send([1], to: .loopback(.ipv4, port: 1), by: 99)
                == .failed(SystemError(code: ENOTCONN, call: "sendmsg")))
        #expect(await client.counters.datagrams.sendFailed == 1)
        await client.stop()
    }

    @Test("a taken port is a clear error, and nothing stays open")
    func taken() async throws {
        let holder = try Endpoint()
        let held = try await holder.start(ListenerConfiguration(.udp, .loopback(.ipv4)))[0].address
        let second = try Endpoint()
        let error = await #expect(throws: ListenError.self) {
            try await second.start(ListenerConfiguration(.tcp, held), ListenerConfiguration(.udp, held))
        }
        #expect(error?.description == "udp \(held): bind: Address already in use (errno 98)")
        // The TCP listener that could be opened was closed again.
        let third = try Endpoint()
        #expect(try await third.start(ListenerConfiguration(.tcp, held))[0].address == held)
        for endpoint in [holder, second, third] { await endpoint.stop() }
    }

    @Test("UDP and TCP that leave the port to the system get the same one")
    func samePort() async throws {
        let endpoint = try Endpoint()
        let bound = try await endpoint.start(
            ListenerConfiguration(.udp, .loopback(.ipv4)), ListenerConfiguration(.tcp, .loopback(.ipv4)),
            ListenerConfiguration(.udp, .loopback(.ipv6)), ListenerConfiguration(.tcp, .loopback(.ipv6)))
        #expect(bound.map(\.transport) == [.udp, .tcp, .udp, .tcp])
        #expect(Set(bound.map(\.address.port)).count == 1 && Set(bound.map(\.id)).count == 4)
        #expect(await endpoint.run { $0.datagramListener(towards: .loopback(.ipv6)) } == bound[2].id)
        await endpoint.stop()
    }

    @Test("ICMP: what is a failure of the transport (RFC 3261 18.4) and what is not")
    func icmp() {
        let failures = [
            ICMPError(origin: .ipv4, type: 3, code: 1), .init(origin: .ipv4, type: 3, code: 3),
            .init(origin: .ipv4, type: 12, code: 0), .init(origin: .ipv6, type: 1, code: 4),
        ]
        #expect(failures.filter(\.isTransportFailure) == failures)
        let others = [
            ICMPError(origin: .ipv4, type: 3, code: 4), .init(origin: .ipv4, type: 11, code: 0),
            .init(origin: .ipv4, type: 4, code: 0), .init(origin: .ipv6, type: 2, code: 0),
            .init(origin: .ipv6, type: 3, code: 0), .init(origin: .local, type: 3, code: 3),
        ]
        #expect(others.filter(\.isTransportFailure) == [])
    }
}
