import Networking
import Operations

extension Daemon {
    /// The sockets that the service manager has bound for us.
    static func takePassedSockets() throws -> PassedSockets {
        do throws(PassedSocketsError) {
            return try PassedSockets()
        } catch {
            throw DaemonFailure(status: ExitStatus.configuration, message: "\(error)")
        }
    }

    /// The socket for HTTP, where one was passed and it is switched on.
    static func httpSocket(_ settings: Settings.HTTP, _ passed: inout PassedSockets) -> InheritedSocket? {
        guard settings.enabled, let address = SocketAddress(host: settings.bindAddress, port: settings.port) else {
            passed.discard(.http)
            return nil
        }
        return passed.take(.http, for: address)
    }

    /// A socket at which we are not to listen is a mistake of the unit or of the settings.
    static func expectNone(_ passed: PassedSockets) throws {
        do throws(PassedSocketsError) {
            try passed.expectNone()
        } catch {
            throw DaemonFailure(status: ExitStatus.configuration, message: "\(error)")
        }
    }
}
