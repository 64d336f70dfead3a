import Foundation
import Glibc
import Networking

/// Tries without pause to bind a port that is another's, with what lets sockets share one: as another user where we may
/// become one, else by SO_REUSEADDR, which asks for no user.
final class ForeignBinder: Sendable {
    private struct State {
        var target: SocketAddress
        var attempts = 0
        var successes = 0
        var isStopped = false
    }

    private let state: Locked<State>
    private let ended: EventDescriptor

    /// - Parameter target: what to bind, until `aim(at:)` says otherwise.
    init(_ target: SocketAddress) throws {
        state = Locked(State(target: target))
        ended = try EventDescriptor()
        let thread = Thread { [self] in
            let isForeign = Self.becomeNobody()
            while let target = state.withLock({ $0.isStopped ? nil : $0.target }) {
                let isBound = Self.binds(target, sharing: isForeign)
                state.withLock { state in
                    // What it was aimed at before may have been given up.
                    guard state.target == target else { return }
                    state.attempts += 1
                    if isBound { state.successes += 1 }
                }
            }
            ended.signal()
        }
        thread.start()
    }

    func aim(at target: SocketAddress) {
        state.withLock { $0.target = target }
    }

    /// Waits until it has tried again, a while at most; whether it has.
    func hasTriedAgain() -> Bool {
        let before = state.withLock { $0.attempts }
        let deadline = SystemClock.monotonicNanoseconds + 10_000_000_000
        while SystemClock.monotonicNanoseconds < deadline {
            if state.withLock({ $0.attempts }) > before + 1 { return true }
            sched_yield()
        }
        return false
    }

    /// Ends it: how often it got in.
    func stop() -> Int {
        state.withLock { $0.isStopped = true }
        wait(for: ended)
        return state.withLock { $0.successes }
    }

    /// Whether a socket could be bound, that shares by SO_REUSEADDR and, where `sharing`, by SO_REUSEPORT.
    static func binds(_ target: SocketAddress, sharing: Bool) -> Bool {
        let domain = target.family == .ipv4 ? AF_INET : AF_INET6
        guard let socket = try? FileDescriptor("socket", { Glibc.socket(domain, Int32(SOCK_DGRAM.rawValue), 0) }) else {
            return false
        }
        let number = socket.rawValue
        var on: Int32 = 1
        for option in sharing ? [SO_REUSEADDR, SO_REUSEPORT] : [SO_REUSEADDR] {
            guard setsockopt(number, SOL_SOCKET, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
                return false
            }
        }
        return target.withSockaddr { Glibc.bind(number, $0, $1) } == 0
    }

    /// Makes the sockets of this thread alone those of another user; whether that was possible.
    private static func becomeNobody() -> Bool {
        typealias SetUser = @convention(c) (uid_t) -> Int32
        guard geteuid() == 0, let symbol = dlsym(nil, "setfsuid") else { return false }
        let setUser = unsafeBitCast(symbol, to: SetUser.self)
        _ = setUser(65534)
        return setUser(65534) == 65534
    }
}
