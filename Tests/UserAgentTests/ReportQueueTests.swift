import SIP
import Testing

@testable import UserAgent

@Suite("Quality reports that wait: how many, how fast")
struct ReportQueueTests {
    private static let start = Instant(nanoseconds: 0)

    private func queue(_ uri: String = "sip:collector@192.0.2.9") throws -> ReportQueue {
        ReportQueue(try #require(URI(uri).flatMap { CollectorConfiguration(uri: $0) }))
    }

    private static func entry(_ number: UInt8 = 0) -> ReportQueue.Entry {
        .init(body: [number], local: LocalEndpoint())
    }

    @Test("no more than 1000 wait, 64 are unanswered and 100 a second are sent, in their order")
    func bounds() throws {
        var queue = try queue()
        #expect(queue.isIdle && queue.deadline == nil)
        let added = (0...1000).map { queue.add(Self.entry(UInt8(truncatingIfNeeded: $0))) }
        #expect(added == [Bool](repeating: true, count: 1000) + [false])
        var now = Self.start
        var sent: [UInt8] = []
        while let due = queue.deadline {
            now = max(now, due)
            while let (entry, _) = queue.next(now: now) { sent += entry.body }
        }
        #expect(sent == (0..<64).map { UInt8($0) })
        #expect(now - Self.start == .milliseconds(630))
        queue.answered()
        let next = queue.next(now: now + .milliseconds(10))
        #expect(next?.entry.body == [64] && !queue.isIdle)
        let dropped = queue.clear()
        #expect(dropped == 935)
        for _ in 0..<64 { queue.answered() }
        #expect(queue.isIdle)
    }

    @Test("a queue that is used for long does not grow")
    func reuse() throws {
        var queue = try queue()
        for number in 0..<5000 {
            let isAdded = (queue.add(Self.entry()), queue.add(Self.entry()))
            // Each round adds two and sends one.
            #expect(isAdded.1 == (number < 999))
            let next = queue.next(now: Self.start + .seconds(number + 1))
            #expect(next != nil)
            queue.answered()
        }
        let dropped = queue.clear()
        #expect(dropped == 999)
    }

    @Test("a pause is kept, an hour at most")
    func pause() throws {
        var queue = try queue()
        _ = queue.add(Self.entry())
        queue.pause(.seconds(120), now: Self.start)
        #expect(queue.isPaused(now: Self.start + .seconds(119)) && !queue.isPaused(now: Self.start + .seconds(120)))
        let early = queue.next(now: Self.start + .seconds(119))
        #expect(early == nil && queue.deadline == Self.start + .seconds(120))
        queue.pause(.seconds(1_000_000), now: Self.start)
        #expect(queue.deadline == Self.start + .seconds(3600))
        let late = queue.next(now: Self.start + .seconds(3600))
        #expect(late != nil)
    }

    @Test("a name is looked up when there is something to send, and again after 5 minutes or a failure")
    func name() throws {
        var queue = try queue("sip:collector@example.net;transport=tcp")
        #expect(!queue.needsAddress)
        for _ in 0..<3 { _ = queue.add(Self.entry()) }
        #expect(queue.needsAddress && queue.deadline == nil)
        queue.found(.test("192.0.2.9"), now: Self.start)
        let first = queue.next(now: Self.start)
        #expect(first?.address == TransportAddress(.tcp, .test("192.0.2.9"), port: 5060))
        #expect(!queue.needsAddress)
        let expired = queue.next(now: Self.start + .seconds(300))
        #expect(expired == nil && queue.needsAddress)
        queue.found(.test("192.0.2.10"), now: Self.start + .seconds(300))
        let second = queue.next(now: Self.start + .seconds(300))
        #expect(second?.address.address == .test("192.0.2.10"))
        queue.distrustAddress()
        #expect(queue.needsAddress)
        var literal = try self.queue()
        literal.distrustAddress()
        let isAdded = literal.add(Self.entry())
        #expect(isAdded && !literal.needsAddress)
    }

    @Test("the URI decides on transport and port")
    func targets() throws {
        for (uri, transport, port) in [
            ("sip:c@192.0.2.9", TransportProtocol.udp, 5060), ("sip:c@192.0.2.9:5070;transport=tcp", .tcp, 5070),
            ("sip:c@192.0.2.9;transport=tls", .tls, 5061), ("sips:c@192.0.2.9", .tls, 5061),
            ("sip:[2001:db8::1]:5062", .udp, 5062),
        ] {
            let address = try #require(queue(uri).address)
            #expect(address.transport == transport && address.port == UInt16(port))
        }
        #expect(URI("tel:1").flatMap { CollectorConfiguration(uri: $0) } == nil)
        #expect(URI("sip:a@b?X=y").flatMap { CollectorConfiguration(uri: $0) } == nil)
    }
}
