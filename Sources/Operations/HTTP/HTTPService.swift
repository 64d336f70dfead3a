import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Networking

/// The HTTP server, on a thread of its own.
public final class HTTPService: Sendable {
    /// Where it listens, with the port that was picked.
    public let listener: ServiceListener

    private let group: MultiThreadedEventLoopGroup
    /// Closes the listener.
    private let shutDown: @Sendable () async -> Void
    private let connections: ConnectionTable
    private let running: Task<Void, Never>
    private let token: TokenInForce

    /// Binds, and begins to serve.
    ///
    /// - Parameters:
    ///   - settings: where, and what clients may take.
    ///   - socket: what is bound there already; nil binds one.
    ///   - token: what requests have to bear; nil demands nothing.
    ///   - probe: what answers are made from.
    ///   - log: for what the library says.
    /// - Throws: where it cannot listen, and why.
    public convenience init(
        _ settings: Settings.HTTP, _ socket: InheritedSocket? = nil, token: BearerToken?, probe: ServiceProbe,
        log: EventLog
    ) async throws(HTTPServiceError) {
        var logger = log.output.logger(label: "http")
        // It has a line for its start, as we do.
        logger.logLevel = .warning
        let token = TokenInForce(token)
        let connections = ConnectionTable(limit: settings.maximumConnections)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = HTTP1Channel(
            responder: { request, writer, _ in
                let answer = await probe.answer(HTTPQuestion(request), token: token.value)
                let body =
                    request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: answer.body))
                try await writer.write(response: HTTPService.head(of: answer), body: body)
            },
            configuration: HTTP1Channel.Configuration(settings, connections, probe.tally))
        if let socket {
            do {
                let server = try await InheritedHTTPServer(socket, channel, group)
                let listener = ServiceListener(
                    transport: "http", address: socket.address.host, port: socket.address.port)
                let running = Task { [logger] in await server.run(channel, logger) }
                self.init(listener, group, { await server.close() }, connections, running, token)
                return
            } catch {
                try? await group.shutdownGracefully()
                throw HTTPServiceError(settings, error)
            }
        }
        let (events, continuation) = AsyncThrowingStream.makeStream(of: NIOCore.SocketAddress?.self)
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(address: .hostname(settings.bindAddress, port: Int(settings.port))),
            onServerRunning: { continuation.yield($0.localAddress) }, eventLoopGroup: group, logger: logger)
        let running = Task {
            do {
                try await server.run()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        do {
            for try await address in events {
                let listener = ServiceListener(
                    transport: "http", address: settings.bindAddress,
                    port: address?.port.flatMap(UInt16.init(exactly:)) ?? settings.port)
                self.init(listener, group, { try? await server.shutdownGracefully() }, connections, running, token)
                return
            }
            throw CancellationError()
        } catch {
            try? await group.shutdownGracefully()
            throw HTTPServiceError(settings, error)
        }
    }

    private init(
        _ listener: ServiceListener, _ group: MultiThreadedEventLoopGroup,
        _ shutDown: @escaping @Sendable () async -> Void,
        _ connections: ConnectionTable, _ running: Task<Void, Never>, _ token: TokenInForce
    ) {
        (self.listener, self.group, self.shutDown, self.connections) = (listener, group, shutDown, connections)
        (self.running, self.token) = (running, token)
    }

    /// Asks the server's thread whether it works; it answers there.
    func ping(_ answer: @escaping @Sendable () -> Void) { group.next().execute(answer) }

    /// Demands another token from now on.
    public func useToken(_ token: BearerToken?) { self.token.value = token }

    /// Closes the listener and all connections; responses that are due have a moment to leave.
    public func stop() async {
        let grace = Task { [connections] in
            guard (try? await Task.sleep(for: .milliseconds(500))) != nil else { return }
            connections.closeAll()
        }
        await shutDown()
        await running.value
        grace.cancel()
        try? await group.shutdownGracefully()
    }

    /// The head of an answer, with the fields that all have.
    static func head(of answer: HTTPAnswer) -> HTTPResponse {
        var head = HTTPResponse(status: .init(code: answer.status))
        head.headerFields[.contentType] = answer.contentType
        head.headerFields[.contentLength] = String(answer.body.utf8.count)
        head.headerFields[.cacheControl] = "no-store"
        head.headerFields[.date] = HTTPDate.text(Int(LogRecord.now() / 1_000_000_000))
        head.headerFields[.server] = "milliwattd"
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { head.headerFields[name] = header.value }
        }
        return head
    }
}

/// The HTTP server cannot listen, for instance `http 127.0.0.1:8080: bind: Address already in use (errno 98)`.
public struct HTTPServiceError: Error, Sendable, CustomStringConvertible {
    /// One line.
    public let description: String

    init(_ settings: Settings.HTTP, _ error: any Error) {
        let place = Networking.SocketAddress(host: settings.bindAddress, port: settings.port)?.description ?? ""
        let reason = (error as? IOError).map { SystemError(code: $0.errnoCode, call: "bind").description }
        description = "http \(place): \(reason ?? "\(error)")"
    }
}

/// The token that is demanded now.
private final class TokenInForce: Sendable {
    private let token: Locked<BearerToken?>

    init(_ token: BearerToken?) { self.token = Locked(token) }

    var value: BearerToken? {
        get { token.withLock { $0 } }
        set { token.withLock { $0 = newValue } }
    }
}

extension HTTPQuestion {
    fileprivate init(_ request: Request) {
        self.init(
            method: request.method.rawValue, target: request.head.path ?? "",
            authorization: request.headers[.authorization], accept: request.headers[.accept])
    }
}

extension HTTP1Channel.Configuration {
    fileprivate init(_ settings: Settings.HTTP, _ connections: ConnectionTable, _ tally: HTTPTally) {
        let timeout = TimeAmount(settings.requestTimeout)
        self.init(
            additionalChannelHandlers: [ConnectionGuard(timeout: timeout, connections: connections, tally: tally)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: settings.maximumHeadBytes, maxHeaderListSize: settings.maximumHeadBytes,
                maxHeaderFieldCount: 100))
    }
}
