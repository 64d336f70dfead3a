import Dispatch
import Synchronization

/// Things that arrive on their own (lines, datagrams, exits), taken by tests that wait for them up to a deadline.
final class Mailbox<Element: Sendable>: Sendable {
    private struct Waiter {
        let number: Int
        let matches: @Sendable (Element) -> Bool
        let continuation: CheckedContinuation<Element?, Never>
    }

    private struct State {
        var untaken: [Element] = []
        var all: [Element] = []
        var waiters: [Waiter] = []
        var numbers = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Everything that ever arrived, taken or not.
    var all: [Element] { state.withLock { $0.all } }

    /// Whether nothing more will come.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func put(_ element: Element) {
        let waiter = state.withLock { state -> Waiter? in
            state.all.append(element)
            if let index = state.waiters.firstIndex(where: { $0.matches(element) }) {
                return state.waiters.remove(at: index)
            }
            state.untaken.append(element)
            return nil
        }
        waiter?.continuation.resume(returning: element)
    }

    /// Nothing more will come: whoever waits is told so at once.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    /// The first element that matches and was not taken before; `nil` when none comes in time.
    func take(
        within limit: Duration = .seconds(10), where matches: @escaping @Sendable (Element) -> Bool = { _ in true }
    ) async -> Element? {
        await withCheckedContinuation { continuation in
            let (element, number) = state.withLock { state -> (Element??, Int) in
                if let index = state.untaken.firstIndex(where: matches) {
                    return (.some(state.untaken.remove(at: index)), 0)
                }
                if state.isClosed { return (.some(nil), 0) }
                state.numbers += 1
                state.waiters.append(Waiter(number: state.numbers, matches: matches, continuation: continuation))
                return (nil, state.numbers)
            }
            if let element { return continuation.resume(returning: element) }
            let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) {
                self.expire(number)
            }
        }
    }

    private func expire(_ number: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: nil)
    }
}
