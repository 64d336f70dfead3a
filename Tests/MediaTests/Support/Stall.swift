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
}
