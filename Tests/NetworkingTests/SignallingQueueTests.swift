import Networking
import Testing

@Suite("SignallingQueue")
struct SignallingQueueTests {
    private actor Counter {
        private let queue: SignallingQueue
        private(set) var value = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

        init(on queue: SignallingQueue) { self.queue = queue }

        func add() { value += 1 }
        func isOnQueue() -> Bool { queue.isCurrent }
    }

    @Test("an actor on the queue runs there")
    func executor() async throws {
        let queue = try SignallingQueue()
        #expect(await Counter(on: queue).isOnQueue())
        #expect(!queue.isCurrent)
    }

    @Test("a handler on the queue may touch the actor's state")
    func assumeIsolated() async throws {
        let queue = try SignallingQueue()
        let counter = Counter(on: queue)
        let value = await withCheckedContinuation { continuation in
            queue.async {
                queue.checkIsolated()
                counter.assertIsolated()
                continuation.resume(
                    returning: counter.assumeIsolated {
                        $0.add(); return $0.value
                    })
            }
        }
        #expect(value == 1)
    }

    @Test("a job wakes a queue that waits for its sockets")
    func wakeUp() async throws {
        let counter = Counter(on: try SignallingQueue())
        var shortest = Duration.seconds(1000)
        for _ in 0..<100 {
            let start = ContinuousClock.now
            await counter.add()
            shortest = min(shortest, ContinuousClock.now - start)
        }
        // Not woken, each would take the 100 ms that the queue waits, however little else the machine has to do.
        #expect(shortest < .milliseconds(50))
    }

    @Test("jobs and handlers exclude each other")
    func exclusion() async throws {
        let queue = try SignallingQueue()
        let counter = Counter(on: queue)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                group.addTask { await counter.add() }
                group.addTask {
                    await withCheckedContinuation { continuation in
                        queue.async {
                            counter.assumeIsolated { $0.add() }
                            continuation.resume()
                        }
                    }
                }
            }
        }
        #expect(await counter.value == 1000)
    }
}

@Suite("DeadlineTimer")
struct DeadlineTimerTests {
    private actor Domain {
        private let queue: SignallingQueue
        private var timer: DeadlineTimer?
        private var fired: CheckedContinuation<ContinuousClock.Instant, Never>?

        nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

        init(on queue: SignallingQueue) { self.queue = queue }

        func wait(for deadlines: [Duration]) async throws -> Duration {
            let start = ContinuousClock.now
            let timer = try timer ?? DeadlineTimer(on: queue) { self.fire() }
            self.timer = timer
            let end = await withCheckedContinuation { continuation in
                fired = continuation
                for deadline in deadlines { timer.arm(start + deadline) }
            }
            return end - start
        }

        private func fire() {
            fired?.resume(returning: .now)
            fired = nil
        }
    }

    @Test("fires at the earliest deadline, again after that, and at once for the past")
    func fires() async throws {
        let domain = Domain(on: try SignallingQueue())
        let first = try await domain.wait(for: [.seconds(60), .milliseconds(5), .seconds(30)])
        #expect(first >= .milliseconds(5) && first < .seconds(20))
        #expect(try await domain.wait(for: [.milliseconds(2)]) >= .milliseconds(2))
        #expect(try await domain.wait(for: [.seconds(-1)]) < .seconds(20))
    }
}
