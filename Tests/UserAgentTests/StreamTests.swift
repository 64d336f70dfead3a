import Audio
import Media
import Networking
import Testing

@testable import UserAgent

@Suite("Streams of the user agent: what is sent and what is closed", .timeLimit(.minutes(5)))
struct StreamTests {
    /// What a client on a queue of its own has received and whether its connection was closed.
    private static func talk(_ text: String, limit: Duration) async throws -> String {
        var configuration = UserAgentConfiguration(tone: try Tone(frequency: 440, level: -10))
        configuration.edge.streams.messageTimeout = limit
        var media = MediaEngineConfiguration()
        media.workers = 1
        let userAgent = try UserAgent(configuration: configuration, media: media, publish: { _ in })
        let listener = try await userAgent.start(listeners: [ListenerConfiguration(.tcp, .loopback(.ipv4))])[0]
        let queue = try SignallingQueue()
        let (events, source) = AsyncStream.makeStream(of: String.self)
        let client = try Client(on: queue)
        await client.start(to: listener.address, text, source)
        var received = ""
        for await part in events { received += part }
        await client.stop()
        await userAgent.shutDown()
        return received
    }

    private actor Client {
        nonisolated let queue: SignallingQueue
        nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }
        private let transports: SignallingTransports

        init(on queue: SignallingQueue) throws {
            self.queue = queue
            transports = try SignallingTransports(on: queue)
        }

        /// Ends the sequence when the connection is closed.
        func start(to peer: SocketAddress, _ text: String, _ events: AsyncStream<String>.Continuation) {
            _ = try? transports.start(listeners: []) { event in
                switch event {
                case .received(let bytes, _): events.yield(String(decoding: bytes, as: UTF8.self))
                case .closed: events.finish()
                case .datagrams, .datagramFailed, .opened, .turnedAway: break
                }
            }
            transports.send(Array(text.utf8), on: transports.connect(to: peer))
        }

        func stop() { transports.stop() }
    }

    private static let head = """
        OPTIONS sip:a@127.0.0.1 SIP/2.0\r
        Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKa\r
        From: <sip:a@b>;tag=1\r
        To: <sip:a@b>\r
        Call-ID: a\r
        CSeq: 1 OPTIONS\r

        """

    @Test("half a message is not waited for longer than the limit")
    func half() async throws {
        let start = ContinuousClock.now
        #expect(try await Self.talk(Self.head, limit: .milliseconds(50)) == "")
        // The other limits would take 20 s at least.
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test("a keep-alive has its pong, and a request that cannot be framed its answer before the end (RFC 5626 4.4.1)")
    func answers() async throws {
        let received = try await Self.talk(
            "\r\n\r\n" + Self.head + "Content-Length: 70000\r\n\r\n", limit: .seconds(30))
        #expect(received.hasPrefix("\r\nSIP/2.0 413 "))
        let malformed = try await Self.talk(Self.head + "Content-Length: x\r\n\r\n", limit: .seconds(30))
        #expect(malformed.hasPrefix("SIP/2.0 400 "))
    }
}
