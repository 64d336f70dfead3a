import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Networking

/// What Hummingbird's server does, on a socket that is bound already: its own can only bind one.
struct InheritedHTTPServer: Sendable {
    private let listener: NIOAsyncChannel<HTTP1Channel.Value, Never>

    /// Takes the socket over.
    init(_ socket: InheritedSocket, _ channel: HTTP1Channel, _ group: MultiThreadedEventLoopGroup) async throws {
        listener = try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(socket.descriptor) { channel.setup(channel: $0, logger: Logger(label: "http")) }
    }

    /// Serves until the listener is closed and every connection has ended.
    func run(_ channel: HTTP1Channel, _ logger: Logger) async {
        await withDiscardingTaskGroup { group in
            do {
                try await listener.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask { await channel.handle(value: connection, logger: logger) }
                    }
                }
            } catch {
                logger.error("HTTP takes no more connections: \(error)")
            }
        }
    }

    /// Closes the listener.
    func close() async { try? await listener.channel.close() }
}
