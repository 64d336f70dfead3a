import Networking

/// Waits for a number of answers that others give, on any thread, or never: the asker is woken once.
final class Gathering<Answer: Sendable>: Sendable {
    private let answers = Locked<[Answer]>([])
    private let count: Int
    private let end: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// Waits for so many.
    init(_ count: Int) {
        self.count = count
        (end, signal) = AsyncStream.makeStream()
    }

    /// An answer has come.
    func add(_ answer: Answer) {
        let isWhole = answers.withLock { answers in
            answers.append(answer)
            return answers.count == count
        }
        if isWhole { signal.finish() }
    }

    /// What has come, once it is all there or the time is over.
    func wait(until deadline: ContinuousClock.Instant) async -> [Answer] {
        guard count > 0 else { return [] }
        let limit = Task { [signal] in
            try? await Task.sleep(until: deadline)
            signal.finish()
        }
        defer { limit.cancel() }
        for await _ in end {}
        return answers.withLock { $0 }
    }
}
