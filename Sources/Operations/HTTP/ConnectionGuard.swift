import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Bounds what a client costs: it has so long to send a request, to take the response, and to be idle between two, and
/// may send only so much of a body. What cannot be read gets an error, and the connection ends.
///
/// It belongs to the connection's event loop, between the parser and the service.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Nothing that is served takes a body; a small one is read past.
    static let greatestBody = 65_536
    /// How long an error may take to reach a client that does not close.
    private static let linger = TimeAmount.seconds(1)

    private let timeout: TimeAmount
    private let connections: ConnectionTable
    private let tally: HTTPTally
    private var deadline: Scheduled<Void>?
    /// Requests of which the responses have not left.
    private var unanswered = 0
    private var bodyOctets = 0
    /// Nothing more is read.
    private var isClosing = false
    /// What the client gets once those before it have left.
    private var error: HTTPAnswer?

    init(timeout: TimeAmount, connections: ConnectionTable, tally: HTTPTally) {
        self.timeout = timeout
        self.tally = tally
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connections.remove(context.channel)
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            bodyOctets = 0
            let length = head.headerFields[.contentLength].map { Int($0) ?? .max } ?? 0
            guard length <= ConnectionGuard.greatestBody else {
                return refuse(context, .error(413, "the body is too long"))
            }
            // Only the head gives a client more time: a body that drips in does not.
            if unanswered == 0 {
                rearm(context, timeout)
                connections.set(context.channel, idleSince: nil)
            }
            unanswered += 1
        case .body(let part):
            bodyOctets += part.readableBytes
            guard bodyOctets <= ConnectionGuard.greatestBody else { return refuse(context, nil) }
        case .end:
            break
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else { return }
        switch error {
        case HTTPParserError.headerOverflow: refuse(context, .error(431, "the head is too long"))
        // The client has gone; nobody would read an answer.
        case HTTPParserError.invalidEOFState, is IOError: context.close(promise: nil)
        default: refuse(context, .error(400, "this is no HTTP request"))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isClosing, unanswered == 0 {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        guard case .end = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        let left = promise ?? context.eventLoop.makePromise()
        left.futureResult.assumeIsolated().whenSuccess { self.hasLeft(context) }
        context.write(data, promise: left)
    }

    private func begin(_ context: ChannelHandlerContext) {
        rearm(context, timeout)
        connections.add(context.channel, now: .now())
    }

    /// A response is with the kernel.
    private func hasLeft(_ context: ChannelHandlerContext) {
        unanswered -= 1
        guard unanswered == 0 else { return }
        connections.set(context.channel, idleSince: .now())
        if isClosing { end(context) } else { rearm(context, timeout) }
    }

    /// Reads no more, and closes once the responses that are due have left, with an error where there is one.
    private func refuse(_ context: ChannelHandlerContext, _ error: HTTPAnswer?) {
        isClosing = true
        self.error = error
        if unanswered == 0 { end(context) }
    }

    /// Sends the error. What the client still sends is read past for a while: closing upon it would destroy what was sent.
    private func end(_ context: ChannelHandlerContext) {
        guard let error else {
            context.close(promise: nil)
            return
        }
        tally.count(nil, status: error.status)
        var head = HTTPService.head(of: error)
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(string: error.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
        rearm(context, ConnectionGuard.linger)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isClosing, unanswered == 0, event as? ChannelEvent == .inputClosed {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func rearm(_ context: ChannelHandlerContext, _ time: TimeAmount) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
