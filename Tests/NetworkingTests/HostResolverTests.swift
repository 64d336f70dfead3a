import Dispatch
import Networking
import Testing

@Suite("HostResolver (RFC 3263 4.2)", .timeLimit(.minutes(5)))
struct HostResolverTests {
    typealias Answer = Result<[SocketAddress], ResolutionError>

    private actor Domain {
        nonisolated let queue: SignallingQueue
        let resolver: HostResolver
        private var answers: [String] = []

        nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

        init(
            _ limits: HostResolver.Limits = .init(), lookup: @escaping HostResolver.Lookup = HostResolver.askSystem
        ) throws {
            queue = try SignallingQueue()
            resolver = try HostResolver(on: queue, limits: limits, lookup: lookup)
        }

        func resolve(_ host: String, family: SocketAddress.Family? = nil) async -> Answer {
            await withCheckedContinuation { continuation in
                var isWithinCall = true
                resolver.resolve(host, port: 5060, family: family) { answer in
                    self.queue.checkIsolated()
                    precondition(!isWithinCall)
                    continuation.resume(returning: answer)
                }
                isWithinCall = false
            }
        }

        /// Asks for several at once and gives the answers in the order of their coming, without the cancelled ones.
        func resolve(all hosts: [String], cancelling cancelled: Set<String> = []) async -> [String] {
            answers = []
            await withCheckedContinuation { continuation in
                for host in hosts {
                    let id = resolver.resolve(host, port: 1) { answer in
                        let text =
                            switch answer {
                            case .success: "found"
                            case .failure(let error): error.description
                            }
                        self.answers.append("\(host): \(text)")
                        if self.answers.count == hosts.count - cancelled.count { continuation.resume() }
                    }
                    if cancelled.contains(host) { resolver.cancel(id) }
                }
            }
            return answers
        }
    }

    @Test("finds this machine by name, of the family that was asked for")
    func localhost() async throws {
        let domain = try Domain()
        #expect(try await domain.resolve("localhost", family: .ipv4).get() == [.loopback(.ipv4, port: 5060)])
        let both = try await domain.resolve("localhost").get()
        #expect(both.contains(.loopback(.ipv4, port: 5060)) || both.contains(.loopback(.ipv6, port: 5060)))
    }

    @Test("an address is its own answer and asks nobody")
    func literal() async throws {
        let domain = try Domain(lookup: { _, _ in .failure(.failed("asked")) })
        #expect(try await domain.resolve("192.0.2.1").get() == [#require(SocketAddress("192.0.2.1:5060"))])
        #expect(try await domain.resolve("2001:db8::1").get() == [#require(SocketAddress("[2001:db8::1]:5060"))])
        #expect(await domain.resolve("192.0.2.1", family: .ipv6) == .failure(.notFound("192.0.2.1")))
        #expect(await domain.resolve("name.example") == .failure(.failed("asked")))
    }

    @Test("names that cannot be are not found", arguments: ["", "a\u{0}b", String(repeating: "a", count: 256)])
    func impossible(name: String) async throws {
        #expect(await (try Domain()).resolve(name) == .failure(.notFound(name)))
    }

    @Test("a lookup that hangs is given up, and those behind it with it, but nothing is told twice")
    func timeout() async throws {
        let gate = DispatchSemaphore(value: 0)
        var limits = HostResolver.Limits()
        limits.concurrent = 1
        limits.timeout = .milliseconds(30)
        let domain = try Domain(limits) { host, _ in
            if host == "slow" { gate.wait() }
            return .success([.loopback(.ipv4)])
        }
        let late = ResolutionError.timedOut.description
        #expect(await domain.resolve(all: ["slow", "behind"]) == ["slow: \(late)", "behind: \(late)"])
        gate.signal()
        // On a busy machine the 30 ms may be over again before the thread has come back.
        var answer = Answer.failure(.timedOut)
        while answer == .failure(.timedOut) { answer = await domain.resolve("next") }
        #expect(try answer.get() == [.loopback(.ipv4, port: 5060)])
    }

    @Test("more than may wait are refused at once, and the cancelled are not told")
    func bounds() async throws {
        let gate = DispatchSemaphore(value: 0)
        var limits = HostResolver.Limits()
        limits.concurrent = 1
        limits.waiting = 1
        let domain = try Domain(limits) { host, _ in
            if host == "a" { gate.wait() }
            return .success([.loopback(.ipv4)])
        }
        async let answers = domain.resolve(all: ["a", "b", "c"], cancelling: ["b"])
        // "c" takes the place of "b", which is cancelled before "c" is asked for.
        gate.signal()
        #expect(await answers == ["a: found", "c: found"])
        async let more = domain.resolve(all: ["a", "b", "c"])
        let first = ResolutionError.tooMany.description
        gate.signal()
        #expect(await more.contains("c: \(first)"))
    }
}
