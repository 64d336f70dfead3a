import Media
import Networking

extension Rig {
    /// Holds the engine's only worker up while `body` runs: what comes meanwhile waits in the sockets.
    func whileStalled<Result>(_ body: () throws -> Result) throws -> Result {
        let stalled = try EventDescriptor()
        let goOn = try EventDescriptor()
        engine.ping { _ in
            stalled.signal()
            wait(for: goOn)
        }
        wait(for: stalled)
        defer { goOn.signal() }
        return try body()
    }

    /// Waits until every worker has looked at what has come so far.
    func finishTurn() throws {
        // The first answer may come in a turn that has looked already.
        for _ in 0..<2 {
            let answered = try EventDescriptor()
            let left = Locked(engine.workerCount)
            engine.ping { _ in
                let isLast = left.withLock { left in
                    left -= 1
                    return left == 0
                }
                if isLast { answered.signal() }
            }
            wait(for: answered)
        }
    }
}
